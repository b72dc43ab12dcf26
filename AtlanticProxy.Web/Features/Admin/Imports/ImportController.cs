using System.Globalization;
using System.Runtime.CompilerServices;
using AtlanticProxy.ControlPlane.Importing;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Imports;

/// <param name="Columns">While they can be chosen.</param>
/// <param name="Refused">Of the last check or run.</param>
/// <param name="Left">By an undo.</param>
internal sealed record ImportPage(
    ImportSummary Import, IReadOnlyList<ImportColumn> Columns, Page<ImportRefusal> Refused, Listing Listing,
    IReadOnlyList<LeftCustomer> Left);

/// <summary>One import: its columns, check, run, report and undo, each where it is due.</summary>
[Authorize(Policies.Owners), Route($"{ImportsController.Path}/{{id:long}}")]
internal sealed class ImportController(ImportQueries imports, StartImport start, IJobStart jobs) : PortalController
{
    /// <summary>Seconds after which a page of something that is under way is fetched anew, scripts or not.</summary>
    private const int RefreshSeconds = 2;

    [HttpGet]
    public Task<IActionResult> Show(long id, CancellationToken cancellation, int page = 1) => PageAsync(id, cancellation, page);

    /// <summary>The columns again, after a check.</summary>
    [HttpGet("columns")]
    public Task<IActionResult> Columns(long id, CancellationToken cancellation) => PageAsync(id, cancellation, columns: true);

    [HttpPost("check")]
    public async Task<IActionResult> Check(long id, IReadOnlyList<ImportField>? fields, CancellationToken cancellation) =>
        await AnswerAsync(await start.CheckAsync(id, fields ?? [], cancellation), () => Started(id),
            () => PageAsync(id, cancellation, columns: true));

    [HttpPost("run")]
    public async Task<IActionResult> Run(long id, CancellationToken cancellation) =>
        await AnswerAsync(await start.RunAsync(id, cancellation), () => Started(id), () => PageAsync(id, cancellation));

    [HttpPost("drop")]
    public async Task<IActionResult> Drop(long id, CancellationToken cancellation) =>
        await AnswerAsync(await start.DropAsync(id, cancellation), () =>
        {
            Notify("The file is deleted. Nothing was imported.");
            return LocalRedirect(ImportsController.Path);
        }, () => PageAsync(id, cancellation));

    [HttpGet("undo")]
    public async Task<IActionResult> AskUndo(long id, CancellationToken cancellation) =>
        Answer(await imports.FindAsync(id, cancellation), import => View("Confirm", new Confirmation(
            $"Undo the import of {import.FileName}?",
            $"{Removed(import.Customers)} Those who have connected, signed in, ordered or paid stay, and those that were changed "
                + $"since.",
            "Undo import", PathOf(id))));

    [HttpPost("undo")]
    public async Task<IActionResult> Undo(long id, CancellationToken cancellation) =>
        await AnswerAsync(await start.UndoAsync(id, cancellation), () => Started(id), () => PageAsync(id, cancellation));

    [HttpGet("refused")]
    public async Task<IActionResult> Refused(long id, CancellationToken cancellation)
    {
        var found = await imports.FindAsync(id, cancellation);
        return found.IsSuccess
            ? await CsvFile.Of($"refused-{id}", ["line", "email", "field", "reason"], RowsAsync(id, cancellation), cancellation)
            : Answer(found, _ => NoContent());
    }

    private async IAsyncEnumerable<IReadOnlyList<object?>> RowsAsync(
        long id, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var refusal in imports.AllRefusalsAsync(id).WithCancellation(cancellation))
            yield return [refusal.Line, refusal.Email, refusal.Field, refusal.Reason];
    }

    private static Phrase Removed(int customers) => Phrase.Plural(customers,
        $"{Shell.Format.Count(customers)} customer is removed with their proxy users, whose clients are refused at once, and "
            + $"their balances.",
        $"{Shell.Format.Count(customers)} customers are removed with their proxy users, whose clients are refused at once, and "
            + $"their balances.");

    private LocalRedirectResult Started(long id)
    {
        jobs.Start(ClusterJobs.Imports);
        return LocalRedirect(PathOf(id));
    }

    /// <param name="columns">Show them although there was a check.</param>
    private async Task<IActionResult> PageAsync(long id, CancellationToken cancellation, int page = 1, bool columns = false)
    {
        var found = await imports.FindAsync(id, cancellation);
        if (!found.IsSuccess)
            return Answer(found, _ => NoContent());
        var import = found.Value;
        bool chooses = import.State == ImportState.Mapping || (columns && import.State == ImportState.Checked);
        var refused = await imports.RefusalsAsync(id, new PageRequest(page), cancellation);
        var model = new ImportPage(import, chooses ? await imports.ColumnsAsync(id, cancellation) : [], refused,
            new Listing(PathOf(id), null, refused.Number, refused.Size, refused.Total, ""),
            await imports.LeftAsync(id, cancellation));
        if (import.IsUnderWay)
            Response.Headers["Refresh"] = RefreshSeconds.ToString(CultureInfo.InvariantCulture);
        string view = chooses ? "Columns"
            : import.IsUnderWay ? "UnderWay"
            : import.State == ImportState.Checked ? "Checked" : "Report";
        return View(view, model);
    }

    private static string PathOf(long id) => string.Create(CultureInfo.InvariantCulture, $"{ImportsController.Path}/{id}");
}
