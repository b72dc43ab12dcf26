using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Importing;

/// <summary>
/// Starts each step of an import: <see cref="RunImports"/> does it, in the name of whoever started it. A step that is started
/// twice is done once.
/// </summary>
public sealed class StartImport(AtlanticDb db, Authorship authorship, TimeProvider time)
{
    /// <summary>Long enough for the first customers to notice that something is wrong.</summary>
    public static readonly TimeSpan UndoTime = TimeSpan.FromDays(7);

    internal static readonly Error NoSuchImport = new(ErrorKind.NotFound, "import.not_found", "There is no such import.");

    /// <summary>The dry run: which lines are ready, and why the others are not. Nothing is changed.</summary>
    /// <param name="fields">What each column is.</param>
    public async Task<Result> CheckAsync(long id, IReadOnlyList<ImportField> fields, CancellationToken cancellation)
    {
        if (ImportMapping.Require(fields) is { IsSuccess: false } wrong)
            return wrong;
        if (await db.Imports.SingleOrDefaultAsync(row => row.Id == id, cancellation) is not { } found)
            return NoSuchImport;
        if (found.Headings.Length != fields.Count)
            return new Error(ErrorKind.Invalid, "import.columns_differ", "Say of each column of the file what it is.", "Fields");
        string[] mapping = [.. fields.Select(ImportMapping.NameOf)];
        int started = await db.Imports.Where(import => import.Id == id
                && (import.State == ImportState.Mapping || import.State == ImportState.Checked))
            .Set(import => import.Mapping, mapping)
            .Set(import => import.State, ImportState.Checking)
            .Set(import => import.Author, AuthorJson)
            .Set(import => import.LinesDone, 0)
            .UpdateAsync(cancellation);
        return await AnswerAsync(id, started, "The columns can be chosen until the import runs.", cancellation);
    }

    /// <summary>Imports the lines that are ready.</summary>
    public async Task<Result> RunAsync(long id, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        int started = await db.Imports.Where(import => import.Id == id && import.State == ImportState.Checked)
            .Set(import => import.State, ImportState.Running)
            .Set(import => import.Author, AuthorJson)
            .Set(import => import.LinesDone, 0)
            .UpdateAsync(cancellation);
        if (started == 1)
            await db.ImportRefusals.Where(refusal => refusal.ImportId == id).DeleteAsync(cancellation); // found anew
        await transaction.CommitAsync(cancellation);
        return await AnswerAsync(id, started, "An import runs once, after its check.", cancellation);
    }

    /// <summary>Removes the customers that the import made and nobody has touched since.</summary>
    public async Task<Result> UndoAsync(long id, CancellationToken cancellation)
    {
        var earliest = time.GetUtcNow() - UndoTime;
        int started = await db.Imports.Where(import => import.Id == id && import.State == ImportState.Done
                && import.FinishedAt > earliest)
            .Set(import => import.State, ImportState.Undoing)
            .Set(import => import.Author, AuthorJson)
            .Set(import => import.LinesDone, 0)
            .UpdateAsync(cancellation);
        return await AnswerAsync(id, started, $"An import can be undone for {UndoTime.Days} days after it ran, once.",
            cancellation);
    }

    /// <summary>Forgets a file that was not imported.</summary>
    public async Task<Result> DropAsync(long id, CancellationToken cancellation)
    {
        int dropped = await db.Imports.Where(import => import.Id == id
            && (import.State == ImportState.Mapping || import.State == ImportState.Checked)).DeleteAsync(cancellation);
        return dropped == 1
            ? Result.Success
            : await AnswerAsync(id, dropped, "Only a file that was not imported can be dropped.", cancellation);
    }

    private string? AuthorJson => authorship.Author?.ToJson();

    private async Task<Result> AnswerAsync(long id, int started, Phrase rule, CancellationToken cancellation) =>
        started == 1 ? Result.Success
        : !await db.Imports.AnyAsync(import => import.Id == id, cancellation) ? NoSuchImport
        : new Error(ErrorKind.Conflict, "import.wrong_state", rule);
}
