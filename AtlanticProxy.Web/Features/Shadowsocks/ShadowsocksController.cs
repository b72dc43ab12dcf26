using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Shadowsocks;

/// <summary>A proxy user's Shadowsocks keys, for its customer and for staff: whose it is, is checked with every id.</summary>
internal abstract class ShadowsocksController(
    ProxyUserQueries proxyUsers, ShadowsocksKeyQueries keys, RevealShadowsocksKey reveal, PortalOptions portal) : PortalController
{
    protected abstract string PathOf(long id);

    protected abstract (string Path, Phrase Name) BackOf(ProxyUserSummary user);

    [HttpGet]
    public Task<IActionResult> Show(long id, CancellationToken cancellation) =>
        PageAsync(id, new ShadowsocksKeyForm(null, null), cancellation);

    [HttpPost, StepUp]
    public async Task<IActionResult> Add(
        long id, ShadowsocksKeyForm form, [FromServices] AddShadowsocksKey add, CancellationToken cancellation)
    {
        var added = await add.ExecuteAsync(
            new AddShadowsocksKey.Request(User.Scope, id, form.Method ?? "", (form.Targeting ?? "").Trim().TrimStart('-')),
            cancellation);
        return await AnswerAsync(
            added,
            key =>
            {
                Notify("The key is added, and works within a second. Its link is shown this once.");
                RevealNext(key.KeyId);
                return LocalRedirect(PathOf(id));
            },
            () => PageAsync(id, form, cancellation));
    }

    [HttpGet("{key:long}/remove")]
    public async Task<IActionResult> AskRemove(long id, long key, CancellationToken cancellation) =>
        Answer(await proxyUsers.FindAsync(User.Scope, id, cancellation), user => View("Confirm", new Confirmation(
            $"Remove this Shadowsocks key of {user.Name}?",
            "Whoever uses it is cut off within a second, and cannot come back with it.",
            "Remove key",
            PathOf(id))));

    [HttpPost("{key:long}/remove")]
    public async Task<IActionResult> Remove(
        long id, long key, [FromServices] RemoveShadowsocksKey remove, CancellationToken cancellation) =>
        Answer(await remove.ExecuteAsync(new RemoveShadowsocksKey.Request(User.Scope, id, key), cancellation), () =>
        {
            Notify("The key is removed.");
            return LocalRedirect(PathOf(id));
        });

    private async Task<IActionResult> PageAsync(long id, ShadowsocksKeyForm form, CancellationToken cancellation)
    {
        var found = await proxyUsers.FindAsync(User.Scope, id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        var added = Revealed is { } key
            ? await reveal.ExecuteAsync(new RevealShadowsocksKey.Request(User.Scope, id, key), cancellation)
            : null;
        string endpoint = CredentialsPanel.EndpointOf(portal, Request);
        return View("Keys", new ShadowsocksPage(
            found.Value,
            await keys.ListAsync(User.Scope, id, cancellation),
            PathOf(id),
            BackOf(found.Value),
            portal.ShadowsocksPort > 0,
            added is { IsSuccess: true }
                ? new NewShadowsocksKey(added.Value, endpoint[..endpoint.LastIndexOf(':')], portal.ShadowsocksPort)
                : null,
            form));
    }
}

/// <summary>In the customer's own portal.</summary>
[Authorize(Policies.Connectors), Route("/credentials/{id:long}/shadowsocks")]
internal sealed class CustomerShadowsocksController(
    ProxyUserQueries proxyUsers, ShadowsocksKeyQueries keys, RevealShadowsocksKey reveal, PortalOptions portal)
    : ShadowsocksController(proxyUsers, keys, reveal, portal)
{
    protected override string PathOf(long id) => $"/credentials/{id}/shadowsocks";

    protected override (string Path, Phrase Name) BackOf(ProxyUserSummary user) => ("/credentials", "Proxy users");
}

/// <summary>In the admin pages, for those who may change things: the page shows a secret.</summary>
[Writes(Area.Customers), Route("/admin/proxy-users/{id:long}/shadowsocks")]
internal sealed class StaffShadowsocksController(
    ProxyUserQueries proxyUsers, ShadowsocksKeyQueries keys, RevealShadowsocksKey reveal, PortalOptions portal)
    : ShadowsocksController(proxyUsers, keys, reveal, portal)
{
    protected override string PathOf(long id) => $"/admin/proxy-users/{id}/shadowsocks";

    protected override (string Path, Phrase Name) BackOf(ProxyUserSummary user) =>
        ($"/admin/proxy-users/{user.Id}", Phrase.Verbatim(user.Name));
}
