using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// Leads HTTP to HTTPS once the portal has a certificate: at the reseller's host name that was asked for where that has one. Not
/// permanently: HSTS, when it is switched on, says for how long.
/// </summary>
internal static class HttpsRedirect
{
    /// <summary>For monitoring on this machine, which goes on by plain HTTP.</summary>
    private static readonly PathString[] Monitoring = ["/health", "/metrics"];

    public static void UseHttpsRedirect(this WebApplication app)
    {
        var certificate = app.Services.GetRequiredService<IPortalCertificate>();
        app.Use((context, next) =>
        {
            var request = context.Request;
            if (request.IsHttps || certificate.HttpsAuthority(request.Host.Host) is not { } authority || IsMonitoring(context))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect; // a form is sent again, not lost
            context.Response.Headers.Location = UriHelper.BuildAbsolute(Uri.UriSchemeHttps, new HostString(authority),
                request.PathBase, request.Path, request.QueryString);
            return Task.CompletedTask;
        });
    }

    private static bool IsMonitoring(HttpContext context) =>
        Monitoring.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal))
        && RequestOrigin.IsThisMachine(context);
}
