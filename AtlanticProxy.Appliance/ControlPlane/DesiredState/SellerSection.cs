using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <summary>Who sells, as invoices show it. What is left out stays as it is; an empty text takes it away.</summary>
/// <param name="StreetAddress">As on an envelope, several lines, without the country.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="VatId">Empty: not registered for tax, which is then on no invoice.</param>
/// <param name="PaymentDays">From an invoice's date until it is due.</param>
/// <param name="LogoFile">A PNG or JPEG, read by the process that reads the document; empty removes the present one.</param>
internal sealed record DesiredSeller(
    string? Company = null, string? StreetAddress = null, string? Country = null, string? VatId = null,
    bool? PricesIncludeTax = null, int? PaymentDays = null, string? Footer = null, string? LogoFile = null);

/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Percent">19, or 25.5.</param>
internal sealed record DesiredTaxRate(string Country, decimal Percent);

internal sealed class SellerSection(SellerQueries queries, SetSeller set)
{
    /// <inheritdoc cref="ProviderSection.Names"/>
    private static readonly Dictionary<string, string> Names = new() { [nameof(SetSeller.Request.Logo)] = "logoFile" };

    public async Task<Result> ApplyAsync(DesiredSeller desired, List<string> changes, CancellationToken cancel)
    {
        var logo = await LogoAsync(desired.LogoFile, cancel);
        if (!logo.IsSuccess)
            return logo;
        var present = await queries.SettingsAsync(cancel);
        var settings = new SellerSettings(
            desired.Company ?? present.Company, desired.StreetAddress ?? present.StreetAddress,
            desired.Country ?? present.Country, desired.VatId ?? present.VatId,
            desired.PricesIncludeTax ?? present.PricesIncludeTax, desired.PaymentDays ?? present.PaymentDays,
            desired.Footer ?? present.Footer);
        var changed = await set.ExecuteAsync(new(settings, logo.Value), cancel);
        if (!changed.IsSuccess)
            return changed.In(Names);
        if (changed.Value)
            changes.Add("seller: changed");
        return changed;
    }

    /// <summary>Null where the document says nothing of it. One byte more than is allowed is enough to refuse it.</summary>
    private static async Task<Result<byte[]?>> LogoAsync(string? path, CancellationToken cancel)
    {
        if (path is null or "")
            return Result.Of<byte[]?>(path is null ? null : []);
        try
        {
            await using var file = File.OpenRead(path);
            byte[] bytes = new byte[SellerSettings.MaxLogoSize + 1];
            int read = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
            return Result.Of<byte[]?>(bytes[..read]);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new Error(ErrorKind.Invalid, "seller.logo_unreadable",
                $"The file '{path}' cannot be read ({fault.Message.TrimEnd('.')}).", nameof(DesiredSeller.LogoFile));
        }
    }
}

internal sealed class TaxRateSection(SetTaxRate set)
{
    public async Task<Result> ApplyAsync(DesiredTaxRate desired, List<string> changes, CancellationToken cancel)
    {
        var changed = await set.ExecuteAsync(new(desired.Country, desired.Percent), cancel);
        if (changed is { IsSuccess: true, Value: true })
            changes.Add($"tax rate {desired.Country.Trim().ToUpperInvariant()}: {Quantities.Figures.Text(desired.Percent)} %");
        return changed;
    }
}
