using AtlanticProxy.Web.Api.Description;
using AtlanticProxy.Web.Features.Admin.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Security;

/// <summary>The headers that every response carries, error pages included.</summary>
internal static class SecurityHeaders
{
    /// <summary>Everything from the appliance itself; <c>data:</c> images are the form controls' own marks.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>
    /// For Hangfire's pages: style attributes, by which they colour states and draw bars, and by its hash the one style sheet
    /// that their charts add to the page. Scripts are held as strictly as anywhere.
    /// </summary>
    public const string JobsDashboardPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-z7zcnw/4WalZqx+PrNaRnoeLz/G9WXuFqV1WCJ129sg='; "
            + "style-src-attr 'unsafe-inline'; " +
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    /// <summary>
    /// For papers and mails, which bring their own styles: no scripts, no forms, nothing fetched, and an origin of their own.
    /// </summary>
    public const string DocumentPolicy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'; sandbox";

    private static readonly object Document = new();

    private const string PermissionsPolicy =
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=(), clipboard-write=(self)";

    /// <summary>Says that the answer is a paper or a mail, and no page of the portal.</summary>
    public static void AnswersWithDocument(this HttpContext context) => context.Items[Document] = true;

    /// <param name="hsts">Strict-Transport-Security, for answers by HTTPS (RFC 6797 section 7.2); null for none.</param>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app, string? hsts) => app.Use((context, next) =>
    {
        // The path of now: the dashboard makes its own part of it the base.
        string contentPolicy = JobsDashboard.Covers(context.Request.Path) ? JobsDashboardPolicy : ContentSecurityPolicy;
        // Set as the response starts: the exception handler clears whatever is set before.
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = context.Items.ContainsKey(Document)
                ? DocumentPolicy
                : ApiReference.PolicyOf(context) ?? contentPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Permissions-Policy"] = PermissionsPolicy;
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            if (hsts is not null && context.Request.IsHttps)
                headers.StrictTransportSecurity = hsts;
            // Pages hold secrets and other people's data: nothing of them stays in a cache. Assets say otherwise for themselves.
            if (!headers.CacheControl.ToString().Contains("immutable", StringComparison.Ordinal)
                || context.Response.StatusCode >= StatusCodes.Status400BadRequest)
                headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        return next(context);
    });
}
