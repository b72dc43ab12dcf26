namespace AtlanticProxy.ControlPlane.Backups;

/// <summary>When backups are made, where they go, and how many are kept: as the settings say.</summary>
/// <param name="At">Of each night's, UTC; null for none.</param>
/// <param name="DrillDay">Of each week's drill, an hour after the backup; null for none.</param>
/// <param name="Folder">On this machine.</param>
/// <param name="Remote">Where rclone copies them to; empty for nowhere.</param>
/// <param name="Recipient">Public key of age; empty: they are not encrypted.</param>
/// <param name="HasIdentity">Whether this machine has the private key, so that drills can open what is encrypted.</param>
/// <param name="MaxAge">From which age of the newest good one on somebody is told.</param>
/// <param name="DrillMaxAge">The same of the last drill.</param>
/// <param name="Node">This machine's name.</param>
public sealed record BackupPlan(
    TimeOnly? At, DayOfWeek? DrillDay, BackupKept Kept, string Folder, string Remote, string Recipient, bool HasIdentity,
    TimeSpan MaxAge, TimeSpan DrillMaxAge, string Node);

/// <summary>What a run came to. Either there is a file, or a failure, or both: a file that could not be copied away.</summary>
/// <param name="MadeAt">Null where there is no file.</param>
/// <param name="Removed">Files that were removed on this machine, by the rule of what is kept.</param>
public sealed record BackupOutcome(
    DateTimeOffset? MadeAt, string File, long Bytes, string Sha256, string Version, string Recipient, string Remote,
    DateTimeOffset? UploadVerifiedAt, string? Failure, IReadOnlyList<string> Removed)
{
    /// <summary>What did not go well beside, and makes it no worse; null when all did.</summary>
    public string? Note { get; init; }

    /// <summary>Nothing was made.</summary>
    public static BackupOutcome Failed(string failure) => new(null, "", 0, "", "", "", "", null, failure, []);
}

/// <summary>What a drill came to.</summary>
/// <inheritdoc cref="RestoreDrill"/>
public sealed record DrillOutcome(TimeSpan? Took, long? RowCount, string? Failure, string? Unproven);

/// <summary>Makes backups and tries them: with programs and files of the machine, which the host knows.</summary>
public interface IBackupWork
{
    BackupPlan Plan { get; }

    /// <summary>
    /// Whether a file that was made on this machine still is there; a folder that is missing (a disk that is not mounted) says
    /// nothing of its files.
    /// </summary>
    bool IsThere(string file);

    /// <summary>Makes one, copies it away, compares the copy, and removes what need not be kept. Says what went wrong.</summary>
    /// <param name="ours">Names of files of this appliance's backups: at the remote, others are not touched.</param>
    Task<BackupOutcome> TakeAsync(IReadOnlySet<string> ours, CancellationToken cancellation);

    /// <summary>Restores one into a database of its own, which is dropped at the end. Says what went wrong.</summary>
    Task<DrillOutcome> DrillAsync(Backup backup, CancellationToken cancellation);
}

/// <summary>Where nothing is backed up: in tests of what has nothing to do with it.</summary>
internal sealed class NoBackupWork : IBackupWork
{
    public BackupPlan Plan { get; } =
        new(null, null, new BackupKept(7, 4, 12), "", "", "", false, TimeSpan.FromDays(2), TimeSpan.FromDays(8), "");

    public bool IsThere(string file) => false;

    public Task<BackupOutcome> TakeAsync(IReadOnlySet<string> ours, CancellationToken cancellation) =>
        Task.FromResult(BackupOutcome.Failed("Nothing is backed up here."));

    public Task<DrillOutcome> DrillAsync(Backup backup, CancellationToken cancellation) =>
        Task.FromResult(new DrillOutcome(null, null, "Nothing is restored here.", null));
}
