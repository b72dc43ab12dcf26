using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Backups;

/// <param name="Drill">The last one that tried it; null where none did.</param>
public sealed record BackupSummary(Backup Backup, RestoreDrill? Drill);

/// <summary>How backups stand.</summary>
/// <param name="Since">When the appliance was installed: the age of a backup that is not there yet.</param>
/// <param name="Good">The newest that was made, and copied away where it was to be; null before the first.</param>
/// <param name="Latest">The last attempt; null before the first.</param>
/// <param name="Drill">The last that ended; null before the first.</param>
/// <param name="Proof">The last that ended well.</param>
public sealed record BackupStanding(
    DateTimeOffset Since, Backup? Good, Backup? Latest, RestoreDrill? Drill, RestoreDrill? Proof);

/// <summary>Reads what is known of backups and drills.</summary>
public sealed class BackupQueries(AtlanticDb db)
{
    /// <summary>Newest first: those that are waited for, that are there, and that failed lately.</summary>
    /// <param name="most">Rows.</param>
    public async Task<IReadOnlyList<BackupSummary>> ListAsync(int most, CancellationToken cancellation)
    {
        var backups = await db.Backups.Where(backup => backup.RemovedAt == null).OrderByDescending(backup => backup.AskedAt)
            .ThenByDescending(backup => backup.Id).Take(most).ToListAsync(cancellation);
        long[] ids = [.. backups.Select(backup => backup.Id)];
        var drills = await db.RestoreDrills
            .Where(drill => drill.EndedAt != null && drill.BackupId != null && ids.Contains(drill.BackupId.Value))
            .ToListAsync(cancellation);
        return [.. backups.Select(backup => new BackupSummary(
            backup, drills.Where(drill => drill.BackupId == backup.Id).MaxBy(drill => drill.Id)))];
    }

    /// <summary>One that has a file; null when there is none of that id.</summary>
    public Task<Backup?> FindAsync(long id, CancellationToken cancellation) =>
        db.Backups.FirstOrDefaultAsync(backup => backup.Id == id && backup.MadeAt != null && backup.RemovedAt == null,
            cancellation);

    public async Task<BackupStanding> StandingAsync(CancellationToken cancellation)
    {
        var ended = db.Backups.Where(backup => backup.EndedAt != null).OrderByDescending(backup => backup.Id);
        var drills = db.RestoreDrills.Where(drill => drill.EndedAt != null).OrderByDescending(drill => drill.Id);
        return new(
            await SinceAsync(db, cancellation),
            await ended.FirstOrDefaultAsync(
                backup => backup.MadeAt != null && backup.RemovedAt == null && backup.Failure == null, cancellation),
            await ended.FirstOrDefaultAsync(cancellation),
            await drills.FirstOrDefaultAsync(cancellation),
            await drills.FirstOrDefaultAsync(drill => drill.Failure == null, cancellation));
    }

    /// <summary>Whether somebody waits for a backup, and for a drill.</summary>
    public async Task<(bool Backup, bool Drill)> WaitingAsync(CancellationToken cancellation) =>
        (await db.Backups.AnyAsync(backup => backup.EndedAt == null, cancellation),
            await db.RestoreDrills.AnyAsync(drill => drill.EndedAt == null, cancellation));

    internal static Task<DateTimeOffset> SinceAsync(AtlanticDb db, CancellationToken cancellation) =>
        db.ScalarAsync<DateTimeOffset>($"select min(applied_at) from schema_migrations", cancellation);
}
