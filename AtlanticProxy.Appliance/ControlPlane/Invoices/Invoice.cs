using System.Globalization;
using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Invoices;

public enum InvoiceKind
{
    Invoice,

    /// <summary>Takes an invoice back, or a part of it.</summary>
    CreditNote,
}

public enum InvoiceState
{
    /// <summary>Without a number: it may still change, or go away.</summary>
    Draft,

    /// <summary>Owed.</summary>
    Open,

    Paid,

    /// <summary>Taken back before it was paid: nothing is owed.</summary>
    Credited,

    /// <summary>Of a credit note: it is out.</summary>
    Issued,
}

/// <summary>An invoice or a credit note. Once it has a number, only its state and what was taken back of it change.</summary>
[Table("invoices")]
internal sealed class Invoice
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public InvoiceKind Kind { get; set; }
    public InvoiceState State { get; set; }
    public long CustomerId { get; set; }

    /// <summary>Of a credit note: the invoice that it takes back.</summary>
    public long? CreditsId { get; set; }

    public int? Year { get; set; }

    /// <summary>From 1 within kind and year, without gaps; null of a draft.</summary>
    public int? Number { get; set; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; set; }

    /// <summary>Minor units; below zero of credit notes.</summary>
    public long Net { get; set; }
    public long Tax { get; set; }
    public long Total { get; set; }

    /// <summary>What credit notes have taken back, in minor units.</summary>
    public long Credited { get; set; }

    /// <summary>
    /// What the wallet had paid of it before it was written, in minor units with tax: as the use that it is about was used.
    /// </summary>
    public long Prepaid { get; set; }

    public TaxRule TaxRule { get; set; }

    /// <summary>Whether <see cref="InvoiceLine.UnitPrice"/> has the tax in it.</summary>
    public bool PricesIncludeTax { get; set; }

    /// <summary><c>en</c> or <c>fr</c>.</summary>
    public required string Language { get; set; }

    public string SellerName { get; set; } = "";
    public string SellerAddress { get; set; } = "";
    public string? SellerCountry { get; set; }
    public string? SellerVatId { get; set; }
    public string Footer { get; set; } = "";
    public required string BuyerName { get; set; }
    public required string BuyerEmail { get; set; }
    public required string BuyerAddress { get; set; }
    public string? BuyerCountry { get; set; }
    public string? BuyerVatId { get; set; }

    /// <summary>Where the card of the customer's last payment was issued, as evidence beside the billing country.</summary>
    public string? CardCountry { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? IssuedAt { get; set; }
    public DateTimeOffset? DueAt { get; set; }
    public DateTimeOffset? PaidAt { get; set; }

    /// <summary>Minor units that are still to be paid.</summary>
    [NotColumn]
    public long Due => State == InvoiceState.Open ? Math.Max(Total - Credited - Prepaid, 0) : 0;

    [NotColumn]
    public string? FullNumber => NumberOf(Kind, Year, Number);

    /// <summary><c>2026-000142</c>, <c>CN-2026-000007</c>; null of a draft.</summary>
    public static string? NumberOf(InvoiceKind kind, int? year, int? number) => number is null
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{(kind == InvoiceKind.CreditNote ? "CN-" : "")}{year}-{number:000000}");
}

/// <summary>One line of a paper, in minor units.</summary>
[Table("invoice_lines")]
internal sealed class InvoiceLine
{
    [PrimaryKey(1)]
    public long InvoiceId { get; set; }

    /// <summary>From 1. A credit note's lines have the numbers of those that they take back.</summary>
    [PrimaryKey(2)]
    public int Line { get; set; }

    public required string Description { get; set; }
    public long Quantity { get; set; }

    /// <summary>Minor units, with tax in it or not: <see cref="Invoice.PricesIncludeTax"/>.</summary>
    public long UnitPrice { get; set; }

    /// <summary>Of the tax, in hundredths of a percent.</summary>
    public int BasisPoints { get; set; }

    public long Net { get; set; }
    public long Tax { get; set; }

    [NotColumn]
    public long Total => Net + Tax;
}
