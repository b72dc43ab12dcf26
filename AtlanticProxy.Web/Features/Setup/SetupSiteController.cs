using AtlanticProxy.ControlPlane.Site;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Setup;

internal sealed record BrandForm(string? BrandName);

/// <param name="Certificate">Whether one is asked for; without, somebody else brings HTTPS.</param>
internal sealed record HostForm(string? HostName, bool Certificate, string? Email, bool AgreeToTerms);

/// <param name="Configured">What the configuration says: it cannot be set here.</param>
/// <param name="Stored">What is set already.</param>
/// <param name="Name">How the host name looks from here; null while there is none.</param>
internal sealed record HostPage(
    HostForm Form, ConfiguredSite Configured, SiteSettings Stored, HostNameReport? Name, CertificateReport Certificate,
    IRunningSite Running)
{
    /// <summary>Something is on its way that the page waits for.</summary>
    public bool Waits => Running.IsRestarting || (Stored.AcmeEmail is not null && Running.Trouble is null && !Certificate.IsWell);
}

/// <summary>What the service is called, and where it is reached.</summary>
[Route("/setup")]
internal sealed class SetupSiteController(
    SiteQueries site, ConfiguredSite configured, IRunningSite running, IPortalCertificate certificate)
    : SetupStepController(site)
{
    [HttpGet("brand")]
    public async Task<IActionResult> Brand(CancellationToken cancellation) =>
        await BrandAsync(new BrandForm(configured.BrandName ?? (await Site.SettingsAsync(cancellation)).BrandName), cancellation);

    [HttpPost("brand")]
    public async Task<IActionResult> NameBrand(BrandForm form, [FromServices] SetBrand set, CancellationToken cancellation)
    {
        var named = await set.ExecuteAsync(new(form.BrandName ?? ""), cancellation);
        if (named.IsSuccess)
            await running.FollowAsync(cancellation);
        return await AnswerAsync(named, _ => Next(SetupStepKind.Brand), () => BrandAsync(form, cancellation));
    }

    [HttpGet("host")]
    public async Task<IActionResult> Host(CancellationToken cancellation)
    {
        var stored = await Site.SettingsAsync(cancellation);
        return await HostAsync(new HostForm(
            configured.HostName ?? stored.HostName, stored.AcmeEmail is not null || stored.HostName is null,
            stored.AcmeEmail ?? User.Identity?.Name, stored.AcmeEmail is not null), cancellation);
    }

    [HttpPost("host")]
    public async Task<IActionResult> SayHost(HostForm form, [FromServices] SetHost set, CancellationToken cancellation)
    {
        var said = await set.ExecuteAsync(
            new(form.HostName ?? "", form.Certificate ? form.Email ?? "" : null, form.Certificate && form.AgreeToTerms),
            cancellation);
        if (said.IsSuccess)
            await running.FollowAsync(cancellation);
        // With a certificate the page stays: it says what the authority says.
        return await AnswerAsync(said,
            _ => form.Certificate ? LocalRedirect(PathOf(SetupStepKind.Host)) : Next(SetupStepKind.Host),
            () => HostAsync(form, cancellation));
    }

    /// <summary>Asks the authority again.</summary>
    [HttpPost("host/retry")]
    public IActionResult Retry()
    {
        if (!certificate.TryRetry())
            Notify("The authority was not asked again: the last attempt is too recent.");
        return LocalRedirect(PathOf(SetupStepKind.Host));
    }

    protected override string FieldOf(string field) =>
        field == nameof(SetHost.Request.AcmeEmail) ? nameof(HostForm.Email) : field;

    private Task<IActionResult> BrandAsync(BrandForm form, CancellationToken cancellation) =>
        PageAsync("Brand", SetupStepKind.Brand, form, cancellation);

    private async Task<IActionResult> HostAsync(HostForm form, CancellationToken cancellation)
    {
        var stored = await Site.SettingsAsync(cancellation);
        var name = (configured.HostName ?? stored.HostName) is { } host
            ? await HostNameReport.OfAsync(host, cancellation)
            : null;
        return await PageAsync("Host", SetupStepKind.Host,
            new HostPage(form, configured, stored, name, certificate.Describe(), running), cancellation);
    }
}
