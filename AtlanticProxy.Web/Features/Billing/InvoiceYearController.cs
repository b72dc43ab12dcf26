using System.Globalization;
using System.IO.Compression;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Billing;

/// <summary>All papers of a year in one file, as an accountant asks for them.</summary>
[Authorize(Policies.Payers)]
internal sealed class InvoiceYearController(InvoiceQueries invoices, InvoicePapers papers) : PortalController
{
    /// <param name="year">Of the day of issue (UTC).</param>
    [HttpGet("/invoices/year/{year:long}")]
    public async Task<IActionResult> Download(long year, CancellationToken cancellation)
    {
        if (year < DateOnly.MinValue.Year || year >= DateOnly.MaxValue.Year)
            return StatusCode(StatusCodes.Status404NotFound);
        var first = new DateOnly((int)year, 1, 1);
        var issued = new InvoiceFilter(User.CustomerId, From: first, To: first.AddYears(1).AddDays(-1));
        var page = await invoices.ListAsync(User.Scope, issued, new PageRequest(size: PageRequest.MaxSize), cancellation);
        if (page.Total == 0)
            return StatusCode(StatusCodes.Status404NotFound);
        // On the disk: what writes ZIPs does not wait for a client, and papers of a year may be many.
        var file = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });
        try
        {
            await WriteAsync(file, issued, page, cancellation);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
        file.Position = 0;
        return File(file, "application/zip", string.Create(CultureInfo.InvariantCulture, $"invoices-{year}.zip"));
    }

    private async Task WriteAsync(
        FileStream file, InvoiceFilter issued, Page<InvoiceSummary> page, CancellationToken cancellation)
    {
        await using var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
        while (true)
        {
            foreach (var invoice in page.Items)
            {
                var paper = (await papers.PdfAsync(User.Scope, invoice.Id, cancellation)).Value;
                // A PDF is compressed already.
                await using var entry = await zip.CreateEntry(paper.FileName, CompressionLevel.NoCompression)
                    .OpenAsync(cancellation);
                await entry.WriteAsync(paper.Pdf, cancellation);
            }
            if (!page.HasNext)
                return;
            page = await invoices.ListAsync(
                User.Scope, issued, new PageRequest(page.Number + 1, PageRequest.MaxSize), cancellation);
        }
    }
}
