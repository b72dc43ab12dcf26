using System.Reflection;
using System.Text.Json;
using LinqToDB.Mapping;
using LinqToDB.Metadata;

namespace AtlanticProxy.ControlPlane.Database;

/// <summary>
/// The one naming convention between C# and the schema, which is written by hand: properties are columns in snake_case, and
/// values of enums are stored as their names in snake_case, since a number in a row tells an operator nothing. Attributes on an
/// entity say what differs.
/// </summary>
internal sealed class Mapping : IMetadataReader
{
    /// <summary>One for all, for linq2db caches by it.</summary>
    public static readonly MappingSchema Schema = Create();

    private Mapping() { }

    public MappingAttribute[] GetAttributes(Type type) => [];

    public MappingAttribute[] GetAttributes(Type type, MemberInfo memberInfo) => memberInfo switch
    {
        FieldInfo { IsStatic: true, FieldType.IsEnum: true } value =>
        [new MapValueAttribute(JsonNamingPolicy.SnakeCaseLower.ConvertName(value.Name))],
        PropertyInfo { CanWrite: true } property when IsOurs(property) => [ColumnOf(property)],
        _ => [],
    };

    public MemberInfo[] GetDynamicColumns(Type type) => [];

    public string GetObjectID() => nameof(Mapping);

    private static MappingSchema Create()
    {
        var schema = new MappingSchema("atlantic");
        schema.AddMetadataReader(new Mapping());
        return schema;
    }

    private static bool IsOurs(PropertyInfo property) =>
        property.DeclaringType?.Assembly == typeof(Mapping).Assembly
        && !property.IsDefined(typeof(AssociationAttribute)) && !property.IsDefined(typeof(NotColumnAttribute));

    private static ColumnAttribute ColumnOf(PropertyInfo property)
    {
        var column = property.GetCustomAttribute<ColumnAttribute>() ?? new ColumnAttribute();
        column.Name ??= JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
        return column;
    }
}
