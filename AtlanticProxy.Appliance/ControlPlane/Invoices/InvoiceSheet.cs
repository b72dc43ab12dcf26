using System.Globalization;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Quantities;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>One label and what stands behind it.</summary>
internal sealed record SheetLabel(string Label, string Value);

/// <summary>One line of the table, as text.</summary>
internal sealed record SheetRow(string Description, string Quantity, string UnitPrice, string Tax, string Amount);

/// <summary>A paper as text, in its language: what the page and the PDF both show.</summary>
internal sealed record InvoiceSheet(
    string Language, string Title, string SellerName, IReadOnlyList<string> Seller, string BillTo, IReadOnlyList<string> Buyer,
    IReadOnlyList<SheetLabel> Dates, SheetRow Headings, IReadOnlyList<SheetRow> Rows, IReadOnlyList<SheetLabel> Sums,
    SheetLabel Total, IReadOnlyList<string> Notes, IReadOnlyList<string> Footer, string Page)
{
    public static InvoiceSheet Of(InvoiceDocument paper)
    {
        var words = InvoiceWords.In(paper.Language);
        var summary = paper.Summary;
        string Amount(long minorUnits) => new Money(minorUnits, summary.Currency).Amount;
        return new InvoiceSheet(
            paper.Language, TitleOf(summary, words), paper.Seller.Name, LinesOf(paper.Seller, words, withName: false),
            words.BillTo, LinesOf(paper.Buyer, words, withName: true), [.. DatesOf(paper, words)],
            new(words.Description, words.Quantity, words.UnitPrice, words.Tax, $"{words.Amount} ({summary.Currency})"),
            [.. paper.Lines.Select(line => new SheetRow(
                line.Description, line.Quantity.ToString(CultureInfo.InvariantCulture), Amount(line.UnitPrice),
                $"{Figures.Text(line.TaxPercent)} %", Amount(paper.PricesIncludeTax ? line.Total : line.Net)))],
            [
                new(words.Net, Amount(summary.Net)),
                .. paper.Lines.GroupBy(line => line.TaxPercent).Where(rate => rate.Key > 0).OrderBy(rate => rate.Key)
                    .Select(rate => new SheetLabel(
                        string.Format(CultureInfo.InvariantCulture, words.TaxAt, Figures.Text(rate.Key)),
                        Amount(rate.Sum(line => line.Tax)))),
            ],
            new(words.Total, new Money(summary.Total, summary.Currency).ToString()),
            [.. NotesOf(paper, words)], paper.Footer is "" ? [] : paper.Footer.Split('\n'), words.Page);
    }

    private static string TitleOf(InvoiceSummary summary, InvoiceWords words) => summary.Number is null
        ? words.Draft
        : $"{(summary.Kind == InvoiceKind.CreditNote ? words.CreditNote : words.Invoice)} {summary.Number}";

    private static List<string> LinesOf(InvoiceParty party, InvoiceWords words, bool withName)
    {
        var lines = new List<string>();
        if (withName)
            lines.Add(party.Name);
        if (party.Address is not "")
            lines.AddRange(party.Address.Split('\n'));
        if (party.Country is not null)
            lines.Add(party.Country);
        if (party.VatId is not null)
            lines.Add($"{words.TaxNumber} {party.VatId}");
        if (party.Email is not null)
            lines.Add(party.Email);
        return lines;
    }

    private static IEnumerable<SheetLabel> DatesOf(InvoiceDocument paper, InvoiceWords words)
    {
        static string Day(DateTimeOffset at) => Figures.Text(DateOnly.FromDateTime(at.UtcDateTime));
        if (paper.Summary.IssuedAt is { } issued)
            yield return new(words.IssuedOn, Day(issued));
        if (paper.CreditsNumber is { } number)
            yield return new(words.CreditsInvoice, number);
        if (paper.Summary.DueAt is { } due)
            yield return new(words.DueOn, Day(due));
    }

    private static IEnumerable<string> NotesOf(InvoiceDocument paper, InvoiceWords words)
    {
        if (paper.TaxRule == TaxRule.ReverseCharge)
            yield return words.ReverseCharge;
        if (paper.TaxRule == TaxRule.None)
            yield return words.NoTax;
        if (paper.PricesIncludeTax && paper.Summary.Tax != 0)
            yield return words.WithTax;
        if (paper.Summary.Prepaid > 0)
            yield return string.Format(CultureInfo.InvariantCulture, words.Prepaid,
                new Money(paper.Summary.Prepaid, paper.Summary.Currency));
    }
}
