using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Scalar.AspNetCore;

namespace AtlanticProxy.Web.Api.Description;

/// <summary>The page at <c>/api/docs</c> that shows the description, and sends requests with a token that people type there.</summary>
internal static class ApiReference
{
    public const string Path = "/api/docs";

    /// <summary>
    /// Scalar draws with styles that it makes itself. Its one script in the page has a nonce; nothing is fetched from elsewhere.
    /// </summary>
    public static string? PolicyOf(HttpContext context) =>
        context.Items.TryGetValue(ScalarOptions.NonceHttpContextItemKey, out object? nonce)
            ? $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
                + "font-src 'self' data:; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
            : null;

    public static void Map(WebApplication app) => app.MapScalarApiReference(Path, page =>
        {
            page.OpenApiRoutePattern = ApiDocument.Path;
            page.Title = "Web API";
            page.Telemetry = page.DefaultFonts = false;
            page.WithNonce().DisableAgent().DisableMcp().HideClientButton();
        })
        .WithMetadata(new AllowAnonymousAttribute());
}
