using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Brand;

/// <summary>A paper that the reseller wrote.</summary>
internal sealed record PaperPage(string Title, IHtmlContent Text);

/// <summary>The reseller's colours, logo and papers: for everyone.</summary>
[AllowAnonymous]
internal sealed class BrandController(PortalState state) : PortalController
{
    /// <summary>A year: the address changes with what is there.</summary>
    private const string Forever = "public, max-age=31536000, immutable";

    [HttpGet("/brand.css")]
    public IActionResult Style()
    {
        Response.Headers.CacheControl = Forever;
        return Content(BrandStyle.Of(state.Look.Accent), "text/css; charset=utf-8");
    }

    [HttpGet("/brand/logo")]
    public IActionResult Logo()
    {
        if (state.Look.Logo is not { } logo)
            return NotFound();
        Response.Headers.CacheControl = Forever;
        return File(logo, LogoImage.TypeOf(logo));
    }

    [HttpGet("/terms")]
    public IActionResult Terms() => Paper("Terms of service", state.Look.Terms);

    [HttpGet("/privacy")]
    public IActionResult Privacy() => Paper("Privacy", state.Look.Privacy);

    private IActionResult Paper(string title, string markdown) => markdown.Length == 0
        ? NotFound()
        : View("Paper", new PaperPage(title, SafeMarkdown.ToHtml(markdown)));
}
