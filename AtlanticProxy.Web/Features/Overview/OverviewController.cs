using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.ControlPlane.Usage.Targets;
using AtlanticProxy.Web.Features.Live;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Overview;

internal sealed record OverviewPage(
    CustomerSummary Customer,
    UsageTotal Today,
    IReadOnlyList<UsagePoint> Hours,
    IReadOnlyList<TargetShare>? Destinations,
    Page<ProxyUserSummary> ProxyUsers,
    IReadOnlyDictionary<long, UsageTotal> TodayByProxyUser,
    CredentialsPanel? Start,
    QuotaSummary? Quota,
    Wallet Wallet,
    bool PlanEndsSoon)
{
    /// <summary>Those that moved most in 30 days.</summary>
    public IReadOnlyList<UsageShare> TopUsers { get; init; } = [];

    public LiveMessage Live { get; init; } = LiveMessage.None;

    /// <summary>Connections that were opened in 24 hours.</summary>
    public long Opened { get; init; }

    /// <summary>How connections ended in 24 hours.</summary>
    public EndingReport Endings { get; init; } = EndingReport.Empty;

    public double? Success => EndingReport.SuccessOf(Opened, Endings.Refused);
}

/// <summary>A customer's first page: what was used, and how to begin.</summary>
[Authorize(Policies.Customers)]
internal sealed class OverviewController(
    CustomerQueries customers, ProxyUserQueries proxyUsers, UsageQueries usage, TargetQueries targets, PortalOptions portal)
        : PortalController
{
    private const int ChartHours = 24, TopDestinations = 5, TopUsers = 5;

    /// <summary>Long enough before a plan's end to renew it in time.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromDays(7);

    [HttpGet("/overview")]
    public async Task<IActionResult> Show([FromServices] QuotaQueries quotas, [FromServices] WalletQueries wallets,
        [FromServices] EndingQueries endings, [FromServices] ILiveTraffic traffic, [FromServices] TimeProvider time,
        CancellationToken cancellation)
    {
        var found = await customers.FindAsync(User.Scope, User.CustomerId, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        var filter = new UsageFilter(User.Scope);
        var users = await proxyUsers.ListAsync(User.Scope, new PageRequest(), cancellation);
        var hours = await usage.LastHoursAsync(filter, ChartHours, cancellation);
        var day = new UsageSpan(hours[0].From, hours[^1].From.AddHours(1), UsageGrain.Hour);
        string endpoint = CredentialsPanel.EndpointOf(portal, Request);
        return View("Overview", new OverviewPage(
            found.Value,
            TodayOf(hours),
            hours,
            targets.AreKept ? await targets.TopOf30DaysAsync(filter, TopDestinations, cancellation) : null,
            users,
            await usage.TodayByProxyUserAsync(User.Scope, [.. users.Items.Select(user => user.Id)], cancellation),
            users.Items is [var first, ..] ? new CredentialsPanel(first, null, endpoint, null, portal) : null,
            await quotas.FindAsync(User.Scope, User.CustomerId, cancellation),
            (await wallets.FindAsync(User.Scope, User.CustomerId, cancellation)).Value,
            found.Value.PlanEndsAt - time.GetUtcNow() < Soon)
        {
            TopUsers = await usage.SharesAsync(
                filter, UsagePeriod.Last30Days, UsageDimension.ProxyUser, TopUsers, cancellation),
            Live = LiveMessage.For(User, traffic, time.GetUtcNow()),
            Opened = hours.Sum(hour => hour.Connections),
            Endings = await endings.TotalAsync(filter, day, cancellation),
        });
    }

    /// <summary>The part of a day's hours, the present one last, that is since midnight UTC.</summary>
    private static UsageTotal TodayOf(IReadOnlyList<UsagePoint> hours)
    {
        var today = hours.Where(hour => hour.From.UtcDateTime.Date == hours[^1].From.UtcDateTime.Date).ToList();
        return new UsageTotal(
            today.Sum(hour => hour.BytesUp), today.Sum(hour => hour.BytesDown), today.Sum(hour => hour.Connections));
    }
}
