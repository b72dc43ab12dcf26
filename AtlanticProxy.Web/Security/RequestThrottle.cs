using System.Threading.RateLimiting;
using AtlanticProxy.Web.Api;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// How many requests a person may send, whatever they ask for: a token bucket for each signed-in account, and one for each
/// network of those who are not signed in. What costs more has a limit of its own beside it.
/// </summary>
internal static class RequestThrottle
{
    /// <summary>
    /// Files that browsers keep; health, which monitors ask for; and what payment gateways send: those sign it, and must not lose
    /// a payment.
    /// </summary>
    private static readonly PathString[] Uncounted = ["/assets", "/brand.css", "/brand/logo", "/health", "/webhooks"];

    public static void AddTo(RateLimiterOptions limits, PortalOptions options)
    {
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.RequestBurst, TokensPerPeriod = options.RequestsPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0,
        };
        limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => IsCounted(context)
            ? RateLimitPartition.GetTokenBucketLimiter(KeyOf(context), _ => bucket)
            : RateLimitPartition.GetNoLimiter(""));
        limits.OnRejected = (rejected, _) =>
        {
            // The other limiters are of concurrency: they cannot say when to come back.
            if (rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
            {
                rejected.HttpContext.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                rejected.HttpContext.Response.Headers.RetryAfter = PasswordCheck.RetryAfter(wait);
            }
            return ValueTask.CompletedTask;
        };
    }

    /// <summary>
    /// The page that says that there were too many is shown, too. What comes with a token, the API counts by that.
    /// </summary>
    private static bool IsCounted(HttpContext context) =>
        context.Features.Get<IStatusCodeReExecuteFeature>() is null
        && !context.User.HasClaim(claim => claim.Type == BearerHandler.TokenClaim)
        && !Uncounted.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase));

    private static string KeyOf(HttpContext context) => context.User.Identity is { IsAuthenticated: true }
        ? $"user {context.User.UserId}"
        : SignInThrottle.NetworkOf(context.Connection.RemoteIpAddress).ToString();
}
