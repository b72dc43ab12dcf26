using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AtlanticProxy.Web.Api.Description;

/// <summary>Examples of bodies, from the bodies themselves: they have the shape that the API writes and reads.</summary>
internal static class Examples
{
    /// <summary>Null: there is none of this type.</summary>
    public static JsonNode? Of(Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ListBody<>))
            return Of(type.GetGenericArguments()[0]) is { } item
                ? new JsonObject { ["data"] = new JsonArray(item), ["nextCursor"] = null }
                : null;
        // A request's member that is left out is no null.
        return type.GetProperty(nameof(Example), BindingFlags.Public | BindingFlags.Static) is { } example
            && JsonSerializer.SerializeToNode(example.GetValue(null), type, ApiJson.Options) is { } body
                ? typeof(IRequestBody).IsAssignableFrom(type) ? Given((JsonObject)body) : body
                : null;
    }

    private static JsonObject Given(JsonObject body) =>
        new(body.Where(member => member.Value is not null).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));

    private const string Example = "Example";
}
