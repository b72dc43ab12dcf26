using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Web.Security;

/// <summary>Who of the staff sent which form, in the log: nothing of what was typed, which may be a secret.</summary>
internal static partial class StaffActionLog
{
    private static readonly PathString[] Logged = ["/admin", "/setup"];

    /// <summary>After authorization: what that refuses is not theirs.</summary>
    public static void UseStaffActionLog(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StaffActionLog));
        app.Use(async (context, next) =>
        {
            await next(context);
            if (HttpMethods.IsPost(context.Request.Method) && context.User.IsStaff
                && Logged.Any(pages => context.Request.Path.StartsWithSegments(pages, StringComparison.Ordinal)))
                Sent(log, context.User.Identity?.Name, context.Request.Path, context.Response.StatusCode);
        });
    }

    [LoggerMessage(3001, LogLevel.Information, "{Who} sent {Form}: {Status}")]
    private static partial void Sent(ILogger log, string? who, PathString form, int status);
}
