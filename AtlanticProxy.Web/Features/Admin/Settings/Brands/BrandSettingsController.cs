using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Settings.Brands;

/// <summary>How the portal looks, as its form has it.</summary>
internal sealed record BrandSettingsForm(
    string? BrandName, string? Accent, IFormFile? Logo, bool RemoveLogo, string? SupportEmail, bool Landing, string? Pitch,
    string? About, string? Terms, string? Privacy)
{
    public static BrandSettingsForm Of(string name, SiteLook look) =>
        new(name, look.Accent, null, false, look.SupportEmail, look.Landing, look.Pitch, look.About, look.Terms, look.Privacy);

    public SetLook.Request ToRequest(byte[]? logo) =>
        new(Accent ?? "", logo, SupportEmail ?? "", Landing, Pitch ?? "", About ?? "", Terms ?? "", Privacy ?? "");
}

/// <param name="NameIsConfigured">The name comes from the configuration, which only its file changes.</param>
internal sealed record BrandSettingsPage(BrandSettingsForm Form, bool HasLogo, bool NameIsConfigured);

/// <summary>Colour, logo, support address, landing page and legal pages.</summary>
[Reads(Area.Settings), Route("/admin/settings/brand")]
internal sealed class BrandSettingsController(
    SiteQueries site, ConfiguredSite configured, PortalOptions portal, PortalState state) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> Edit(CancellationToken cancellation)
    {
        var look = await site.LookAsync(cancellation);
        Show(FactsOf(look));
        return Page(BrandSettingsForm.Of(portal.BrandName, look), look);
    }

    [HttpPost, Writes(Area.Settings)]
    public async Task<IActionResult> Change(
        BrandSettingsForm form, [FromServices] SetLook set, [FromServices] SetBrand setName, CancellationToken cancellation)
    {
        var look = await site.LookAsync(cancellation);
        if (HasChangedMeanwhile(FactsOf(look)))
            return Page(form, look);
        if (configured.BrandName is null)
        {
            var named = await setName.ExecuteAsync(new(form.BrandName ?? ""), cancellation);
            if (!named.IsSuccess)
                return await AnswerAsync(named, _ => NoContent(), () => Task.FromResult<IActionResult>(Page(form, look)));
            portal.BrandName = form.BrandName!.Trim();
        }
        byte[]? logo = form.RemoveLogo ? [] : await BytesAsync(form.Logo, cancellation);
        return await AnswerAsync(await set.ExecuteAsync(form.ToRequest(logo), cancellation), now =>
        {
            state.Look = now;
            Notify("Saved.");
            return LocalRedirect("/admin/settings/brand");
        }, () => Task.FromResult<IActionResult>(Page(form, look)));
    }

    private static FormFact[] FactsOf(SiteLook look) =>
    [
        new("Colour", look.Accent), new("Support address", look.SupportEmail),
        new("Landing page", T[look.Landing ? "on" : "off"]), new("Headline", look.Pitch),
    ];

    private static async Task<byte[]?> BytesAsync(IFormFile? file, CancellationToken cancellation)
    {
        if (file is not { Length: > 0 })
            return null;
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, cancellation); // as large as a body may be at most
        return bytes.ToArray();
    }

    private ViewResult Page(BrandSettingsForm form, SiteLook look) =>
        View("BrandSettings", new BrandSettingsPage(form, look.Logo is not null, configured.BrandName is not null));
}
