using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Backups;

/// <summary>Restores the newest backup on trial: each week, and when somebody asks for it.</summary>
public sealed class RunDrills(AtlanticDb db, IBackupWork work, TimeProvider time) : IClusterJob
{
    /// <summary>After the night's backup, so that it is that one which is tried.</summary>
    private static readonly TimeSpan AfterBackup = TimeSpan.FromHours(1);

    public async Task<JobReport> ExecuteAsync(CancellationToken cancellation)
    {
        var waiting = await db.RestoreDrills.Where(drill => drill.EndedAt == null).OrderBy(drill => drill.Id)
            .ToListAsync(cancellation);
        if (waiting is [] && !await IsDueAsync(cancellation))
            return new JobReport("No drill due");
        var newest = await db.Backups
            .Where(backup => backup.MadeAt != null && backup.RemovedAt == null && backup.Node == work.Plan.Node)
            .OrderByDescending(backup => backup.MadeAt).FirstOrDefaultAsync(cancellation);
        if (newest is null && await db.Backups.AnyAsync(
            backup => backup.MadeAt != null && backup.RemovedAt == null, cancellation))
            return new JobReport("The backups are on another machine, which tries them when this job runs there");
        var begun = time.GetUtcNow();
        var outcome = newest is null
            ? new DrillOutcome(null, null, "There is no backup on this machine to try.", null)
            : await work.DrillAsync(newest, cancellation);
        if (waiting is [])
            await db.InsertAsync(Filled(new RestoreDrill { AskedAt = begun }), token: cancellation);
        foreach (var drill in waiting) // one proves the same for all who wait
            await db.UpdateAsync(Filled(drill), token: cancellation);
        return outcome.Failure is { } failure
            ? new JobReport("Drill done", [failure])
            : new JobReport($"The backup of {newest!.MadeAt:yyyy-MM-dd HH:mm} UTC was restored, and is whole");

        RestoreDrill Filled(RestoreDrill row)
        {
            (row.EndedAt, row.BackupId, row.Took, row.RowCount, row.Failure, row.Unproven) =
                (time.GetUtcNow(), newest?.Id, outcome.Took, outcome.RowCount, outcome.Failure, outcome.Unproven);
            return row;
        }
    }

    /// <summary>Not before there is a backup: without one, that is what is wrong.</summary>
    private async Task<bool> IsDueAsync(CancellationToken cancellation)
    {
        if (work.Plan is not { DrillDay: { } day, At: { } at } || !await db.Backups.AnyAsync(
            backup => backup.MadeAt != null && backup.RemovedAt == null, cancellation))
            return false;
        var now = time.GetUtcNow();
        var due = BackupClock.LastDue(now - AfterBackup, at, day) + AfterBackup;
        var drills = db.RestoreDrills.Where(drill => drill.EndedAt != null && drill.AskedAt >= due);
        var good = await drills.Where(drill => drill.Failure == null).Select(drill => (DateTimeOffset?)drill.AskedAt)
            .MaxAsync(cancellation);
        var failures = await drills.Where(drill => drill.Failure != null).Select(drill => drill.AskedAt)
            .ToListAsync(cancellation);
        return BackupClock.IsDue(now, due, await BackupQueries.SinceAsync(db, cancellation), good, failures);
    }
}
