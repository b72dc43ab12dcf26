using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Api;

/// <summary>Where the web API is. Tokens count there and nowhere else, and cookies do not.</summary>
internal static class ApiPaths
{
    public const string Root = "/api", V1 = "/api/v1";

    public static bool Covers(HttpContext context) =>
        context.Request.Path.StartsWithSegments(Root, StringComparison.OrdinalIgnoreCase);
}
