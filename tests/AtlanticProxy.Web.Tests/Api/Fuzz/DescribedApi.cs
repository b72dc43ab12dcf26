using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace AtlanticProxy.Web.Tests.Api.Fuzz;

/// <summary>One operation, as the description has it.</summary>
/// <param name="Path">Below <c>/api/v1</c>, with <c>{names}</c>.</param>
internal sealed record DescribedOperation(HttpMethod Method, string Path, JsonObject Description)
{
    public IEnumerable<JsonObject> Parameters => Description["parameters"]?.AsArray().Select(one => one!.AsObject()) ?? [];
}

/// <summary>The description of the API, to make requests by, and to hold answers against.</summary>
internal sealed class DescribedApi
{
    private const string Components = "#/components/schemas/", Definitions = "#/$defs/";

    private readonly JsonNode _document;
    private readonly JsonNode _definitions;
    private readonly Dictionary<string, JsonSchema> _schemas = new(StringComparer.Ordinal);

    public DescribedApi(string text)
    {
        _document = JsonNode.Parse(text.Replace(Components, Definitions, StringComparison.Ordinal))!;
        _definitions = _document["components"]!["schemas"]!;
        Operations =
        [
            .. from path in _document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               select new DescribedOperation(new HttpMethod(operation.Key.ToUpperInvariant()), path.Key["/api/v1".Length..],
                   operation.Value!.AsObject()),
        ];
    }

    public IReadOnlyList<DescribedOperation> Operations { get; }

    /// <summary>The schema itself, where it is named by a reference.</summary>
    public JsonObject Resolve(JsonNode schema) => schema["$ref"] is { } reference
        ? _definitions[reference.GetValue<string>()[Definitions.Length..]]!.AsObject()
        : schema.AsObject();

    /// <summary>What of an answer the description does not say; null: it is all described.</summary>
    public string? Contradiction(DescribedOperation operation, ApiAnswer answer)
    {
        string status = $"{(int)answer.Status}";
        if (operation.Description["responses"]![status] is not { } described)
            return $"no answer {status} is described";
        if (described["$ref"] is { } reference)
            described = _document["components"]!["responses"]![reference.GetValue<string>().Split('/')[^1]]!;
        if (described["content"] is not JsonObject content)
            return answer.Text.Length == 0 ? null : "no body is described";
        string media = answer.Response.Content.Headers.ContentType?.MediaType ?? "";
        if (content[media] is not { } body)
            return $"no {media} is described";
        if (!media.EndsWith("json", StringComparison.Ordinal))
            return null;
        var result = SchemaOf(body["schema"]!).Evaluate(
            answer.Body, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid ? null : string.Join("; ", (result.Details ?? []).Where(one => one.Errors is not null)
            .Select(one => $"{one.InstanceLocation}: {string.Join(", ", one.Errors!.Values)}"));
    }

    private JsonSchema SchemaOf(JsonNode schema)
    {
        string key = schema.ToJsonString();
        if (!_schemas.TryGetValue(key, out var known))
        {
            var whole = schema.DeepClone().AsObject();
            whole["$defs"] = _definitions.DeepClone();
            _schemas[key] = known = JsonSchema.Build(JsonSerializer.SerializeToElement(whole));
        }
        return known;
    }
}
