using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Importing;

/// <summary>
/// Does the steps of imports that were started, a customer at a time: broken off, it goes on with those that are not done. Two
/// that do the same import take turns.
/// </summary>
public sealed class RunImports(
    AtlanticDb db, ImportSteps steps, SecretBox box, Authorship authorship, ILogger<RunImports> log) : IClusterJob
{
    private static readonly ImportState[] UnderWay = [ImportState.Checking, ImportState.Running, ImportState.Undoing];

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        int done = 0;
        while (await db.Imports.Where(import => UnderWay.Contains(import.State)).OrderBy(import => import.Id)
            .Select(import => (long?)import.Id).FirstOrDefaultAsync(cancellation) is { } id)
        {
            await ExecuteAsync(id, cancellation);
            done++;
        }
        return new JobReport($"{done} steps of imports done");
    }

    /// <summary>The step of one import that was started; none, where none was.</summary>
    public async Task ExecuteAsync(long id, CancellationToken cancellation)
    {
        if (await db.Imports.SingleOrDefaultAsync(row => row.Id == id, cancellation) is not { } import)
            return; // dropped meanwhile
        var before = authorship.Author;
        authorship.Author = import.Author is { } author ? Author.OfJson(author) : null;
        var rows = new RowByRow(db, log);
        try
        {
            if (import.State == ImportState.Checking)
                await steps.CheckAsync(import, await ReadAsync(import, cancellation), rows, cancellation);
            else if (import.State == ImportState.Running)
                await steps.RunAsync(import, await ReadAsync(import, cancellation), rows, cancellation);
            else if (import.State == ImportState.Undoing)
                await steps.UndoAsync(import, rows, cancellation);
        }
        finally
        {
            authorship.Author = before;
        }
    }

    private async Task<ImportReading> ReadAsync(Import import, CancellationToken cancellation)
    {
        byte[] file = await db.ImportFiles.Where(row => row.ImportId == import.Id).Select(row => row.FileSealed)
            .SingleAsync(cancellation);
        var table = ImportTable.Read(box.OpenBytes(file, SecretPlace.ImportFile(import.Id)));
        return ImportReading.Of(table.Value, import.Fields);
    }
}
