using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Backups;

/// <summary>
/// Takes the night's backup when it is due, and those that somebody waits for. One that fails is tried again after a pause, and
/// then the next night.
/// </summary>
public sealed class TakeBackups(AtlanticDb db, IBackupWork work, BackupBook book, TimeProvider time) : IClusterJob
{
    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var failures = new List<string>();
        var notes = new List<string>();
        int made = 0;
        await NoteLostAsync(cancellation);
        // Those who wait meanwhile get one of their own: what they just did may not be in this one.
        var waiting = await db.Backups.Where(backup => backup.EndedAt == null).OrderBy(backup => backup.Id)
            .ToListAsync(cancellation);
        foreach (var asked in waiting)
        {
            var outcome = await work.TakeAsync(await book.OursAsync(cancellation), cancellation);
            await book.RecordAsync(asked, work.Plan.Node, outcome, cancellation);
            Count(outcome);
        }
        if (await IsDueAsync(cancellation))
        {
            var begun = time.GetUtcNow();
            var outcome = await work.TakeAsync(await book.OursAsync(cancellation), cancellation);
            await book.RecordAsync(BackupKind.Nightly, begun, work.Plan.Node, outcome, cancellation);
            Count(outcome);
        }
        return new JobReport($"{made} backups made{string.Concat(notes.Select(note => $". {note}"))}", failures);

        void Count(BackupOutcome outcome)
        {
            made += outcome.MadeAt is null ? 0 : 1;
            if (outcome.Failure is { } failure)
                failures.Add(failure);
            if (outcome.Note is { } note)
                notes.Add(note);
        }
    }

    /// <summary>Files that somebody removed, as an upgrade does with the one before, are no backups any more.</summary>
    private async Task NoteLostAsync(CancellationToken cancellation)
    {
        var (node, now) = (work.Plan.Node, time.GetUtcNow());
        var there = await db.Backups
            .Where(backup => backup.Node == node && backup.MadeAt != null && backup.RemovedAt == null)
            .ToListAsync(cancellation);
        foreach (var lost in there.Where(backup => !work.IsThere(backup.File)))
            await db.Backups.Where(backup => backup.Id == lost.Id).Set(backup => backup.RemovedAt, now)
                .UpdateAsync(cancellation);
    }

    private async Task<bool> IsDueAsync(CancellationToken cancellation)
    {
        if (work.Plan.At is not { } at)
            return false;
        var due = BackupClock.LastDue(time.GetUtcNow(), at);
        var nightly = db.Backups.Where(backup => backup.Kind == BackupKind.Nightly && backup.AskedAt >= due);
        var good = await nightly.Where(backup => backup.Failure == null).Select(backup => backup.MadeAt)
            .MaxAsync(cancellation);
        var failures = await nightly.Where(backup => backup.Failure != null).Select(backup => backup.AskedAt)
            .ToListAsync(cancellation);
        return BackupClock.IsDue(
            time.GetUtcNow(), due, await BackupQueries.SinceAsync(db, cancellation), good, failures);
    }
}
