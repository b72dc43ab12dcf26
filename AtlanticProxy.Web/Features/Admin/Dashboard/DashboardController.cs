using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Business;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.ControlPlane.Usage.Targets;
using AtlanticProxy.Web.Features.Live;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Dashboard;

/// <summary>Traffic and its success in a range, and in the one before.</summary>
/// <param name="Before">Null where it is not known.</param>
internal sealed record DashboardTraffic(
    IReadOnlyList<UsagePoint> Series, UsageTotal Total, UsageTotal? Before, double? Success, long? MedianConnectMs);

/// <summary>Money, for those who may see it.</summary>
/// <param name="Days">Of the last 30 days, or of the year; empty for shorter ranges.</param>
internal sealed record DashboardMoney(
    BusinessFigures Now, BusinessFigures Before, SubscriptionBase Subscriptions, IReadOnlyList<BusinessDay> Days);

/// <param name="Money">Null for those without a right to it.</param>
internal sealed record DashboardPage(
    DashboardRange Range, LiveMessage Live, IReadOnlyList<Need> Needs, DashboardTraffic Traffic, DashboardMoney? Money,
    IReadOnlyList<ProviderSummary> Providers, IReadOnlyList<ProviderStatus> Statuses, IReadOnlyList<UsageShare> TopCustomers,
    IReadOnlyList<TargetShare>? TopTargets, Page<CustomerRow> Newest, int ProxyUsers, bool InSetup)
{
    public bool IsNew => Providers.Count == 0 || Newest.Total == 0 || ProxyUsers == 0;
}

/// <summary>Whether anything is wrong, and whether the business is well.</summary>
[Authorize(Policies.Staff)]
internal sealed class DashboardController(
    UsageQueries usage, UsageReports reports, EndingQueries endings, BusinessQueries business, CustomerList customers,
    ProxyUserQueries proxyUsers, ProviderQueries providers, IProviderStatuses statuses, TargetQueries targets,
    IPortalCertificate certificate, SiteQueries site, ILiveTraffic traffic, TimeProvider time) : PortalController
{
    private const int Top = 5;

    private static readonly UsageFilter Everything = new(Scope.Staff);

    [HttpGet("/admin")]
    public async Task<IActionResult> Show(CancellationToken cancellation, DashboardRange range = DashboardRange.Day)
    {
        ModelState.Clear(); // what is no range is a day
        var now = time.GetUtcNow();
        var span = range.Span(now);
        var subscriptions = await business.SubscriptionsAsync(cancellation);
        bool seesMoney = User.Writes(Area.Bookkeeping);
        return View("Dashboard", new DashboardPage(
            range,
            LiveMessage.For(User, traffic, now),
            Need.Of(User.Rights, statuses.Current, certificate.Worst(),
                seesMoney ? await business.OpenMattersAsync(cancellation) : null, seesMoney ? subscriptions.PastDue : 0),
            await TrafficAsync(range, span, cancellation),
            seesMoney ? await MoneyAsync(range, span, subscriptions, cancellation) : null,
            await providers.ListAsync(cancellation),
            statuses.Current,
            await reports.SharesAsync(Everything, span, UsageDimension.Customer, Top, cancellation),
            targets.AreKept ? await targets.TopOf30DaysAsync(Everything, Top, cancellation) : null,
            await customers.ListAsync(new CustomerFilter(Sort: CustomerSort.Since, Descending: true), new PageRequest(size: Top),
                cancellation),
            (await proxyUsers.ListAsync(Scope.Staff, new PageRequest(size: 1), cancellation)).Total,
            User.IsOwner && !await site.IsSetupFinishedAsync(cancellation)));
    }

    private async Task<DashboardTraffic> TrafficAsync(DashboardRange range, UsageSpan span, CancellationToken cancellation)
    {
        var series = range == DashboardRange.Hour
            ? await usage.SeriesAsync(Everything, UsagePeriod.LastHour, cancellation)
            : await reports.SeriesAsync(Everything, span, cancellation);
        var total = new UsageTotal(series.Sum(point => point.BytesUp), series.Sum(point => point.BytesDown),
            series.Sum(point => point.Connections));
        // Endings are added up by the hour.
        var ended = await endings.TotalAsync(Everything, span with { From = UsageSpan.StartOf(span.From, UsageGrain.Hour) },
            cancellation);
        bool isMeasured = span.From >= await endings.SinceAsync(cancellation);
        return new DashboardTraffic(series, total,
            range == DashboardRange.Hour ? null : await reports.TotalAsync(Everything, span.Before(), cancellation),
            isMeasured ? EndingReport.SuccessOf(total.Connections, ended.Refused) : null,
            isMeasured ? ended.MedianConnectMs : null);
    }

    private async Task<DashboardMoney> MoneyAsync(
        DashboardRange range, UsageSpan span, SubscriptionBase subscriptions, CancellationToken cancellation)
    {
        var before = span.Before();
        var (first, last) = (DateOnly.FromDateTime(span.From.UtcDateTime), DateOnly.FromDateTime(span.To.UtcDateTime));
        return new DashboardMoney(
            await business.FiguresAsync(span.From, span.To, cancellation),
            await business.FiguresAsync(before.From, before.To, cancellation),
            subscriptions,
            range is DashboardRange.Month or DashboardRange.Year ? await business.DaysAsync(first, last, cancellation) : []);
    }
}
