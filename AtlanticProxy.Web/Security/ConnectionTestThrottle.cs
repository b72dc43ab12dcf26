using System.Globalization;
using System.Threading.RateLimiting;

namespace AtlanticProxy.Web.Security;

/// <summary>Bounds the connections that a customer has the appliance itself make.</summary>
internal sealed class ConnectionTestThrottle : IDisposable
{
    /// <summary>One every ten seconds: as fast as somebody can read what came out.</summary>
    public const int TestsPerMinute = 6;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<string> _tests = SignInThrottle.PerKey(TestsPerMinute, Window);

    /// <summary>Counts a test. How long to wait instead; null: it may be made.</summary>
    public TimeSpan? Take(long customerId)
    {
        using var lease = _tests.AttemptAcquire(customerId.ToString(CultureInfo.InvariantCulture));
        return lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Window;
    }

    public void Dispose() => _tests.Dispose();
}
