using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>The schema is written by hand in snake_case; this makes the model speak it.</summary>
internal static class SnakeCase
{
    /// <summary><c>BytesUp</c> to <c>bytes_up</c>.</summary>
    public static string Of(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]))
                text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }

    /// <summary>Names every column, and stores every enum as its name in snake_case: a number in a row tells an operator nothing.</summary>
    public static void Apply(ModelBuilder model)
    {
        foreach (var property in model.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(Of(property.Name));
            if (property.ClrType.IsEnum)
                StoreAsName(property);
        }
    }

    private static void StoreAsName(IMutableProperty property) =>
        property.SetValueConverter((ValueConverter)Activator.CreateInstance(typeof(EnumName<>).MakeGenericType(property.ClrType))!);

    private sealed class EnumName<T>() : ValueConverter<T, string>(value => ToName(value), name => FromName(name)) where T : struct, Enum
    {
        private static readonly Dictionary<T, string> Names = Enum.GetValues<T>().ToDictionary(value => value, value => Of(value.ToString()));
        private static readonly Dictionary<string, T> Values = Names.ToDictionary(pair => pair.Value, pair => pair.Key);

        private static string ToName(T value) => Names[value];

        private static T FromName(string name) => Values[name];
    }
}
