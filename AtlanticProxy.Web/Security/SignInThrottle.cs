using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// Slows down password guessing, by client address and by account. An account that does not exist is counted like one that does,
/// so the limit tells nothing; open sessions and proxy traffic of the account are untouched.
/// </summary>
internal sealed class SignInThrottle(PortalOptions options) : IDisposable
{
    /// <summary>An IPv6 client has a whole /64 to try from (RFC 6177).</summary>
    private const int IPv6PrefixBytes = 8;

    private readonly PartitionedRateLimiter<string> _byAddress = PerKey(options.SignInsPerAddress, options.SignInWindow);
    private readonly PartitionedRateLimiter<string> _byAccount = PerKey(options.SignInsPerAccount, options.SignInWindow);

    /// <summary>Counts one try. Null when it may go on, otherwise how long to wait.</summary>
    public TimeSpan? Try(HttpContext context, string email)
    {
        using var address = _byAddress.AttemptAcquire(AddressKey(context.Connection.RemoteIpAddress));
        if (!address.IsAcquired)
            return RetryAfter(address);
        using var account = _byAccount.AttemptAcquire(email.Trim().ToUpperInvariant());
        return account.IsAcquired ? null : RetryAfter(account);
    }

    public void Dispose()
    {
        _byAddress.Dispose();
        _byAccount.Dispose();
    }

    internal static string AddressKey(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        byte[] bytes = address.GetAddressBytes();
        return Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, IPv6PrefixBytes)));
    }

    private TimeSpan RetryAfter(RateLimitLease lease) =>
        lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : options.SignInWindow;

    private static PartitionedRateLimiter<string> PerKey(int permits, TimeSpan window) =>
        PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetFixedWindowLimiter(
            key, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = window, QueueLimit = 0 }));
}
