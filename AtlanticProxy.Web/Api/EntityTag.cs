using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace AtlanticProxy.Web.Api;

/// <summary>Versions of what can be changed (RFC 9110 section 8.8.3): who has seen an older one is told.</summary>
internal static class EntityTag
{
    private const int Bytes = 12;

    /// <param name="facts">All that a change can be about, and nothing that moves by itself.</param>
    public static string Of(object facts) =>
        $"\"{WebEncoders.Base64UrlEncode(HashOf(facts)[..Bytes])}\"";

    /// <summary>Whether the request may change what has this tag: it names no other.</summary>
    public static bool Matches(HttpRequest request, string tag)
    {
        var wanted = request.GetTypedHeaders().IfMatch;
        return request.Headers.IfMatch.Count == 0
            || wanted.Any(one => one.Equals(EntityTagHeaderValue.Any) || (!one.IsWeak && one.Tag == tag));
    }

    public static ApiProblem Differs => new(StatusCodes.Status412PreconditionFailed, new ApiError("request.version_differs",
        "Nothing was changed: this was changed since the version that If-Match names. Read it again."));

    private static byte[] HashOf(object facts) =>
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(facts, ApiJson.Options));
}
