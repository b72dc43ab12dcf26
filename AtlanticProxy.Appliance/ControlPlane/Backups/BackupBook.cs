using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Backups;

/// <summary>Writes down what became of backups.</summary>
public sealed class BackupBook(AtlanticDb db, TimeProvider time)
{
    /// <summary>Names of all files that were ever made of this database.</summary>
    public async Task<IReadOnlySet<string>> OursAsync(CancellationToken cancellation) =>
        (await db.Backups.Where(backup => backup.MadeAt != null).Select(backup => backup.File).ToListAsync(cancellation))
            .Select(file => Path.GetFileName(file)).ToHashSet(StringComparer.Ordinal);

    /// <summary>One that nobody waits for.</summary>
    public async Task RecordAsync(
        BackupKind kind, DateTimeOffset begun, string node, BackupOutcome outcome, CancellationToken cancellation)
    {
        await db.InsertAsync(Filled(new Backup { Kind = kind, AskedAt = begun }, node, outcome), token: cancellation);
        await NoteRemovedAsync(node, outcome, cancellation);
    }

    /// <summary>The end of one that somebody waits for.</summary>
    internal async Task RecordAsync(Backup asked, string node, BackupOutcome outcome, CancellationToken cancellation)
    {
        await db.UpdateAsync(Filled(asked, node, outcome), token: cancellation);
        await NoteRemovedAsync(node, outcome, cancellation);
    }

    private Backup Filled(Backup row, string node, BackupOutcome outcome)
    {
        (row.EndedAt, row.MadeAt, row.Failure, row.Node, row.File, row.Bytes, row.Sha256, row.Version) =
            (time.GetUtcNow(), outcome.MadeAt, outcome.Failure, node, outcome.File, outcome.Bytes, outcome.Sha256,
                outcome.Version);
        (row.Recipient, row.Remote, row.UploadVerifiedAt) = (outcome.Recipient, outcome.Remote, outcome.UploadVerifiedAt);
        return row;
    }

    private async Task NoteRemovedAsync(string node, BackupOutcome outcome, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        foreach (string file in outcome.Removed)
            await db.Backups.Where(backup => backup.Node == node && backup.File == file && backup.RemovedAt == null)
                .Set(backup => backup.RemovedAt, now).UpdateAsync(cancellation);
    }
}
