using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Features.Admin.Jobs;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Shell;

/// <summary>What pages answer while the database is away: 503, and when to come again.</summary>
internal static class DatabaseOutagePages
{
    /// <summary>Seconds. The host tries more often than that.</summary>
    private const string RetryAfter = "10";

    /// <summary>After routing, since assets and health do without the database; before authentication, which does not.</summary>
    public static void UseDatabaseOutage(this WebApplication app)
    {
        var state = app.Services.GetRequiredService<PortalState>();
        app.Use((context, next) =>
        {
            if (context.Features.Get<IExceptionHandlerFeature>() is not null
                || context.Features.Get<IStatusCodeReExecuteFeature>() is not null)
            {
                if (context.Response.StatusCode == StatusCodes.Status503ServiceUnavailable)
                {
                    context.Response.Headers.RetryAfter = RetryAfter;
                    // The page is nobody's: whoever is signed in would be looked up in the database.
                    context.Request.Headers.Cookie = default;
                }
                return next(context);
            }
            if (context.GetEndpoint()?.Metadata.GetMetadata<WithoutDatabaseAttribute>() is not null)
            {
                context.Request.Headers.Cookie = default; // whoever is signed in would be looked up in the database
                return next(context);
            }
            bool needsIt = context.GetEndpoint()?.Metadata.GetMetadata<ControllerActionDescriptor>() is not null
                || ApiPaths.Covers(context) || JobsDashboard.Covers(context.Request.Path);
            if (!state.DatabaseIsAway || !needsIt)
                return next(context);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        });
    }
}
