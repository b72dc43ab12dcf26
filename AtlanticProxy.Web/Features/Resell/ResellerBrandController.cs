using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.Web.Features.Setup;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Resell;

/// <summary>The name, look and host name that a reseller's customers see.</summary>
[Authorize(Policies.Resellers), Route("/resell/brand")]
internal sealed class ResellerBrandController(
    ResaleQueries resale, PortalState state, PortalOptions portal, IPortalCertificate certificate) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> Edit(CancellationToken cancellation) =>
        await resale.BrandAsync(User.CustomerId, cancellation) is { } brand
            ? await PageAsync(ResellerBrandForm.Of(brand), brand, cancellation)
            : NotFound();

    [HttpPost]
    public async Task<IActionResult> Change(
        ResellerBrandForm form, [FromServices] SetResellerBrand set, CancellationToken cancellation)
    {
        if (await resale.BrandAsync(User.CustomerId, cancellation) is not { } brand)
            return NotFound();
        byte[]? logo = form.RemoveLogo ? [] : await BytesAsync(form.Logo, cancellation);
        var changed = await set.ExecuteAsync(new(User.CustomerId, form.BrandName ?? "", form.Accent ?? "", logo,
            form.SupportEmail ?? "", form.HostName ?? ""), cancellation);
        if (changed.IsSuccess)
        {
            state.Resellers = await resale.BrandsAsync(cancellation); // other nodes follow within seconds
            Notify("Saved.");
        }
        return await AnswerAsync(changed, () => LocalRedirect("/resell/brand"), () => PageAsync(form, brand, cancellation));
    }

    /// <summary>The logo itself, for its preview: the page around it has the brand of whoever sells to the reseller.</summary>
    [HttpGet("logo")]
    public async Task<IActionResult> Logo(CancellationToken cancellation) =>
        await resale.BrandAsync(User.CustomerId, cancellation) is { Logo: { } logo }
            ? File(logo, ControlPlane.Site.LogoImage.TypeOf(logo))
            : NotFound();

    private static async Task<byte[]?> BytesAsync(IFormFile? file, CancellationToken cancellation)
    {
        if (file is not { Length: > 0 })
            return null;
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, cancellation); // as large as a body may be at most
        return bytes.ToArray();
    }

    private async Task<IActionResult> PageAsync(
        ResellerBrandForm form, ResellerBrand brand, CancellationToken cancellation)
    {
        var source = certificate.Describe().Source;
        // Who fetches certificates has looked the name up.
        var report = brand.HostName is { } host && source != CertificateSource.Acme
            ? await HostNameReport.OfAsync(host, cancellation)
            : null;
        return View("Brand", new ResellerBrandPage(form, brand, report, portal.HostName.Length > 0 ? portal.HostName : null,
            source, brand.HostName is { } name && certificate.Serves(name),
            certificate.Names.FirstOrDefault(one => one.HostName == brand.HostName)));
    }
}
