using System.Net;
using System.Threading.RateLimiting;

namespace AtlanticProxy.Web.Security;

/// <summary>Someone who tries to sign in.</summary>
/// <param name="Network">Where the client is: <see cref="SignInThrottle.NetworkOf"/>.</param>
/// <param name="Account">The email address that was typed, in lower case, whether or not there is such an account.</param>
/// <param name="Device">The id of a browser that this account signed in with before; null for others.</param>
internal sealed record SignInAttempt(IPNetwork Network, string Account, string? Device);

/// <summary>
/// Slows down the guessing of passwords. Failures count, right passwords cost nothing: by network, by account and network, and by
/// account for all strangers together, so that many machines cannot guess either. A known browser has a count of its own, and a
/// known network is no stranger: guessing locks nobody out. An account that does not exist is counted like one that does.
/// </summary>
internal sealed class SignInThrottle(PortalOptions options) : IDisposable
{
    /// <summary>An IPv6 client has a whole /64 to try from (RFC 6177).</summary>
    private const int IPv6Prefix = 64, IPv4Prefix = 32;

    /// <summary>Passwords of one network that are checked at a time, and those that wait for it: each costs much CPU.</summary>
    private const int ChecksAtATime = 2, ChecksWaiting = 16;

    private readonly PartitionedRateLimiter<string> _byNetwork = PerKey(options.SignInsPerAddress, options.SignInWindow);
    private readonly PartitionedRateLimiter<string> _byAccount = PerKey(options.SignInsPerAccount, options.SignInWindow);
    private readonly PartitionedRateLimiter<string> _byStrangers = PerKey(options.SignInsOfStrangers, options.SignInWindow);

    private readonly PartitionedRateLimiter<IPNetwork> _checks = PartitionedRateLimiter.Create<IPNetwork, IPNetwork>(network =>
        RateLimitPartition.GetConcurrencyLimiter(network, _ => new ConcurrencyLimiterOptions
        {
            PermitLimit = ChecksAtATime, QueueLimit = ChecksWaiting,
        }));

    /// <summary>Waits for a turn to check a password; not acquired when too many of this network wait already.</summary>
    public ValueTask<RateLimitLease> EnterAsync(SignInAttempt attempt, CancellationToken cancellation) =>
        _checks.AcquireAsync(attempt.Network, cancellationToken: cancellation);

    /// <summary>How long to wait after so many failures; null when the password may be checked.</summary>
    /// <param name="isNetworkKnown">Asked only when it matters: whether the account signed in from this network before.</param>
    public async Task<TimeSpan?> WaitAsync(SignInAttempt attempt, Func<Task<bool>> isNetworkKnown)
    {
        if (attempt.Device is not null)
            return Spent(_byAccount, DeviceKey(attempt));
        return Spent(_byNetwork, NetworkKey(attempt)) ?? Spent(_byAccount, AccountKey(attempt))
            ?? (Spent(_byStrangers, attempt.Account) is { } wait && !await isNetworkKnown() ? wait : null);
    }

    /// <summary>Counts a wrong password.</summary>
    public void CountFailure(SignInAttempt attempt)
    {
        if (attempt.Device is not null)
        {
            _byAccount.AttemptAcquire(DeviceKey(attempt)).Dispose();
            return;
        }
        _byNetwork.AttemptAcquire(NetworkKey(attempt)).Dispose();
        _byAccount.AttemptAcquire(AccountKey(attempt)).Dispose();
        _byStrangers.AttemptAcquire(attempt.Account).Dispose();
    }

    public void Dispose()
    {
        _byNetwork.Dispose();
        _byAccount.Dispose();
        _byStrangers.Dispose();
        _checks.Dispose();
    }

    /// <summary>What counts as one place. Clients whose address is unknown share one.</summary>
    internal static IPNetwork NetworkOf(IPAddress? address)
    {
        address ??= IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork)
            return new IPNetwork(address, IPv4Prefix);
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(IPv6Prefix / 8).Clear();
        return new IPNetwork(new IPAddress(bytes), IPv6Prefix);
    }

    private static string NetworkKey(SignInAttempt attempt) => attempt.Network.ToString();

    private static string AccountKey(SignInAttempt attempt) => $"{attempt.Network} {attempt.Account}";

    private static string DeviceKey(SignInAttempt attempt) => $"device {attempt.Device}";

    // Asking for nothing answers whether there is something.
    private TimeSpan? Spent(PartitionedRateLimiter<string> limiter, string key)
    {
        using var lease = limiter.AttemptAcquire(key, permitCount: 0);
        return lease.IsAcquired ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : options.SignInWindow;
    }

    internal static PartitionedRateLimiter<string> PerKey(int permits, TimeSpan window) =>
        PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetFixedWindowLimiter(
            key, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = window, QueueLimit = 0 }));
}
