using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Importing;

/// <summary>Reads imports.</summary>
public sealed class ImportQueries(AtlanticDb db, SecretBox box, TimeProvider time)
{
    /// <summary>Cells of a column that say what it is.</summary>
    private const int Samples = 3;

    private const string Hidden = "••••••••";

    /// <summary>The newest first.</summary>
    public async Task<Page<ImportSummary>> ListAsync(PageRequest page, CancellationToken cancellation)
    {
        var rows = db.Imports.OrderByDescending(import => import.Id).Skip(page.Offset).Take(page.Size);
        return new Page<ImportSummary>(await SummariesAsync(rows, cancellation), page.Number, page.Size,
            await db.Imports.CountAsync(cancellation));
    }

    public async Task<Result<ImportSummary>> FindAsync(long id, CancellationToken cancellation) =>
        await SummariesAsync(db.Imports.Where(import => import.Id == id), cancellation) is [var found]
            ? found
            : StartImport.NoSuchImport;

    /// <summary>The file's columns; none where the file is gone.</summary>
    public async Task<IReadOnlyList<ImportColumn>> ColumnsAsync(long id, CancellationToken cancellation)
    {
        var found = await (from import in db.Imports
                           join file in db.ImportFiles on import.Id equals file.ImportId
                           where import.Id == id
                           select new { import, file.FileSealed }).SingleOrDefaultAsync(cancellation);
        if (found is null)
            return [];
        var table = ImportTable.Read(box.OpenBytes(found.FileSealed, SecretPlace.ImportFile(id))).Value;
        var guessed = ImportMapping.Guess(table.Headings);
        return
        [
            .. table.Headings.Select((heading, column) => new ImportColumn(heading, found.import.Fields[column],
                [.. table.Records.Select(record => record.Cells[column]).Where(cell => cell.Length > 0).Take(Samples)
                    .Select(cell => IsPassword(guessed[column], found.import.Fields[column], heading) ? Hidden : cell)])),
        ];
    }

    /// <summary>Lines that the last check or run refused.</summary>
    public async Task<Page<ImportRefusal>> RefusalsAsync(long id, PageRequest page, CancellationToken cancellation)
    {
        var refused = db.ImportRefusals.Where(refusal => refusal.ImportId == id);
        return new Page<ImportRefusal>(
            await refused.OrderBy(refusal => refusal.Line).Skip(page.Offset).Take(page.Size)
                .Select(row => new ImportRefusal(row.Line, row.Email, row.Field, row.Reason)).ToListAsync(cancellation),
            page.Number, page.Size, await refused.CountAsync(cancellation));
    }

    /// <summary>All of them, in the order of lines.</summary>
    public IAsyncEnumerable<ImportRefusal> AllRefusalsAsync(long id) =>
        db.ImportRefusals.Where(refusal => refusal.ImportId == id).OrderBy(refusal => refusal.Line)
            .Select(row => new ImportRefusal(row.Line, row.Email, row.Field, row.Reason)).AsAsyncEnumerable();

    /// <summary>Customers that an undo left, and why.</summary>
    public async Task<IReadOnlyList<LeftCustomer>> LeftAsync(long id, CancellationToken cancellation) =>
        await db.ImportCustomers.Where(row => row.ImportId == id && row.LeftBecause != null).OrderBy(row => row.Email)
            .Select(row => new LeftCustomer(row.CustomerId, row.Email, row.LeftBecause!)).ToListAsync(cancellation);

    /// <summary>Also where a person has not said so yet, or said something else.</summary>
    private static bool IsPassword(ImportField guessed, ImportField chosen, string heading) =>
        guessed == ImportField.ProxyPassword || chosen == ImportField.ProxyPassword
        || heading.Contains("pass", StringComparison.OrdinalIgnoreCase)
        || heading.Contains("secret", StringComparison.OrdinalIgnoreCase);

    private async Task<List<ImportSummary>> SummariesAsync(IQueryable<Import> imports, CancellationToken cancellation)
    {
        var rows = await imports.Select(import => new
        {
            Import = import, Refused = db.ImportRefusals.Count(refusal => refusal.ImportId == import.Id),
            Customers = db.ImportCustomers.Count(row => row.ImportId == import.Id),
            Lines = db.ImportCustomers.Where(row => row.ImportId == import.Id).Sum(row => (int?)row.Lines) ?? 0,
            Removed = db.ImportCustomers.Count(row => row.ImportId == import.Id && row.RemovedAt != null),
        }).ToListAsync(cancellation);
        return rows.ConvertAll(row => new ImportSummary(row.Import.Id, row.Import.FileName, row.Import.State, row.Import.Lines,
            row.Import.LinesDone, row.Refused, row.Customers, row.Lines, row.Removed, row.Import.StartedBy, row.Import.CreatedAt,
            row.Import.FinishedAt, UndoUntil(row.Import)));
    }

    private DateTimeOffset? UndoUntil(Import import) =>
        import is { State: ImportState.Done, FinishedAt: { } finished } && finished + StartImport.UndoTime > time.GetUtcNow()
            ? finished + StartImport.UndoTime
            : null;
}
