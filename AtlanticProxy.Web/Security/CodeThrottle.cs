using System.Threading.RateLimiting;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// Bounds the codes of a second factor that are tried for one account: from everywhere together, since whoever tries knows the
/// password, and from a known browser apart from that, so that nobody is locked out.
/// </summary>
internal sealed class CodeThrottle : IDisposable
{
    /// <summary>An hour of it finds one of three good codes of a million with a chance of 1 to 33 000.</summary>
    private const int Tries = 10;

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly PartitionedRateLimiter<string> _tries = SignInThrottle.PerKey(Tries, Window);

    /// <summary>How long to wait; null: a code may be tried.</summary>
    /// <param name="device">Of a browser that the account signed in with before; null for others.</param>
    public TimeSpan? Wait(long userId, string? device)
    {
        using var lease = _tries.AttemptAcquire(KeyOf(userId, device), permitCount: 0);
        return lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Window;
    }

    public void CountFailure(long userId, string? device) => _tries.AttemptAcquire(KeyOf(userId, device)).Dispose();

    public void Dispose() => _tries.Dispose();

    private static string KeyOf(long userId, string? device) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{userId}/{device}");
}
