namespace AtlanticProxy.Host.Certificates;

/// <summary>
/// When the authority is asked: as seldom as Let's Encrypt's limits demand (https://letsencrypt.org/docs/rate-limits/).
/// </summary>
internal static class AcmeSchedule
{
    /// <summary>
    /// Five failed validations an hour are allowed; four are what this comes to at most, whatever else a person retries.
    /// </summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(15);

    /// <summary>Let's Encrypt's integration guide: back off to about once a day.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    /// <summary>Between the last attempt and one that a person asks for: with it, five an hour cannot be passed.</summary>
    public static readonly TimeSpan LeastPause = TimeSpan.FromMinutes(12);

    /// <summary>What <see cref="AcmeOptions.OrdersPerHour"/> counts in.</summary>
    public static readonly TimeSpan OrderWindow = TimeSpan.FromHours(1);

    /// <summary>Between two looks whether a reseller's name leads here: somebody may be waiting for it.</summary>
    public static readonly TimeSpan DnsPause = TimeSpan.FromMinutes(2);

    /// <summary>The next attempt after so many failures in a row: 15 minutes, 30, 60 ... a day.</summary>
    /// <param name="error">The last failure's words, which may name a time.</param>
    public static DateTimeOffset RetryAt(int failures, string? error, DateTimeOffset now)
    {
        var pause = failures > 10
            ? LongestPause
            : TimeSpan.FromTicks(Math.Min((FirstPause * (1 << (failures - 1))).Ticks, LongestPause.Ticks));
        var retry = now + pause;
        return error is not null && AcmeErrors.RetryAfter(error) is { } told && told > retry ? told : retry;
    }

    /// <summary>When a certificate is renewed.</summary>
    /// <param name="whenLeft">Share of its life that is left then.</param>
    public static DateTimeOffset RenewAt(DateTimeOffset from, DateTimeOffset until, double whenLeft) =>
        until - (until - from) * whenLeft;

    /// <summary>When one more order keeps to the limit: at once, or when the oldest of as many is an hour old.</summary>
    /// <param name="orders">Of the last hour, in their order.</param>
    public static DateTimeOffset NextOrder(IReadOnlyList<DateTimeOffset> orders, int perHour) =>
        orders.Count < perHour ? DateTimeOffset.MinValue : orders[orders.Count - perHour] + OrderWindow;
}
