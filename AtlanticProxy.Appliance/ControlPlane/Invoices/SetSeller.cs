using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Sets who sells. Invoices that are finalised keep what they say.</summary>
public sealed class SetSeller(AtlanticDb db, TimeProvider time)
{
    /// <param name="Logo">PNG or JPEG; null keeps the present one, empty removes it.</param>
    public sealed record Request(SellerSettings Settings, byte[]? Logo = null);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var settings = request.Settings;
        var validation = new Validation();
        string company = PartyRules.RequireCompany(validation, settings.Company);
        string address = PartyRules.RequireAddress(validation, settings.StreetAddress);
        string? country = PartyRules.RequireCountry(validation, settings.Country);
        string? vatId = PartyRules.RequireVatId(validation, settings.VatId, country);
        string footer = PartyRules.Lines(settings.Footer);
        validation.Require(footer.Length <= SellerSettings.MaxFooterLength && PartyRules.IsText(footer),
            nameof(SellerSettings.Footer), "seller.footer_invalid",
            $"A footer has at most {SellerSettings.MaxFooterLength} characters.");
        validation.Require(settings.PaymentDays is >= 0 and <= SellerSettings.MaxPaymentDays, nameof(SellerSettings.PaymentDays),
            "seller.payment_days_invalid", $"Give 0 to {SellerSettings.MaxPaymentDays} days.");
        validation.Require(vatId is null || country is not null, nameof(SellerSettings.Country), "seller.country_missing",
            "Set the country too: it decides which tax is due.");
        validation.Require(request.Logo is null || IsLogo(request.Logo), nameof(Request.Logo), "seller.logo_invalid",
            $"Give a PNG or JPEG image of at most {SellerSettings.MaxLogoSize / 1024} KB.");
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);

        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var seller = await db.Seller.LockedForUpdate().SingleAsync(cancellation);
        (seller.Company, seller.StreetAddress, seller.Country, seller.VatId) = (company, address, country, vatId);
        (seller.PricesIncludeTax, seller.PaymentDays, seller.Footer) = (settings.PricesIncludeTax, settings.PaymentDays, footer);
        if (request.Logo is { } logo)
            seller.Logo = logo is [] ? null : logo;
        bool changed = await db.UpdateIfChangedAsync(seller, cancellation);
        if (changed)
            await db.Seller.Set(row => row.ChangedAt, time.GetUtcNow()).UpdateAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return changed;
    }

    private static bool IsLogo(byte[] bytes) => bytes.Length <= SellerSettings.MaxLogoSize && LogoImage.IsOne(bytes);
}
