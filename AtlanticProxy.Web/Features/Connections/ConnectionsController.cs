using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Connections;

/// <param name="Path">Address of this page, without its filter.</param>
/// <param name="Back">Where one came from, and its name.</param>
/// <param name="RefusedOnly">Whether only refusals are shown.</param>
/// <param name="ShowsProviders">Staff see whose exits were used; customers do not.</param>
internal sealed record ConnectionsPage(
    ProxyUserSummary User, IReadOnlyList<LoggedConnectionSummary> Connections, string Path, (string Path, Phrase Name) Back,
    bool RefusedOnly, bool ShowsProviders, int Last)
{
    /// <summary>As many as one looks through, and as many as one searches in.</summary>
    public const int Few = 25, Many = 250;

    /// <summary>There may be more than are shown.</summary>
    public bool HasMore => Connections.Count == Last && Last < Many;
}

/// <summary>The last connections of a proxy user, for its customer and for staff: whose it is, is checked with the id.</summary>
internal abstract class ConnectionsController(ProxyUserQueries proxyUsers, ConnectionQueries connections) : PortalController
{
    protected abstract (string Path, Phrase Name) BackOf(ProxyUserSummary user);

    [HttpGet]
    public async Task<IActionResult> Show(long id, bool refused, bool more, CancellationToken cancellation)
    {
        var found = await proxyUsers.FindAsync(User.Scope, id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        int count = more ? ConnectionsPage.Many : ConnectionsPage.Few;
        var last = await connections.LastAsync(User.Scope, id, new ConnectionFilter(count, RefusedOnly: refused), cancellation);
        return Answer(last, rows =>
            View("Connections",
                new ConnectionsPage(found.Value, rows, Request.Path, BackOf(found.Value), refused, User.IsStaff, count)));
    }
}

/// <summary>In the customer's own portal.</summary>
[Authorize(Policies.Connectors), Route("/credentials/{id:long}/connections")]
internal sealed class CustomerConnectionsController(ProxyUserQueries proxyUsers, ConnectionQueries connections)
    : ConnectionsController(proxyUsers, connections)
{
    protected override (string Path, Phrase Name) BackOf(ProxyUserSummary user) => ("/credentials", "Proxy users");
}

/// <summary>In the admin pages.</summary>
[Reads(Area.Customers), Route("/admin/proxy-users/{id:long}/connections")]
internal sealed class StaffConnectionsController(ProxyUserQueries proxyUsers, ConnectionQueries connections)
    : ConnectionsController(proxyUsers, connections)
{
    protected override (string Path, Phrase Name) BackOf(ProxyUserSummary user) =>
        ($"/admin/proxy-users/{user.Id}", Phrase.Verbatim(user.Name));
}
