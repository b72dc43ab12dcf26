using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.ControlPlane.Usage;
using AtlanticProxy.ControlPlane.Usage.Targets;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.ProxyUsers;

/// <summary>One proxy user: credentials, limits, state, usage.</summary>
[Reads(Area.Customers), Route("/admin/proxy-users/{id:long}")]
internal sealed class ProxyUserController(
    ProxyUserQueries proxyUsers, UsageQueries usage, TargetQueries targets, RevealProxyUserSecret reveal, PortalOptions portal)
        : PortalController
{
    private const int ChartHours = 24, TopDestinations = 10;

    [HttpGet]
    public Task<IActionResult> Show(long id, CancellationToken cancellation) => PageAsync(id, null, cancellation);

    [HttpPost("enable"), Writes(Area.Customers)]
    public async Task<IActionResult> Enable(long id, [FromServices] SetProxyUserState set, CancellationToken cancellation) =>
        Answer(await set.ExecuteAsync(new SetProxyUserState.Request(Scope.Staff, id, true), cancellation), () =>
            Back(id, "Enabled."));

    [HttpPost("disable"), Writes(Area.Customers)]
    public async Task<IActionResult> Disable(long id, [FromServices] SetProxyUserState set, CancellationToken cancellation) =>
        Answer(await set.ExecuteAsync(new SetProxyUserState.Request(Scope.Staff, id, false), cancellation),
            () => Back(id, "Disabled. New connections are refused and open tunnels are cut."));

    [HttpPost("change-ip"), Writes(Area.Customers)]
    public async Task<IActionResult> ChangeIp(
        long id, string? session, [FromServices] ChangeProxyUserExits change, CancellationToken cancellation) =>
        await AnswerAsync(await change.ExecuteAsync(new ChangeProxyUserExits.Request(Scope.Staff, id, session), cancellation),
            () => Back(id, $"{ChangedIp.Words(session)}"), () => PageAsync(id, null, cancellation));

    [HttpPost("limits"), Writes(Area.Customers)]
    public async Task<IActionResult> Limit(
        long id, LimitsForm form, [FromServices] UpdateProxyUserLimits update, CancellationToken cancellation)
    {
        var found = await proxyUsers.FindAsync(Scope.Staff, id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        if (HasChangedMeanwhile(LimitsForm.Of(found.Value).Facts))
            return await PageAsync(id, form, cancellation);
        if (!ModelState.IsValid)
            return await RetryAsync(() => PageAsync(id, form, cancellation));
        var updated = await update.ExecuteAsync(new UpdateProxyUserLimits.Request(Scope.Staff, id, form.ToLimits()),
            cancellation);
        return await AnswerAsync(updated, () =>
            Back(id, "The limits are saved, and hold within a second."), () => PageAsync(id, form, cancellation));
    }

    [HttpPost("reveal"), Writes(Area.Customers), StepUp]
    public async Task<IActionResult> Reveal(long id, CancellationToken cancellation) =>
        Answer(await proxyUsers.FindAsync(Scope.Staff, id, cancellation), _ =>
        {
            RevealNext(id);
            return Back(id);
        });

    [HttpGet("rotate"), Writes(Area.Customers)]
    public async Task<IActionResult> AskRotate(long id, CancellationToken cancellation) =>
        Answer(await proxyUsers.FindAsync(Scope.Staff, id, cancellation), user => View("Confirm", new Confirmation(
            $"New password for {user.Name}?",
            "The present proxy password stops working within a second, wherever it is in use.",
            "New password",
            $"/admin/proxy-users/{id}")));

    [HttpPost("rotate"), Writes(Area.Customers), StepUp]
    public async Task<IActionResult> Rotate(
        long id, [FromServices] RotateProxyUserSecret rotate, CancellationToken cancellation) =>
        Answer(await rotate.ExecuteAsync(new RotateProxyUserSecret.Request(Scope.Staff, id), cancellation), _ =>
        {
            RevealNext(id);
            return Back(id, "This is the new proxy password. The old one no longer works.");
        });

    [HttpGet("delete"), Writes(Area.Customers)]
    public async Task<IActionResult> AskDelete(long id, CancellationToken cancellation) =>
        Answer(await proxyUsers.FindAsync(Scope.Staff, id, cancellation), user => View("Confirm", new Confirmation(
            $"Delete {user.Name}?",
            "Its password is wiped and its open tunnels are cut. What it used stays with the customer.",
            "Delete proxy user",
            $"/admin/proxy-users/{id}")));

    [HttpPost("delete"), Writes(Area.Customers)]
    public async Task<IActionResult> Delete(long id, [FromServices] DeleteProxyUser delete, CancellationToken cancellation) =>
        Answer(await delete.ExecuteAsync(new DeleteProxyUser.Request(Scope.Staff, id), cancellation), () =>
        {
            Notify("The proxy user is deleted.");
            return LocalRedirect("/admin/proxy-users");
        });

    protected override string FieldOf(string field) => field switch
    {
        nameof(ProxyUserLimits.SpeedBytesPerSecond) => nameof(LimitsForm.SpeedMbps),
        nameof(ProxyUserLimits.LimitBytes) => nameof(LimitsForm.LimitGb),
        nameof(ChangeProxyUserExits.Request.Session) => "", // said at the top of the page
        _ => field,
    };

    private async Task<IActionResult> PageAsync(long id, LimitsForm? limits, CancellationToken cancellation)
    {
        var found = await proxyUsers.FindAsync(Scope.Staff, id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, Ok);
        var user = found.Value;
        Show(LimitsForm.Of(user).Facts);
        bool show = Revealed == id && User.Writes(Area.Customers);
        var secret = show ? await reveal.ExecuteAsync(new RevealProxyUserSecret.Request(Scope.Staff, id), cancellation) : null;
        var filter = new UsageFilter(Scope.Staff, ProxyUserId: id);
        return View("Details", new ProxyUserPage(
            user,
            limits ?? LimitsForm.Of(user),
            await usage.TodayAsync(filter, cancellation),
            await usage.LastHoursAsync(filter, ChartHours, cancellation),
            targets.AreKept ? await targets.TopOf30DaysAsync(filter, TopDestinations, cancellation) : null,
            new CredentialsPanel(user, secret?.Value.Secret, CredentialsPanel.EndpointOf(portal, Request),
                User.Writes(Area.Customers) ? $"/admin/proxy-users/{id}" : null, portal)));
    }

    private LocalRedirectResult Back(long id, Phrase? words = null)
    {
        if (words is not null)
            Notify(words);
        return LocalRedirect($"/admin/proxy-users/{id}");
    }
}
