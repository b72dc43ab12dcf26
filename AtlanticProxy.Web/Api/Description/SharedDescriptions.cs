using Microsoft.OpenApi;

namespace AtlanticProxy.Web.Api.Description;

/// <summary>What many operations answer, described once: refusals and headers.</summary>
internal static class SharedDescriptions
{
    private const string Problem = "Problem";

    private static readonly Dictionary<string, string> Headers = new(StringComparer.Ordinal)
    {
        [ApiAnswers.RequestId] = "The id of this request in the server's log.",
        ["RateLimit-Policy"] = "The request quota of a token.",
        ["RateLimit"] = "The requests left in the quota.",
        ["Retry-After"] = "Seconds to wait before the next request.",
        ["ETag"] = "The version of the resource, for `If-Match`.",
    };

    /// <summary>By status.</summary>
    public static readonly IReadOnlyDictionary<int, (string Name, string Words)> Refusals =
        new Dictionary<int, (string Name, string Words)>
        {
            [400] = ("Invalid", "The request is invalid. See `code`, `field` and `errors`."),
            [401] = ("NoToken", "The token is missing, unknown, expired or revoked."),
            [403] = ("Forbidden", "The token lacks the scope, or its owner lacks the right."),
            [404] = ("NotFound", "The resource does not exist, or belongs to another customer."),
            [409] = ("Conflict", "The request conflicts with the present state."),
            [412] = ("VersionDiffers", "The resource has changed since the version in `If-Match`. Nothing was done."),
            [413] = ("TooLarge", "The body is larger than 10 MB."),
            [415] = ("NotJson", "The body is not JSON. Send `Content-Type: application/json`."),
            [422] = ("KeyReused", "The `Idempotency-Key` was used for another request."),
            [429] = ("TooMany", "Too many requests. Wait for `Retry-After` seconds."),
        };

    public static Dictionary<string, IOpenApiHeader> HeadersOf(bool isVersioned, OpenApiDocument api) =>
        Headers.Keys.Where(name => name != "Retry-After" && (name != "ETag" || isVersioned))
            .ToDictionary(name => name, IOpenApiHeader (name) => new OpenApiHeaderReference(name, api));

    public static void AddTo(OpenApiDocument api, OpenApiSchema problem)
    {
        api.AddComponent(Problem, problem);
        foreach (var (name, words) in Headers)
            api.AddComponent(name, new OpenApiHeader
            {
                Description = words, Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        foreach (var (status, (name, words)) in Refusals)
            api.AddComponent(name, new OpenApiResponse
            {
                Description = words,
                Headers = (status == 429 ? new[] { ApiAnswers.RequestId, "Retry-After" } : [ApiAnswers.RequestId])
                    .ToDictionary(header => header, IOpenApiHeader (header) => new OpenApiHeaderReference(header, api)),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [ApiProblem.MediaType] = new() { Schema = new OpenApiSchemaReference(Problem, api) },
                },
            });
    }
}
