using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Jobs;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Backups;

/// <summary>Asks for a backup or a drill, which a job then does: nobody waits on a page for it.</summary>
public sealed class AskForBackup(AtlanticDb db, NoteAct note, IJobStart jobs, TimeProvider time)
{
    /// <summary>False: somebody waits for one already, and no other is made.</summary>
    public async Task<bool> BackUpAsync(CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        bool asked = !await db.Backups.AnyAsync(backup => backup.EndedAt == null, cancellation);
        if (asked)
        {
            await db.InsertAsync(new Backup { Kind = BackupKind.Demand, AskedAt = time.GetUtcNow() }, token: cancellation);
            await note.ExecuteAsync(new(AuditChange.Added, AuditQueries.Backups, "", null), cancellation);
        }
        await transaction.CommitAsync(cancellation);
        jobs.Start(ClusterJobs.Backups);
        return asked;
    }

    /// <inheritdoc cref="BackUpAsync"/>
    public async Task<bool> DrillAsync(CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        bool asked = !await db.RestoreDrills.AnyAsync(drill => drill.EndedAt == null, cancellation);
        if (asked)
        {
            await db.InsertAsync(new RestoreDrill { AskedAt = time.GetUtcNow() }, token: cancellation);
            await note.ExecuteAsync(new(AuditChange.Changed, AuditQueries.Backups, "", null), cancellation);
        }
        await transaction.CommitAsync(cancellation);
        jobs.Start(ClusterJobs.Drills);
        return asked;
    }
}
