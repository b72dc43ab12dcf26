using System.Globalization;
using System.IO.Compression;
using System.Text;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Quantities;
using CsvHelper;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>What an accountant gets of a period: a line a paper and rate of tax, and the papers themselves.</summary>
public sealed class InvoiceExport(InvoiceQueries queries, InvoicePapers papers)
{
    private static readonly string[] Columns =
    [
        "number", "kind", "date", "due", "paid", "state", "credits", "customer", "email", "country", "vat_id", "tax_rule",
        "currency", "tax_percent", "net", "tax", "total",
    ];

    /// <summary>What a spreadsheet would take for a formula, in a name that a customer chose, is escaped.</summary>
    private static readonly CsvWriterOptions Options = new() { Injection = CsvInjection.Escape };

    /// <summary>RFC 4180, UTF-8, amounts with the digits of their currency and a point.</summary>
    /// <param name="to">The last day (UTC), included.</param>
    public async Task<string> CsvAsync(DateOnly from, DateOnly to, CancellationToken cancellation)
    {
        await using var text = new StringWriter(CultureInfo.InvariantCulture);
        await using (var csv = CsvWriter.Create(text, Options, leaveOpen: true))
        {
            csv.WriteRecord(Columns);
            foreach (var summary in await queries.IssuedAsync(from, to, cancellation))
            {
                var paper = (await queries.FindAsync(Scope.Staff, summary.Id, cancellation)).Value;
                foreach (var rate in paper.Lines.GroupBy(line => line.TaxPercent).OrderBy(rate => rate.Key))
                    Write(csv, paper, rate);
            }
        }
        return text.ToString();
    }

    /// <summary>Writes a ZIP: <c>invoices.csv</c>, and the PDF of each paper.</summary>
    public async Task WriteAsync(Stream to, DateOnly from, DateOnly until, CancellationToken cancellation)
    {
        await using var archive = await ZipArchive.CreateAsync(to, ZipArchiveMode.Create, leaveOpen: true, null, cancellation);
        await AddAsync(archive, "invoices.csv", Encoding.UTF8.GetBytes(await CsvAsync(from, until, cancellation)), cancellation);
        foreach (var summary in await queries.IssuedAsync(from, until, cancellation))
        {
            var paper = (await papers.PdfAsync(Scope.Staff, summary.Id, cancellation)).Value;
            await AddAsync(archive, paper.FileName, paper.Pdf, cancellation);
        }
    }

    private static async Task AddAsync(ZipArchive archive, string name, byte[] bytes, CancellationToken cancellation)
    {
        await using var entry = await archive.CreateEntry(name).OpenAsync(cancellation);
        await entry.WriteAsync(bytes, cancellation);
    }

    private static void Write(CsvWriter csv, InvoiceDocument paper, IGrouping<decimal, InvoiceLineSummary> rate)
    {
        var summary = paper.Summary;
        foreach (string field in (string[])
        [
            summary.Number!, Name(summary.Kind), Day(summary.IssuedAt), Day(summary.DueAt), Day(summary.PaidAt),
            Name(summary.State), paper.CreditsNumber ?? "", paper.Buyer.Name, paper.Buyer.Email!, paper.Buyer.Country ?? "",
            paper.Buyer.VatId ?? "", Name(paper.TaxRule), summary.Currency,
        ])
            csv.WriteField(field);
        csv.WriteField(Figures.Text(rate.Key));
        // As numbers: a minus in front is no formula.
        foreach (long minorUnits in (long[])[rate.Sum(line => line.Net), rate.Sum(line => line.Tax),
            rate.Sum(line => line.Total)])
            csv.WriteField(new Money(minorUnits, summary.Currency).Number, "");
        csv.EndRecord();
    }

    private static string Name<T>(T value) where T : struct, Enum =>
        System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string Day(DateTimeOffset? at) => at is { } moment ? Figures.Text(DateOnly.FromDateTime(moment.UtcDateTime))
        : "";
}
