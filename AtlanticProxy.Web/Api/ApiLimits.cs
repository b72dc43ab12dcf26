using System.Globalization;
using System.Threading.RateLimiting;
using AtlanticProxy.Web.Security;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Api;

/// <summary>
/// How many requests a token may send: a bucket each, whose state every answer says (draft-ietf-httpapi-ratelimit-headers-10).
/// </summary>
internal sealed class ApiLimits(PortalOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _requests = PartitionedRateLimiter.Create<string, string>(token =>
        RateLimitPartition.GetTokenBucketLimiter(token, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.ApiRequestBurst, TokensPerPeriod = options.ApiRequestsPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0,
        }));

    /// <summary>After authorization: what that refuses is not counted here.</summary>
    public Task LimitAsync(HttpContext context, RequestDelegate next)
    {
        if (context.User.FindFirst(BearerHandler.TokenClaim)?.Value is not { } token)
            return next(context);
        if (TryTake(token, context.Response.Headers))
            return next(context);
        return new ApiProblem(StatusCodes.Status429TooManyRequests, new ApiError("request.rate_limited",
            "Too many requests with this token. Wait for Retry-After seconds.")).ExecuteAsync(context);
    }

    /// <summary>
    /// Counts a request, and says in <paramref name="headers"/> how many are left; false when there were too many.
    /// </summary>
    /// <param name="token">Whose bucket.</param>
    public bool TryTake(string token, IHeaderDictionary headers)
    {
        using var lease = _requests.AttemptAcquire(token);
        long left = _requests.GetStatistics(token)?.CurrentAvailablePermits ?? 0;
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture,
            $"\"token\";q={options.ApiRequestBurst};w={SecondsFor(options.ApiRequestBurst)}");
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture,
            $"\"token\";r={left};t={SecondsFor(options.ApiRequestBurst - left)}");
        if (!lease.IsAcquired)
            headers.RetryAfter = PasswordCheck.RetryAfter(
                lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1));
        return lease.IsAcquired;
    }

    public void Dispose() => _requests.Dispose();

    private long SecondsFor(long requests) =>
        (requests + options.ApiRequestsPerSecond - 1) / options.ApiRequestsPerSecond;
}
