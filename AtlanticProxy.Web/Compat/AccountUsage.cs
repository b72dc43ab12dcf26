using System.Security.Claims;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Web.Security;

namespace AtlanticProxy.Web.Compat;

/// <summary>An account's running period, and what its proxy users used in it.</summary>
/// <param name="Start">Inclusive; whole hours count.</param>
/// <param name="End">Exclusive; in the future.</param>
internal sealed record AccountPeriod(
    DateTimeOffset Start, DateTimeOffset End, DateTimeOffset Now, IReadOnlyDictionary<long, UsageShare> Shares,
    IReadOnlyDictionary<long, QuotaSummary> Caps)
{
    /// <summary>A proxy user with a cap has a period of its own, in which its bytes are counted to the last one.</summary>
    public long BytesOf(long proxyUserId) => Caps.TryGetValue(proxyUserId, out var cap)
        ? cap.Used
        : Shares.GetValueOrDefault(proxyUserId)?.Bytes ?? 0;

    public long ConnectionsOf(long proxyUserId) => Shares.GetValueOrDefault(proxyUserId)?.Connections ?? 0;

    public DateTimeOffset StartOf(long proxyUserId) => Caps.GetValueOrDefault(proxyUserId)?.PeriodStart ?? Start;

    public DateTimeOffset EndOf(long proxyUserId) => Caps.GetValueOrDefault(proxyUserId)?.PeriodEnd ?? End;
}

/// <summary>Reads what an account's proxy users used in its running period.</summary>
internal sealed class AccountUsage(UsageReports reports, QuotaQueries quotas, TimeProvider time)
{
    private const int MaxProxyUsers = 100_000;

    /// <summary>The period is that of the account's traffic; without one, the month (UTC).</summary>
    public async Task<AccountPeriod> ReadAsync(ClaimsPrincipal user, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var all = await quotas.ListAsync(user.Scope, user.CustomerId, cancellation);
        var month = UsageSpan.StartOf(now, UsageGrain.Month);
        var own = all.FirstOrDefault(quota => quota.ProxyUserId is null);
        var (start, end) = own is { FromWallet: false, PeriodEnd: { } until }
            ? (own.PeriodStart, until)
            : (month, month.AddMonths(1));
        var shares = await reports.SharesAsync(new UsageFilter(user.Scope, user.CustomerId),
            new UsageSpan(start, now, UsageGrain.Day), UsageDimension.ProxyUser, MaxProxyUsers, cancellation);
        return new AccountPeriod(start, end, now, shares.ToDictionary(share => share.Id),
            all.Where(quota => quota.ProxyUserId is not null).ToDictionary(quota => quota.ProxyUserId!.Value));
    }
}
