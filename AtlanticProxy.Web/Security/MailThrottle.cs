using System.Net;
using System.Threading.RateLimiting;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// Bounds the mails that people can have sent: by the network that they ask from where they are not signed in, else by their
/// customer, and by the address that is written to. An address that nobody has is counted like one that somebody has.
/// </summary>
internal sealed class MailThrottle(PortalOptions options) : IDisposable
{
    /// <summary>In one window: a team that begins, and no sender of spam.</summary>
    public const int InvitationsPerCustomer = 20;

    private readonly PartitionedRateLimiter<string> _invitations =
        SignInThrottle.PerKey(InvitationsPerCustomer, options.MailWindow);

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

    /// <summary>
    /// The same for one of a customer's people, or of the staff (null), who invites another or proves an address.
    /// </summary>
    public TimeSpan? TakeInvitation(long? customerId, string? recipient) =>
        Spent(_invitations, customerId?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "staff")
        ?? Spent(_byRecipient, recipient?.Trim().ToLowerInvariant() ?? "");

    public void Dispose()
    {
        _invitations.Dispose();
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
