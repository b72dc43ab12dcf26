using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// Where staff, or a customer's people, need a second factor and the grace is over, whoever has none is led to the page that
/// turns it on, before anything else. Who has one is not looked up: the sign-in says so.
/// </summary>
internal static class SecondFactorDemand
{
    public const string Page = "/security/second-factor";

    /// <summary>
    /// What can be done without: turning it on, adding a passkey, changing the own password, leaving, and what these pages look
    /// like.
    /// </summary>
    private static readonly PathString[] Open =
    [
        Page, "/security/passkeys", "/confirm", "/sign-out", "/sign-in", "/account/password", "/appearance", "/assets", "/error",
    ];

    private static readonly object Due = new();

    /// <summary>By when who is signed in must have one; null: they have, or need none.</summary>
    public static DateTimeOffset? DueOf(HttpContext context) => context.Items[Due] as DateTimeOffset?;

    /// <summary>After authorization: what that refuses is refused.</summary>
    public static void UseSecondFactorDemand(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (context.User.Identity is { IsAuthenticated: true }
            && !context.User.HasClaim(claim => claim.Type == AccountClaims.SecondFactor)
            && !ApiPaths.Covers(context) // a token's owner was asked for theirs when it was let in
            && !Open.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase)))
        {
            var due = await context.RequestServices.GetRequiredService<SecondFactorRule>()
                .DueAsync(context.User.UserId, context.RequestAborted);
            if (due <= context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow())
            {
                context.Response.Redirect(Page);
                return;
            }
            context.Items[Due] = due;
        }
        await next(context);
    });
}
