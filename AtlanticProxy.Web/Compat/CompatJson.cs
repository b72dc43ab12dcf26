using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Compat;

/// <summary>How the vendors' APIs write JSON: names in snake_case.</summary>
internal static class CompatJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        // An API's answer is no page: a plus or an apostrophe stays what it is.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static IResult Answer(object body, int status = StatusCodes.Status200OK) =>
        Results.Json(body, Options, statusCode: status);
}
