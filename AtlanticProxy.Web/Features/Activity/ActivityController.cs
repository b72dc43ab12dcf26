using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Activity;

/// <param name="HasMore">There are older ones.</param>
internal sealed record ActivityPage(
    ActivityChoice Choice, IReadOnlyList<ProxyUserSummary> ProxyUsers, IReadOnlyList<ActivityRun> Runs, bool HasMore);

/// <param name="Next">Where the page after this one begins; null where there is none.</param>
internal sealed record SignInsPage(IReadOnlyList<SignInSummary> Items, long? Next, bool IsFirst);

/// <summary>What became of a customer's connections, and who signed in to its portal.</summary>
[Authorize(Policies.Watchers), Route("/activity")]
internal sealed class ActivityController(
    ActivityQueries activity, SignInLog signIns, ProxyUserQueries proxyUsers, TimeProvider time) : PortalController
{
    /// <summary>Rows that are read, and rows that are shown of them once equal ones are folded.</summary>
    private const int RowsRead = 200, RowsShown = 50;

    [HttpGet]
    public async Task<IActionResult> Connections(ActivityChoice choice, CancellationToken cancellation)
    {
        var (users, filter) = await AskedAsync(choice, cancellation);
        var rows = await activity.ListAsync(User.Scope, User.CustomerId, filter, choice.Cursor, RowsRead, cancellation);
        var runs = ActivityRun.Of(rows);
        return View("Activity", new ActivityPage(
            choice, users, [.. runs.Take(RowsShown)], runs.Count > RowsShown || rows.Count == RowsRead));
    }

    [HttpGet("file")]
    public async Task<IActionResult> Download(ActivityChoice choice, CancellationToken cancellation)
    {
        var (_, filter) = await AskedAsync(choice, cancellation);
        var rows = await activity.ListAsync(
            User.Scope, User.CustomerId, filter, null, ActivityQueries.MaxRows, cancellation);
        string now = time.GetUtcNow().ToString("yyyyMMdd-HHmm", CultureInfo.InvariantCulture);
        return await CsvFile.Of($"connections-{now}",
            ["ended_at", "duration_ms", "connect_ms", "proxy_user", "client_address", "host", "port", "country", "outcome",
                "refused", "reason", "detail", "bytes_up", "bytes_down"],
            rows.Select(row => new object?[]
            {
                row.EndedAt, row.DurationMs, row.ConnectMs, row.ProxyUser, row.ClientAddress, row.Host, row.Port, row.Country,
                row.Outcome, row.Refused, row.Reason, row.Detail, row.BytesUp, row.BytesDown,
            }).ToAsyncEnumerable(), cancellation);
    }

    [HttpGet("sign-ins")]
    public async Task<IActionResult> SignIns(long? before, CancellationToken cancellation)
    {
        ModelState.Clear(); // what is no number begins with the latest
        var rows = await signIns.ListAsync(User.Scope, User.CustomerId, before, RowsShown + 1, cancellation);
        return View("SignIns", new SignInsPage(
            [.. rows.Take(RowsShown)], rows.Count > RowsShown ? rows[RowsShown - 1].Id : null, before is null));
    }

    private async Task<(IReadOnlyList<ProxyUserSummary> Users, ActivityFilter Filter)> AskedAsync(
        ActivityChoice choice, CancellationToken cancellation)
    {
        ModelState.Clear(); // what cannot be narrows nothing, and the form shows what was made of it
        choice.Tidy();
        var users = (await proxyUsers.ListAsync(User.Scope, new PageRequest(size: PageRequest.MaxSize), cancellation)).Items;
        var user = users.FirstOrDefault(one => one.Name.Equals(choice.User, StringComparison.OrdinalIgnoreCase));
        choice.User = user?.Name;
        return (users, choice.Filter(user?.Id, time.GetUtcNow()));
    }
}
