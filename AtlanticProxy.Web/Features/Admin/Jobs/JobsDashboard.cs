using System.Net;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using Hangfire;
using Hangfire.Common;
using Hangfire.Dashboard;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Features.Admin.Jobs;

/// <summary>Hangfire's own pages under /admin/jobs: who may read operations looks, who may write them acts.</summary>
internal static class JobsDashboard
{
    private const string Address = "/admin/jobs", Stylesheet = "JobsDashboard.css", OneAtATime = "jobs-dashboard";

    /// <summary>Seconds between updates of the figures on an open page.</summary>
    private const int PollingInterval = 5;

    /// <summary>Of its choices, the first that shows all recurring jobs at once.</summary>
    private const int RecordsPerPage = 50;

    /// <summary>Requests that wait for their turn: more than any number of staff with open pages.</summary>
    private const int WaitingRequests = 100;

    /// <summary>
    /// Hangfire asks its storage synchronously, so a request of its pages that waits for a database connection keeps a thread
    /// from those who would give one back. One such request at a time can hold up nobody.
    /// </summary>
    public static void AddLimiter(RateLimiterOptions limits)
    {
        limits.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
        limits.AddConcurrencyLimiter(OneAtATime, limiter => (limiter.PermitLimit, limiter.QueueLimit) = (1, WaitingRequests));
    }

    /// <summary>Whether a page is one of Hangfire's.</summary>
    public static bool Covers(PathString path) => path.StartsWithSegments(Address, StringComparison.Ordinal);

    /// <summary>In a host that has jobs.</summary>
    public static void MapJobsDashboard(this WebApplication app)
    {
        if (app.Services.GetService<JobStorage>() is not { } storage)
            return;
        app.Services.GetRequiredService<IGlobalConfiguration>()
            .UseDashboardStylesheet(typeof(JobsDashboard).Assembly, Stylesheet)
            .UseDashboardStylesheetDarkMode(typeof(JobsDashboard).Assembly, Stylesheet);
        app.MapHangfireDashboardWithAuthorizationPolicy(
            Policies.Of(Area.Operations, Access.Read),
            Address,
            new DashboardOptions
            {
                AppPath = "/admin",
                DashboardTitle = TitleOf(app.Services.GetRequiredService<PortalOptions>().Banner),
                DarkModeEnabled = true,
                DisplayStorageConnectionString = false,
                DisplayNameFunc = (_, job) => NameOf(job),
                IsReadOnlyFunc = context => !context.GetHttpContext().User.Writes(Area.Operations),
                StatsPollingInterval = PollingInterval * 1000,
                DefaultRecordsPerPage = RecordsPerPage,
            },
            storage).RequireRateLimiting(OneAtATime);
    }

    /// <summary>
    /// Hangfire's pages have no other place for what stands above all of ours. Hangfire writes it into them as it is.
    /// </summary>
    private static string TitleOf(string banner) => banner.Length == 0 ? "Jobs" : WebUtility.HtmlEncode($"Jobs: {banner}");

    /// <summary>The job in plain words: all of ours are one method, whose first argument says which.</summary>
    private static string NameOf(Job job) =>
        job.Args is [string id, ..] && ClusterJobs.Find(id) is { } known ? known.Title : $"{job.Type.Name}.{job.Method.Name}";
}
