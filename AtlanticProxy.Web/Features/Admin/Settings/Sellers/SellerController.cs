using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Features.Admin.Settings.Sellers;

/// <summary>Who sells, as the form has it.</summary>
/// <param name="Logo">Null keeps the present one.</param>
internal sealed record SellerForm(
    string? Company, string? StreetAddress, string? Country, string? VatId, bool PricesIncludeTax, int? PaymentDays,
    string? Footer, IFormFile? Logo = null, bool RemoveLogo = false)
{
    public static SellerForm Of(SellerSettings settings) => new(
        settings.Company, settings.StreetAddress, settings.Country, settings.VatId, settings.PricesIncludeTax,
        settings.PaymentDays, settings.Footer);

    public SellerSettings ToSettings() => new(Company ?? "", StreetAddress ?? "", Country, VatId, PricesIncludeTax,
        PaymentDays ?? SellerSettings.DefaultPaymentDays, Footer ?? "");

    public IReadOnlyList<FormFact> Facts =>
    [
        new("Company", Company), new("Address", StreetAddress), new("Country", Country), new("VAT number", VatId),
        new("Prices include tax", T[PricesIncludeTax ? "yes" : "no"]), new("Days to pay", $"{PaymentDays}"),
        new("Footer", Footer),
    ];
}

/// <summary>A country's tax, as the form has it.</summary>
/// <param name="Percent">Null: the country has none.</param>
internal sealed record TaxForm(string? TaxCountry, decimal? Percent);

internal sealed record SellerPage(SellerForm Form, TaxForm Tax, bool HasLogo, IReadOnlyList<CountryTax> Rates);

/// <summary>Who sells, as invoices show it, and what tax buyers of each country pay.</summary>
[Reads(Area.Settings), Route("/admin/settings/invoices")]
internal sealed class SellerController(SellerQueries seller) : PortalController
{
    [HttpGet]
    public async Task<IActionResult> Edit(CancellationToken cancellation)
    {
        var form = SellerForm.Of(await seller.SettingsAsync(cancellation));
        Show(form.Facts);
        return await PageAsync(form, new TaxForm(null, null), cancellation);
    }

    [HttpPost, Writes(Area.Settings)]
    public async Task<IActionResult> Change(SellerForm form, [FromServices] SetSeller set, CancellationToken cancellation)
    {
        Task<IActionResult> Again() => PageAsync(form, new TaxForm(null, null), cancellation);
        if (HasChangedMeanwhile(SellerForm.Of(await seller.SettingsAsync(cancellation)).Facts))
            return await Again();
        if (form.Logo?.Length > SellerSettings.MaxLogoSize)
            Refuse(nameof(form.Logo), $"The image has at most {SellerSettings.MaxLogoSize / 1024} KB.");
        if (!ModelState.IsValid)
            return await RetryAsync(Again);
        byte[]? logo = form.RemoveLogo ? [] : await BytesAsync(form.Logo, cancellation);
        return await AnswerAsync(await set.ExecuteAsync(new SetSeller.Request(form.ToSettings(), logo), cancellation),
            changed => Back(changed ? "Saved. Invoices show it from now on; those that are out keep what they say."
                : "No changes: these settings are set already."), Again);
    }

    [HttpPost("tax"), Writes(Area.Settings)]
    public async Task<IActionResult> SetTax(TaxForm form, [FromServices] SetTaxRate set, CancellationToken cancellation)
    {
        async Task<IActionResult> Again()
        {
            var present = SellerForm.Of(await seller.SettingsAsync(cancellation));
            Show(present.Facts);
            return await PageAsync(present, form, cancellation);
        }
        if (!ModelState.IsValid)
            return await RetryAsync(Again);
        string country = (form.TaxCountry ?? "").Trim().ToUpperInvariant();
        return await AnswerAsync(
            await set.ExecuteAsync(new SetTaxRate.Request(country, form.Percent), cancellation),
            changed => Back((changed, form.Percent) switch
            {
                (false, _) => (Phrase)$"No changes: {country} has this rate already.",
                (_, { } percent) => $"{country} has {Figures.Text(percent)}% tax from now on.",
                _ => $"{country} has no tax from now on.",
            }), Again);
    }

    /// <summary>The tax's country has a name of its own: the seller's stands on the same page.</summary>
    protected override string FieldOf(string field) =>
        RouteData.Values["action"] as string == nameof(SetTax) && field == nameof(SetTaxRate.Request.Country)
            ? nameof(TaxForm.TaxCountry) : field;

    private static async Task<byte[]?> BytesAsync(IFormFile? file, CancellationToken cancellation)
    {
        if (file is null)
            return null;
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, cancellation);
        return bytes.ToArray();
    }

    private async Task<IActionResult> PageAsync(SellerForm form, TaxForm tax, CancellationToken cancellation) => View("Seller",
        new SellerPage(form, tax, await seller.LogoAsync(cancellation) is not null, await seller.TaxRatesAsync(cancellation)));

    private LocalRedirectResult Back(Phrase words) => RedirectSaying("/admin/settings/invoices", words);
}
