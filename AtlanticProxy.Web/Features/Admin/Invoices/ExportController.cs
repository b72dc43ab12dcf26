using System.Net.Mime;
using System.Text;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Invoices;

/// <summary>A period of the book, as its form has it.</summary>
/// <param name="Format"><c>csv</c> or <c>zip</c>.</param>
internal sealed record ExportForm(DateOnly? From, DateOnly? To, string? Format);

/// <summary>What an accountant gets of a period.</summary>
[Writes(Area.Bookkeeping), Route("/admin/invoices/export")]
internal sealed class ExportController(InvoiceExport export, TimeProvider time) : PortalController
{
    /// <summary>An accounting year, of which 53 weeks is the longest: more is another download.</summary>
    private const int MaxDays = 371;

    /// <summary>Asks for the month before this one, which is what is wanted most.</summary>
    [HttpGet]
    public IActionResult Ask()
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var first = new DateOnly(today.Year, today.Month, 1);
        return View("Export", new ExportForm(first.AddMonths(-1), first.AddDays(-1), "zip"));
    }

    [HttpGet("file")]
    public async Task<IActionResult> Download(ExportForm form, CancellationToken cancellation)
    {
        if (form is not { From: { } from, To: { } to } || !ModelState.IsValid)
            return await RetryAsync(FormAsync);
        if (from > to || to.DayNumber - from.DayNumber >= MaxDays || to == DateOnly.MaxValue)
        {
            Refuse(nameof(form.To), $"Give a last day from the first one on, {MaxDays} days in all at most.");
            return await RetryAsync(FormAsync);
        }
        string name = $"invoices-{Shell.Format.Iso(from)}-{Shell.Format.Iso(to)}";
        if (form.Format == "csv")
            return File(Encoding.UTF8.GetBytes(await export.CsvAsync(from, to, cancellation)), "text/csv; charset=utf-8",
                $"{name}.csv");
        var archive = new MemoryStream();
        await export.WriteAsync(archive, from, to, cancellation);
        archive.Position = 0;
        return File(archive, MediaTypeNames.Application.Zip, $"{name}.zip");

        Task<IActionResult> FormAsync() => Task.FromResult<IActionResult>(View("Export", form));
    }
}
