using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AtlanticProxy.Web.Api;

/// <summary>Where the web API is. Tokens count there and nowhere else, and cookies do not.</summary>
internal static class ApiPaths
{
    public const string Root = "/api", V1 = "/api/v1", Compat = "/compat";

    public static bool Covers(HttpContext context) =>
        context.Request.Path.StartsWithSegments(Root, StringComparison.OrdinalIgnoreCase) || IsCompat(context);

    /// <summary>APIs of vendors (<c>Web/Compat</c>): the same tokens, sent as each vendor's clients send their key.</summary>
    public static bool IsCompat(HttpContext context) =>
        context.Request.Path.StartsWithSegments(Compat, StringComparison.OrdinalIgnoreCase);

    /// <summary>An operation with another method or media type: routing has an endpoint of its own that says so.</summary>
    public static bool IsRefusedByRouting(HttpContext context) =>
        Covers(context) && context.GetEndpoint() is { } endpoint and not RouteEndpoint;
}
