using System.Reflection;
using System.Reflection.Emit;

namespace AtlanticProxy.Architecture.Tests;

/// <summary>Types that a type's code needs: of its members' signatures, and of what its methods do.</summary>
internal static class TypeReferences
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => (int)(ushort)code.Value);

    public static IEnumerable<Type> Of(Type type)
    {
        var types = new HashSet<Type>();
        Add(types, type.BaseType);
        foreach (var contract in type.GetInterfaces())
            Add(types, contract);
        foreach (var field in type.GetFields(All))
            Add(types, field.FieldType);
        foreach (var method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
            AddMethod(types, method);
        return types;
    }

    private static void AddMethod(HashSet<Type> types, MethodBase method)
    {
        foreach (var parameter in method.GetParameters())
            Add(types, parameter.ParameterType);
        if (method is MethodInfo { ReturnType: var returned })
            Add(types, returned);
        if (method.GetMethodBody() is not { } body)
            return;
        foreach (var local in body.LocalVariables)
            Add(types, local.LocalType);
        foreach (int token in Tokens(body.GetILAsByteArray()!))
            AddMember(types, method, token);
    }

    private static void AddMember(HashSet<Type> types, MethodBase method, int token)
    {
        var ofType = method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        var member = method.Module.ResolveMember(token, ofType, ofMethod);
        Add(types, member as Type ?? member?.DeclaringType);
        if (member is MethodInfo called)
            Add(types, called.ReturnType);
        if (member is MethodBase { IsGenericMethod: true } made)
            foreach (var argument in made.GetGenericArguments())
                Add(types, argument);
        if (member is FieldInfo field)
            Add(types, field.FieldType);
    }

    private static void Add(HashSet<Type> types, Type? type)
    {
        while (type is { HasElementType: true })
            type = type.GetElementType();
        if (type is null || type.IsGenericParameter || !types.Add(type))
            return;
        if (type.IsGenericType)
            foreach (var argument in type.GetGenericArguments())
                Add(types, argument);
    }

    /// <summary>Metadata tokens of types, methods and fields in a method's code (ECMA-335 partition III).</summary>
    private static IEnumerable<int> Tokens(byte[] code)
    {
        const byte twoBytes = 0xFE;
        for (int at = 0; at < code.Length;)
        {
            int value = code[at++];
            if (value == twoBytes)
                value = value << 8 | code[at++];
            var operation = OpCodesByValue[value];
            if (operation.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType
                or OperandType.InlineTok)
                yield return BitConverter.ToInt32(code, at);
            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }
}
