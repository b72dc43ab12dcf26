using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>A PDF.</summary>
/// <param name="FileName">Such as <c>2026-000142.pdf</c>.</param>
/// <param name="Sha256">Of the bytes, lower-case hex.</param>
public sealed record InvoicePaper(string FileName, byte[] Pdf, string Sha256);

/// <summary>
/// Hands papers out. The PDF of a finalised one is made once, when somebody first asks, and kept with its hash: whoever asks
/// later gets the same bytes, whatever has changed since.
/// </summary>
public sealed class InvoicePapers(AtlanticDb db, InvoiceQueries queries, SellerQueries seller, TimeProvider time)
{
    private sealed record Kept(byte[] Pdf, byte[] Sha256);

    /// <summary>Drafts have none.</summary>
    public async Task<Result<InvoicePaper>> PdfAsync(Scope scope, long invoiceId, CancellationToken cancellation)
    {
        var paper = await queries.FindAsync(scope, invoiceId, cancellation);
        if (!paper.IsSuccess)
            return Result.Failure<InvoicePaper>(paper.Errors);
        if (paper.Value.Summary is not { Number: { } number, IssuedAt: { } issued })
            return new Error(ErrorKind.Conflict, "invoice.draft", "A draft has no PDF: finalise it first.");
        var kept = await KeptAsync(invoiceId, cancellation);
        if (kept is null)
        {
            byte[] pdf = InvoicePdf.Render(InvoiceSheet.Of(paper.Value), await seller.LogoAsync(cancellation), issued);
            await db.ExecuteSqlAsync($"""
                insert into invoice_papers (invoice_id, pdf, sha256, made_at)
                values ({invoiceId}, {pdf}, {SHA256.HashData(pdf)}, {time.GetUtcNow()}) on conflict do nothing
                """, cancellation);
            kept = await KeptAsync(invoiceId, cancellation); // perhaps somebody else's, who asked at the same time
        }
        return new InvoicePaper($"{number}.pdf", kept!.Pdf, Convert.ToHexStringLower(kept.Sha256));
    }

    /// <summary>A page of its own that prints well; of a draft too.</summary>
    public async Task<Result<string>> HtmlAsync(Scope scope, long invoiceId, CancellationToken cancellation)
    {
        var paper = await queries.FindAsync(scope, invoiceId, cancellation);
        return paper.IsSuccess
            ? await InvoiceHtml.RenderAsync(InvoiceSheet.Of(paper.Value), await seller.LogoAsync(cancellation))
            : Result.Failure<string>(paper.Errors);
    }

    private async Task<Kept?> KeptAsync(long invoiceId, CancellationToken cancellation) =>
        (await db.QueryAsync<Kept>($"select pdf, sha256 from invoice_papers where invoice_id = {invoiceId}", cancellation))
            .SingleOrDefault();
}
