using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.LiveConnections;

/// <summary>The connections that are wanted, with the names of what they have ids of.</summary>
/// <param name="Live">Null when the proxy does not answer.</param>
/// <param name="Traffic">Of the last second, all customers together.</param>
/// <param name="Emails">Of customers, by id.</param>
/// <param name="Providers">Names by id; empty for those who may not know them.</param>
internal sealed record LivePage(
    LiveChoice Choice, LiveLook? Live, LiveFigure Traffic, DateTimeOffset At, IReadOnlyDictionary<long, string> Emails,
    IReadOnlyDictionary<long, string> Providers)
{
    /// <summary>Rows at most.</summary>
    public const int Most = 200;
}

/// <param name="Ids">Of the selected connections.</param>
/// <param name="Sure">The user confirmed it.</param>
internal sealed record CutForm(IReadOnlyList<long>? Ids, bool Sure);

/// <param name="Open">Those of the selected ones that are still open.</param>
internal sealed record CutPage(LiveChoice Choice, IReadOnlyList<OpenConnection> Open, IReadOnlyDictionary<long, string> Emails);

/// <summary>What passes through this node at this second.</summary>
[Reads(Area.Network), Route(LiveChoice.Path)]
internal sealed class LiveConnectionsController(
    ILiveConnections live, ILiveTraffic traffic, CustomerQueries customers, ProviderQueries providers, TimeProvider time)
    : PortalController
{
    /// <summary>Connections that an entry of the audit log names.</summary>
    private const int Named = 20;

    [HttpGet]
    public async Task<IActionResult> Show(LiveChoice choice, CancellationToken cancellation) =>
        View("Live", await PageAsync(choice, cancellation));

    [HttpGet("now"), AsksByItself]
    public async Task<IActionResult> Now(LiveChoice choice, CancellationToken cancellation) =>
        PartialView("_Now", await PageAsync(choice, cancellation));

    [HttpPost("cut"), Writes(Area.Network)]
    public async Task<IActionResult> Cut(
        CutForm form, LiveChoice choice, [FromServices] NoteAct note, CancellationToken cancellation)
    {
        var ids = (form.Ids ?? []).Take(LivePage.Most).ToHashSet();
        if (ids.Count == 0)
            return Back(choice, "No changes: select connections first.");
        var open = (await live.LookAsync(
            new OpenConnectionFilter(Ids: ids), OpenConnectionOrder.Age, LivePage.Most, cancellation)).Open.Items;
        if (open.Count == 0)
            return Back(choice, "They have ended already.");
        if (!form.Sure)
            return View("Cut", new CutPage(choice, open, await EmailsAsync(open, cancellation)));
        int cut = await live.CutAsync(ids, cancellation);
        foreach (var ofOne in open.GroupBy(connection => connection.CustomerId))
            await note.ExecuteAsync(new(AuditChange.Removed, AuditQueries.OpenConnections,
                ofOne.Count() == 1 ? "1 open connection" : $"{ofOne.Count()} open connections", ofOne.Key,
                new Dictionary<string, string> { ["connections"] = NamesOf(ofOne.Take(Named)) }), cancellation);
        return Back(choice, Phrase.Plural(cut, $"{cut} connection is cut.", $"{Format.Count(cut)} connections are cut."));
    }

    /// <summary>Where a connection goes.</summary>
    public static Phrase TargetOf(OpenConnection connection) =>
        connection.Host.Length == 0 ? "datagrams" : Phrase.Verbatim($"{connection.Host}:{connection.Port}");

    private static string NamesOf(IEnumerable<OpenConnection> connections) =>
        string.Join(", ", connections.Select(connection => $"{connection.ProxyUser} to {TargetOf(connection)}"));

    private async Task<LivePage> PageAsync(LiveChoice choice, CancellationToken cancellation)
    {
        ModelState.Clear(); // what is no choice does not narrow
        if (!User.Writes(Area.Network))
            choice = choice with { Provider = null };
        long? customer = string.IsNullOrWhiteSpace(choice.Customer)
            ? null
            : (await customers.FindByEmailAsync(choice.Customer, cancellation)) is { IsSuccess: true } found ? found.Value.Id : 0;
        LiveLook? now;
        try
        {
            now = await live.LookAsync(choice.Filter(customer), choice.Order, LivePage.Most, cancellation);
        }
        catch (TimeoutException)
        {
            now = null;
        }
        return new LivePage(
            choice, now, traffic.Total, time.GetUtcNow(), await EmailsAsync(now?.Open.Items ?? [], cancellation),
            User.Writes(Area.Network)
                ? (await providers.ListAsync(cancellation)).ToDictionary(provider => provider.Id, provider => provider.Name)
                : new Dictionary<long, string>());
    }

    private Task<IReadOnlyDictionary<long, string>> EmailsAsync(
        IReadOnlyList<OpenConnection> connections, CancellationToken cancellation) =>
        customers.EmailsAsync(connections.Select(connection => connection.CustomerId), cancellation);

    private LocalRedirectResult Back(LiveChoice choice, Phrase words) => RedirectSaying(choice.Href(), words);
}
