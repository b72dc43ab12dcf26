using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Who sells, as invoices show them, and how prices are meant: the one row of <c>seller</c>.</summary>
[Table("seller")]
internal sealed class Seller
{
    [PrimaryKey]
    public bool OnlyRow { get; set; } = true;

    public required string Company { get; set; }
    public required string StreetAddress { get; set; }

    /// <summary>ISO 3166-1 alpha-2; null while it is not set.</summary>
    public string? Country { get; set; }

    /// <summary>Null of who is not registered for tax, and then charges none.</summary>
    public string? VatId { get; set; }

    public bool PricesIncludeTax { get; set; }

    /// <summary>From an invoice's date until it is due.</summary>
    public int PaymentDays { get; set; }

    public required string Footer { get; set; }

    /// <summary>PNG or JPEG.</summary>
    public byte[]? Logo { get; set; }

    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>What staff set about the seller.</summary>
/// <param name="Company">Name on invoices; empty: they show the service's.</param>
/// <param name="StreetAddress">As on an envelope, several lines, without the country.</param>
/// <param name="Country">ISO 3166-1 alpha-2, any case; null while it is not set.</param>
/// <param name="VatId">Null of who is not registered for tax: invoices then have none.</param>
/// <param name="PricesIncludeTax">Whether tax is a part of prices, or comes on top.</param>
/// <param name="PaymentDays">From an invoice's date until it is due.</param>
/// <param name="Footer">At the foot of each invoice: bank account, register, court.</param>
public sealed record SellerSettings(
    string Company = "", string StreetAddress = "", string? Country = null, string? VatId = null, bool PricesIncludeTax = false,
    int PaymentDays = SellerSettings.DefaultPaymentDays, string Footer = "")
{
    /// <summary>As long as a transfer and a weekend take.</summary>
    public const int DefaultPaymentDays = 7;

    /// <summary>Longer terms are credit, not a shop.</summary>
    public const int MaxPaymentDays = 90;

    public const int MaxFooterLength = 500;

    /// <summary>Bytes: enough for print at twice the size that it has.</summary>
    public const int MaxLogoSize = 256 * 1024;
}
