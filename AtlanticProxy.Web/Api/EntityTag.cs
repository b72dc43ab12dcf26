using System.Security.Cryptography;
using System.Text.Json;
using AtlanticProxy.ControlPlane.Results;
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
    private static bool Matches(HttpRequest request, string tag)
    {
        var wanted = request.GetTypedHeaders().IfMatch;
        return request.Headers.IfMatch.Count == 0
            || wanted.Any(one => one.Equals(EntityTagHeaderValue.Any) || (!one.IsWeak && one.Tag == tag));
    }

    private static ApiProblem Differs => new(StatusCodes.Status412PreconditionFailed, new ApiError("request.version_differs",
        "The resource has changed since the version in If-Match. Read it again. Nothing was changed."));

    /// <summary>Answers what was found, with its version.</summary>
    public static IResult Show<T, TBody>(Result<T> found, Func<T, TBody> body, Func<T, string> tag, HttpResponse response)
    {
        if (!found.IsSuccess)
            return ApiProblem.Of(found);
        response.Headers.ETag = tag(found.Value);
        return Results.Ok(body(found.Value));
    }

    /// <summary>Why <paramref name="present"/> cannot be changed: it is missing, or has another version. Null: it can.</summary>
    public static IResult? RefusalOf<T>(Result<T> present, Func<T, string> tag, HttpRequest request) =>
        !present.IsSuccess ? ApiProblem.Of(present) : Matches(request, tag(present.Value)) ? null : Differs;

    private static byte[] HashOf(object facts) =>
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(facts, ApiJson.Options));
}
