using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Backups;

/// <summary>Why a backup was made.</summary>
public enum BackupKind
{
    /// <summary>By the clock.</summary>
    Nightly,

    /// <summary>By the package, before a new version changes the database.</summary>
    Upgrade,

    /// <summary>Somebody asked for it.</summary>
    Demand,
}

/// <summary>A backup: asked for, made, or failed.</summary>
[Table("backups")]
public sealed class Backup
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public BackupKind Kind { get; set; }
    public DateTimeOffset AskedAt { get; set; }

    /// <summary>Null while somebody waits for it.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>When the database was as it is in there; null where there is no file.</summary>
    public DateTimeOffset? MadeAt { get; set; }

    /// <summary>In words. Of one that was made: it could not be copied away.</summary>
    public string? Failure { get; set; }

    /// <summary>Name of the machine that has the file.</summary>
    public string Node { get; set; } = "";

    /// <summary>Absolute path there.</summary>
    public string File { get; set; } = "";

    public long Bytes { get; set; }

    /// <summary>Of the file, in hex.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>Of the appliance that made it.</summary>
    public string Version { get; set; } = "";

    /// <summary>Public key of age that it is encrypted to; empty where it is not.</summary>
    public string Recipient { get; set; } = "";

    /// <summary>Where it was copied to; empty for nowhere.</summary>
    public string Remote { get; set; } = "";

    /// <summary>When the copy there was compared with the file.</summary>
    public DateTimeOffset? UploadVerifiedAt { get; set; }

    /// <summary>When its file was removed, since newer ones are there.</summary>
    public DateTimeOffset? RemovedAt { get; set; }
}

/// <summary>A backup that was restored, into a database of its own, to prove that it can be.</summary>
[Table("restore_drills")]
public sealed class RestoreDrill
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public DateTimeOffset AskedAt { get; set; }

    /// <summary>Null while somebody waits for it.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public long? BackupId { get; set; }

    public long? TookMs { get; set; }

    /// <summary>Rows compared with those at the time of the backup; null where it says none.</summary>
    public long? RowCount { get; set; }

    /// <summary>In words; null where the backup is proven.</summary>
    public string? Failure { get; set; }

    /// <summary>What could not be proven on this machine, in words; null where that is nothing.</summary>
    public string? Unproven { get; set; }

    /// <summary>From the file to the last proof; null where it did not come to that.</summary>
    [NotColumn]
    public TimeSpan? Took
    {
        get => TookMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
        set => TookMs = (long?)value?.TotalMilliseconds;
    }

    [NotColumn]
    public bool IsProof => EndedAt is not null && Failure is null;
}
