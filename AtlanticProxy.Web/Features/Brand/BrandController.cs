using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Brand;

/// <summary>A paper that the reseller wrote.</summary>
internal sealed record PaperPage(Phrase Title, IHtmlContent Text);

/// <summary>Colours and logos, and the operator's papers: for everyone.</summary>
[AllowAnonymous]
internal sealed class BrandController(PortalState state) : PortalController
{
    /// <summary>A year: the address changes with what is there.</summary>
    private const string Forever = "public, max-age=31536000, immutable";

    /// <param name="v">The version of the look that a page asks for. Whoever asks for one, gets that.</param>
    [HttpGet("/brand.css")]
    public IActionResult Style(string? v) => Content(BrandStyle.Of(LookOf(v).Accent), "text/css; charset=utf-8");

    /// <inheritdoc cref="Style"/>
    [HttpGet("/brand/logo")]
    public IActionResult Logo(string? v) => LookOf(v).Logo is { } logo ? File(logo, LogoImage.TypeOf(logo)) : NotFound();

    [HttpGet("/terms")]
    public IActionResult Terms() => Paper("Terms of service", state.Look.Terms);

    [HttpGet("/privacy")]
    public IActionResult Privacy() => Paper("Privacy", state.Look.Privacy);

    private (string? Accent, byte[]? Logo) LookOf(string? version)
    {
        if (version == state.LookVersion || state.LookOfVersion(version ?? "") is not null)
            Response.Headers.CacheControl = Forever;
        if (version == state.LookVersion)
            return (state.Look.Accent, state.Look.Logo);
        if (state.LookOfVersion(version ?? "") is { Brand: var brand })
            return (brand.Accent, brand.Logo);
        var page = PageBrand.Of(HttpContext); // an old address, or none: what is there now, and not to be kept
        Response.Headers.CacheControl = "no-store";
        return (page.Accent, page.Logo);
    }

    /// <summary>The operator's: a reseller's pages have none.</summary>
    private IActionResult Paper(Phrase title, string markdown) => markdown.Length == 0 || PageBrand.Of(HttpContext).IsResellers
        ? NotFound()
        : View("Paper", new PaperPage(title, SafeMarkdown.ToHtml(markdown)));
}
