using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AtlanticProxy.Web.Api.Description;

/// <summary>
/// How bodies look in JSON, as far as the framework cannot know: what has a converter of ours, and what is required.
/// </summary>
internal static class SchemaDescription
{
    private const string BodySuffix = "Body", ListName = "List";

    /// <summary>
    /// What a schema is called, as generated clients will: <c>ProxyUser</c> of <c>ProxyUserBody</c>, and <c>ProxyUserList</c> of
    /// a list of them. Null: it is written out where it is used.
    /// </summary>
    public static string? NameOf(JsonTypeInfo type) =>
        PrefixOf(Nullable.GetUnderlyingType(type.Type) ?? type.Type) is not null || IsOf(type.Type, typeof(Optional<>)) ? null
        : IsOf(type.Type, typeof(ListBody<>)) ? Short(type.Type.GetGenericArguments()[0].Name) + ListName
        : OpenApiOptions.CreateDefaultSchemaReferenceId(type) is { } name ? Short(name)
        : null;

    public static async Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        var declared = context.JsonPropertyInfo?.PropertyType ?? context.JsonTypeInfo.Type;
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (PrefixOf(type) is { } prefix)
            DescribeText(schema, declared, pattern: PatternOf(prefix));
        else if (type == typeof(DateTimeOffset))
            DescribeText(schema, declared, pattern: null);
        else if (type.IsEnum) // has a name: where it may be null, that is said beside
            (schema.Type, schema.Enum) =
                (JsonSchemaType.String, [.. SpellingsOfEnum(type).Select(each => JsonValue.Create(each))]);
        else if (IsOf(type, typeof(Optional<>)))
        {
            var value = await context.GetOrCreateSchemaAsync(type.GetGenericArguments()[0], null, default);
            (schema.Type, schema.Format, schema.Items) = (value.Type | JsonSchemaType.Null, value.Format, value.Items);
            (schema.Properties, schema.Description) = (null, null);
        }
        else if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object && schema.Properties is not null)
            Require(schema, context.JsonTypeInfo);
    }

    /// <summary>Of an id of this kind, in a body or a parameter.</summary>
    public static string PatternOf(string prefix) => $"^{prefix}_[1-9][0-9]*$";

    /// <summary>What ids of this type begin with; null: it is no id.</summary>
    public static string? PrefixOf(Type type) => IsOf(type, typeof(PublicId<>))
        ? (string)type.GetGenericArguments()[0].GetProperty(nameof(IIdKind.Prefix))!.GetValue(null)!
        : null;

    /// <summary>What a parameter that is spelled can be; null: it is not.</summary>
    public static IEnumerable<string>? SpellingsOf(Type type) => IsOf(type, typeof(Spelled<>))
        ? SpellingsOfEnum(type.GetGenericArguments()[0])
        : null;

    private static IEnumerable<string> SpellingsOfEnum(Type type) =>
        Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);

    private static void DescribeText(OpenApiSchema schema, Type declared, string? pattern)
    {
        schema.Type = Nullable.GetUnderlyingType(declared) is null
            ? JsonSchemaType.String
            : JsonSchemaType.String | JsonSchemaType.Null;
        schema.Pattern = pattern;
        schema.Properties = null;
    }

    /// <summary>An answer has all its members, but for those that are left out when null. A request needs what it says.</summary>
    private static void Require(OpenApiSchema schema, JsonTypeInfo type)
    {
        bool isRequest = typeof(IRequestBody).IsAssignableFrom(type.Type);
        schema.Required = type.Properties
            .Where(member => isRequest ? Has<RequiredAttribute>(member) : !Has<JsonIgnoreAttribute>(member))
            .Select(member => member.Name).ToHashSet();
        if (isRequest)
            foreach (var member in schema.Required.Select(name => schema.Properties![name]).OfType<OpenApiSchema>())
                member.Type &= ~JsonSchemaType.Null;
        if (schema.Required.Count == 0)
            schema.Required = null;
    }

    private static bool Has<T>(JsonPropertyInfo member) where T : Attribute =>
        member.AttributeProvider?.IsDefined(typeof(T), inherit: false) == true;

    private static string Short(string name) => name.Replace(BodySuffix, "", StringComparison.Ordinal);

    private static bool IsOf(Type type, Type generic) => type.IsGenericType && type.GetGenericTypeDefinition() == generic;
}
