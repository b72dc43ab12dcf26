using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Credentials;

internal sealed record CredentialsPage(IReadOnlyList<CredentialsPanel> Panels, Listing Listing);

/// <summary>
/// A customer's proxy users and how to use them. Every id is checked against the customer: another's is not found.
/// </summary>
[Authorize(Policies.Connectors), Route("/credentials")]
internal sealed class CredentialsController(ProxyUserQueries proxyUsers, RevealProxyUserSecret reveal, PortalOptions portal)
    : PortalController
{
    /// <summary>Each has its lines to copy, so few fit a page.</summary>
    private const int PageSize = 10;

    [HttpGet]
    public async Task<IActionResult> Show(string? search, CancellationToken cancellation, int page = 1)
    {
        var request = new PageRequest(page, PageSize, search);
        var found = await proxyUsers.ListAsync(User.Scope, request, cancellation);
        var secret = Revealed is { } id
            ? await reveal.ExecuteAsync(new RevealProxyUserSecret.Request(User.Scope, id), cancellation)
            : null;
        var shown = secret is { IsSuccess: true } ? secret.Value : null;
        string endpoint = CredentialsPanel.EndpointOf(portal, Request);
        return View("Credentials", new CredentialsPage(
            [.. found.Items.Select(user =>
                new CredentialsPanel(user, user.Id == shown?.ProxyUserId ? shown.Secret : null, endpoint,
                    $"/credentials/{user.Id}", portal, Request.QueryString.Value ?? ""))],
            new Listing("/credentials", request.Search, found.Number, found.Size, found.Total, "Search username")));
    }

    [HttpPost("{id:long}/reveal"), StepUp]
    public async Task<IActionResult> Reveal(long id, CancellationToken cancellation) =>
        Answer(await proxyUsers.FindAsync(User.Scope, id, cancellation), Shown);

    [HttpGet("{id:long}/rotate")]
    public async Task<IActionResult> AskRotate(long id, CancellationToken cancellation) =>
        Answer(await proxyUsers.FindAsync(User.Scope, id, cancellation), user => View("Confirm", new Confirmation(
            $"New password for {user.Name}?",
            "The present proxy password stops working within a second, wherever it is in use.",
            "New password",
            AddressOf(id))));

    [HttpPost("{id:long}/rotate"), StepUp]
    public async Task<IActionResult> Rotate(long id, [FromServices] RotateProxyUserSecret rotate, CancellationToken cancellation)
    {
        var rotated = await rotate.ExecuteAsync(new RotateProxyUserSecret.Request(User.Scope, id), cancellation);
        if (!rotated.IsSuccess)
            return Answer(rotated, Ok);
        Notify("This is the new proxy password. The old one no longer works.");
        return Answer(await proxyUsers.FindAsync(User.Scope, id, cancellation), Shown);
    }

    [HttpPost("{id:long}/change-ip")]
    public async Task<IActionResult> ChangeIp(
        long id, string? session, [FromServices] ChangeProxyUserExits change, CancellationToken cancellation) =>
        await AnswerAsync(await change.ExecuteAsync(new ChangeProxyUserExits.Request(User.Scope, id, session), cancellation),
            () =>
        {
            Notify(ChangedIp.Words(session));
            return LocalRedirect(AddressOf(id));
        }, () => Show(null, cancellation));

    protected override string FieldOf(string field) => ""; // said at the top of the page

    private LocalRedirectResult Shown(ProxyUserSummary user)
    {
        RevealNext(user.Id);
        return LocalRedirect(AddressOf(user.Id));
    }

    /// <summary>The same page of the list, at this proxy user.</summary>
    private string AddressOf(long id) => $"/credentials{Request.QueryString}#user-{id}";
}
