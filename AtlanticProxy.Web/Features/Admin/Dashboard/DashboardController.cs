using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.Web.Features.Live;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Dashboard;

internal sealed record DashboardPage(
    UsageTotal Today, IReadOnlyList<UsagePoint> Hours, int Customers, int ProxyUsers, IReadOnlyList<ProviderSummary> Providers,
    bool InSetup, LiveMessage Live);

[Authorize(Policies.Staff)]
internal sealed class DashboardController(
    UsageQueries usage, CustomerQueries customers, ProxyUserQueries proxyUsers, ProviderQueries providers,
    SiteQueries site, ILiveTraffic traffic, TimeProvider time) : PortalController
{
    private const int ChartHours = 24;

    /// <summary>Lists are asked only for their totals.</summary>
    private static readonly PageRequest CountOnly = new(size: 1);

    [HttpGet("/admin")]
    public async Task<IActionResult> Show(CancellationToken cancellation)
    {
        var everything = new UsageFilter(Scope.Staff);
        return View("Dashboard", new DashboardPage(
            await usage.TodayAsync(everything, cancellation),
            await usage.LastHoursAsync(everything, ChartHours, cancellation),
            (await customers.ListAsync(CountOnly, cancellation)).Total,
            (await proxyUsers.ListAsync(Scope.Staff, CountOnly, cancellation)).Total,
            await providers.ListAsync(cancellation), User.IsOwner && !await site.IsSetupFinishedAsync(cancellation),
            LiveMessage.For(User, traffic, time.GetUtcNow())));
    }
}
