using AtlanticProxy.ControlPlane.Backups;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Host.Configuration;
using Npgsql;

namespace AtlanticProxy.Host.Backups;

/// <summary>Makes and tries backups on this machine, by its settings.</summary>
internal sealed class BackupWork(Settings settings, string connectionString, Migrator migrator, TimeProvider time) : IBackupWork
{
    private readonly BackupTaking _taking = new(settings, connectionString, migrator, time);

    public BackupPlan Plan => new(
        settings.Backup.AtTime, settings.Backup.DayOfDrill, settings.Backup.Kept, BackupTaking.FolderOf(settings),
        settings.Backup.Remote, settings.Backup.Recipient, settings.Backup.Identity.Length > 0, settings.Backup.MaxAge,
        settings.Backup.DrillMaxAge, settings.Engine.NodeName);

    public bool IsThere(string file) => File.Exists(file) || !Directory.Exists(Path.GetDirectoryName(file));

    public Task<BackupOutcome> TakeAsync(IReadOnlySet<string> ours, CancellationToken cancellation) =>
        TakeAsync(BackupTaking.FolderOf(settings), prune: true, ours, cancellation);

    /// <param name="prune">Whether the folder is one of ours alone, in which old ones are removed.</param>
    /// <param name="ours">Names of files that may be removed at the remote.</param>
    public async Task<BackupOutcome> TakeAsync(
        string folder, bool prune, IReadOnlySet<string> ours, CancellationToken cancellation)
    {
        BackupTaken taken;
        try
        {
            taken = await _taking.TakeAsync(folder, settings.Backup.Recipient, cancellation);
        }
        catch (Exception fault) when (IsExpected(fault))
        {
            return BackupOutcome.Failed(fault.Message);
        }
        string? failure = null, note = null;
        DateTimeOffset? verified = null;
        if (settings.Backup.Remote.Length > 0)
            try
            {
                var remote = new BackupRemote(settings.Backup);
                await remote.CopyAsync(taken.File, cancellation);
                verified = time.GetUtcNow();
                if (prune)
                    await remote.PruneAsync(settings.Backup.Kept, ours, time.GetUtcNow(), cancellation);
            }
            catch (StartupException fault) when (verified is null)
            {
                failure = $"The backup is in {taken.File}, but rclone could not copy it: {fault.Message}";
            }
            catch (StartupException fault)
            {
                // Some remotes are meant to forbid it.
                note = $"The backup is copied, but old ones could not be removed there: {fault.Message}";
            }
        return new(
            taken.CreatedAt, taken.File, taken.Bytes, taken.Sha256, taken.Version, settings.Backup.Recipient,
            settings.Backup.Remote, verified, failure, prune ? _taking.Prune(folder) : []) { Note = note };
    }

    public async Task<DrillOutcome> DrillAsync(Backup backup, CancellationToken cancellation)
    {
        try
        {
            return await new BackupDrill(settings, connectionString, _taking, time).RunAsync(backup, cancellation);
        }
        catch (Exception fault) when (IsExpected(fault))
        {
            return new DrillOutcome(null, null, fault.Message, null);
        }
    }

    /// <summary>What is wrong outside of this program: it goes into the books, where people read it.</summary>
    private static bool IsExpected(Exception fault) => fault is StartupException or IOException or UnauthorizedAccessException
        or NpgsqlException or SecretKeyException;
}
