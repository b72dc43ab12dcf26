using AtlanticProxy.ControlPlane.ProxyLists;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Features.Endpoints;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.ProxyLists;

/// <summary>
/// The link of a proxy user's lists, for its customer and for staff. Making one asks for what revealing the password asks for: it
/// gives that.
/// </summary>
internal abstract class ListLinkController(
    EndpointPages endpoints, ListTokenQueries tokens, ShadowsocksKeyQueries keys, PortalOptions portal) : PortalController
{
    protected abstract string PathOf(long id);

    protected abstract (string Path, Phrase Name) BackOf(ProxyUserSummary user);

    /// <param name="choice">Of the page of endpoints, where one comes from there.</param>
    [HttpGet]
    public Task<IActionResult> Show(long id, [FromQuery] EndpointChoice choice, CancellationToken cancellation) =>
        PageAsync(id, choice, null, cancellation);

    [HttpPost, HttpPost("renew"), StepUp]
    public async Task<IActionResult> Make(
        long id, [FromQuery] EndpointChoice choice, [FromServices] MakeListToken make, CancellationToken cancellation)
    {
        var made = await make.ExecuteAsync(new(User.Scope, id), cancellation);
        if (!made.IsSuccess)
            return Answer(made, Ok);
        PageCompression.Prevent(HttpContext);
        return await PageAsync(id, choice, made.Value.Token, cancellation);
    }

    [HttpGet("renew")]
    public Task<IActionResult> AskRenew(long id, CancellationToken cancellation) => AskAsync(id, user => new Confirmation(
        $"New list link for {user.Name}?",
        "The current link stops working at once: give tools the new one. Lines already fetched keep working.",
        "New link", $"{PathOf(id)}{Request.QueryString}"), cancellation);

    [HttpGet("revoke")]
    public Task<IActionResult> AskRevoke(long id, CancellationToken cancellation) => AskAsync(id, user => new Confirmation(
        $"Revoke the list link of {user.Name}?",
        "The link stops working at once. Lines already fetched keep working until the proxy password is changed.",
        "Revoke link", PathOf(id)), cancellation);

    [HttpPost("revoke")]
    public async Task<IActionResult> Revoke(long id, [FromServices] RevokeListToken revoke, CancellationToken cancellation) =>
        Answer(await revoke.ExecuteAsync(new(User.Scope, id), cancellation),
            () => RedirectSaying(PathOf(id), "The list link is revoked."));

    private async Task<IActionResult> AskAsync(
        long id, Func<ProxyUserSummary, Confirmation> question, CancellationToken cancellation)
    {
        var page = await endpoints.ReadAsync(User.Scope, new EndpointChoice { User = id }, Request, cancellation);
        return Answer(page, read => View("Confirm", question(read!.User)));
    }

    private async Task<IActionResult> PageAsync(
        long id, EndpointChoice choice, string? token, CancellationToken cancellation)
    {
        ModelState.Clear(); // a number that is none is the default
        choice.User = id;
        var page = await endpoints.ReadAsync(User.Scope, choice, Request, cancellation);
        if (!page.IsSuccess)
            return Answer(page, Ok);
        var (user, chosen) = (page.Value!.User, page.Value.Choice);
        var found = await tokens.FindAsync(User.Scope, id, cancellation);
        int? count = portal.ShadowsocksPort > 0 ? (await keys.ListAsync(User.Scope, id, cancellation)).Count : null;
        return Answer(found, present => View("ListLink", new ListLinkPage(
            user, present, PathOf(id), BackOf(user), ListLink.QueryOf(chosen), ListLink.HostOf(Request),
            count)
        {
            New = token, QueryWithoutFormat = ListLink.QueryOf(chosen.With(plain => plain.Format = EndpointFormat.Colons)),
        }));
    }
}

/// <summary>In the customer's own portal.</summary>
[Authorize(Policies.Connectors), Route("/credentials/{id:long}/list")]
internal sealed class CustomerListLinkController(
    EndpointPages endpoints, ListTokenQueries tokens, ShadowsocksKeyQueries keys, PortalOptions portal)
    : ListLinkController(endpoints, tokens, keys, portal)
{
    protected override string PathOf(long id) => $"/credentials/{id}/list";

    protected override (string Path, Phrase Name) BackOf(ProxyUserSummary user) => ("/credentials", "Proxy users");
}

/// <summary>In the admin pages, for those who may change things: the link gives a secret.</summary>
[Writes(Area.Customers), Route("/admin/proxy-users/{id:long}/list")]
internal sealed class StaffListLinkController(
    EndpointPages endpoints, ListTokenQueries tokens, ShadowsocksKeyQueries keys, PortalOptions portal)
    : ListLinkController(endpoints, tokens, keys, portal)
{
    protected override string PathOf(long id) => $"/admin/proxy-users/{id}/list";

    protected override (string Path, Phrase Name) BackOf(ProxyUserSummary user) =>
        ($"/admin/proxy-users/{user.Id}", Phrase.Verbatim(user.Name));
}
