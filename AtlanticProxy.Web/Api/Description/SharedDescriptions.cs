using Microsoft.OpenApi;

namespace AtlanticProxy.Web.Api.Description;

/// <summary>What many operations answer, described once: refusals and headers.</summary>
internal static class SharedDescriptions
{
    private const string Problem = "Problem";

    private static readonly Dictionary<string, string> Headers = new(StringComparer.Ordinal)
    {
        [ApiAnswers.RequestId] = "The id that our log has this request under.",
        ["RateLimit-Policy"] = "How many requests a token may send.",
        ["RateLimit"] = "How many it may send now.",
        ["Retry-After"] = "Seconds to wait.",
        ["ETag"] = "The version, for `If-Match`.",
    };

    /// <summary>By status.</summary>
    public static readonly IReadOnlyDictionary<int, (string Name, string Words)> Refusals =
        new Dictionary<int, (string Name, string Words)>
        {
            [400] = ("Invalid", "Something in the request is wrong: `code`, `field` and `errors` say what."),
            [401] = ("NoToken", "There is no token, or one that does not count, or does no more."),
            [403] = ("Forbidden", "The token has not the scope, or its owner may not."),
            [404] = ("NotFound", "There is no such thing, or it is not yours."),
            [409] = ("Conflict", "What is there already, or the state of it, forbids it."),
            [412] = ("VersionDiffers", "It was changed since the version that `If-Match` names. Nothing was done."),
            [422] = ("KeyReused", "The `Idempotency-Key` was used for another request."),
            [429] = ("TooMany", "Too many requests: wait as long as `Retry-After` says."),
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
