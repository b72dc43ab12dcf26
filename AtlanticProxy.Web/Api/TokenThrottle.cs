using System.Net;
using System.Threading.RateLimiting;
using AtlanticProxy.Web.Security;

namespace AtlanticProxy.Web.Api;

/// <summary>
/// Slows down who sends wrong tokens, by network. A right token is never refused by it: nobody guesses one of 190 bits, and a
/// broken program must not stop the others of its office.
/// </summary>
internal sealed class TokenThrottle(PortalOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _wrong =
        SignInThrottle.PerKey(options.ApiWrongTokensPerAddress, options.SignInWindow);

    /// <summary>Counts a wrong token. How long to wait after so many; null: there were fewer.</summary>
    public TimeSpan? CountFailure(IPAddress? client)
    {
        using var lease = _wrong.AttemptAcquire(SignInThrottle.NetworkOf(client).ToString());
        return lease.IsAcquired ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : options.SignInWindow;
    }

    public void Dispose() => _wrong.Dispose();
}
