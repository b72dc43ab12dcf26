using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Setup;

/// <param name="Portal">Where customers sign in.</param>
/// <param name="Line">A request through the proxy, to paste into a terminal; null while nobody asked for it.</param>
internal sealed record EndPage(SetupProgress Progress, string Portal, string? Line);

/// <summary>The last page: what is done and left, a request to try, and the end of setup.</summary>
[Route("/setup")]
internal sealed class SetupEndController(
    SiteQueries site, AccountQueries accounts, PortalOptions portal, IPortalCertificate certificate) : SetupStepController(site)
{
    [HttpGet("done")]
    public async Task<IActionResult> Show([FromServices] RevealProxyUserSecret reveal, CancellationToken cancellation)
    {
        string? line = null;
        if (Revealed is { } id && await reveal.ExecuteAsync(new(Scope.Staff, id), cancellation) is { IsSuccess: true } user)
            line = $"curl -x http://{user.Value.Name}:{user.Value.Secret}@{CredentialsPanel.EndpointOf(portal, Request)} "
                + portal.ExitPageUrl;
        return await PageAsync(
            "End", null, new EndPage(await Site.ProgressAsync(cancellation), PortalAddress(), line), cancellation);
    }

    /// <summary>Makes a proxy user to try; its line stands on the next page, once.</summary>
    [HttpPost("trial")]
    public async Task<IActionResult> Try([FromServices] StartTrial start, CancellationToken cancellation)
    {
        var owner = (await accounts.ListAsync(null, cancellation)).FirstOrDefault(account => account.Role == Roles.Owner);
        if (owner is null)
            return LocalRedirect("/setup");
        var trial = await start.ExecuteAsync(new(owner.Email), cancellation);
        if (trial.IsSuccess)
            RevealNext(trial.Value.ProxyUserId);
        else
            Notify(trial.Errors[0].Words);
        return LocalRedirect("/setup/done");
    }

    [HttpPost("finish")]
    public async Task<IActionResult> Finish(
        [FromServices] FinishSetup finish, [FromServices] SetupKey key, CancellationToken cancellation)
    {
        var finished = await finish.ExecuteAsync(cancellation);
        if (!finished.IsSuccess)
            return LocalRedirect("/setup"); // there is no owner yet: that step comes first
        key.TakeBack(HttpContext);
        Notify("Setup is finished. Its page is closed.");
        return LocalRedirect("/admin");
    }

    private string PortalAddress() => certificate.IsServed
        ? $"https://{certificate.HttpsAuthority(Request.Host.Host)}/"
        : $"{Request.Scheme}://{Request.Host}/";
}
