using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// Refuses a body that says it is too long before anything reads it; Kestrel's own limit cuts those that do not say.
/// </summary>
internal static class BodyLimit
{
    public const long MaxBytes = 10_000_000; // contracts: bodies over 10 MB are refused with 413

    public static IApplicationBuilder UseBodyLimit(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.ContentLength is not > MaxBytes)
            return next(context);
        context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        return Task.CompletedTask;
    });
}
