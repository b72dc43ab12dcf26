using System.Net;
using System.Threading.RateLimiting;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// Bounds the mails that people who are not signed in can have sent: by the network that they ask from, and by the address that
/// is written to. An address that nobody has is counted like one that somebody has.
/// </summary>
internal sealed class MailThrottle(PortalOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _byNetwork =
        SignInThrottle.PerKey(options.MailsPerAddress, options.MailWindow);

    private readonly PartitionedRateLimiter<string> _byRecipient =
        SignInThrottle.PerKey(options.MailsPerAccount, options.MailWindow);

    private readonly PartitionedRateLimiter<string> _signUps =
        SignInThrottle.PerKey(options.SignUpsPerAddress, options.MailWindow);

    /// <summary>Counts a mail that is asked for. How long to wait instead; null: it may be sent.</summary>
    public TimeSpan? Take(IPAddress? client, string? recipient) =>
        Spent(_byNetwork, SignInThrottle.NetworkOf(client).ToString())
        ?? Spent(_byRecipient, recipient?.Trim().ToLowerInvariant() ?? "");

    /// <summary>The same for whoever wants an account.</summary>
    public TimeSpan? TakeSignUp(IPAddress? client, string? recipient) =>
        Spent(_signUps, SignInThrottle.NetworkOf(client).ToString()) ?? Take(client, recipient);

    public void Dispose()
    {
        _byNetwork.Dispose();
        _byRecipient.Dispose();
        _signUps.Dispose();
    }

    private TimeSpan? Spent(PartitionedRateLimiter<string> limiter, string key)
    {
        using var lease = limiter.AttemptAcquire(key);
        return lease.IsAcquired ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : options.MailWindow;
    }
}
