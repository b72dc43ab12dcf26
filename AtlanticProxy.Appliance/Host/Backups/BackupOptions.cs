using System.Globalization;
using AtlanticProxy.ControlPlane.Backups;

namespace AtlanticProxy.Host.Backups;

/// <summary>When backups are made, and where they go: section <c>Backup</c>.</summary>
public sealed class BackupOptions
{
    private const int MostKept = 1000;

    /// <summary>Folder on this machine; empty for <c>backups</c> in the data directory.</summary>
    public string Directory { get; set; } = "";

    /// <summary>Hour (UTC) of the nightly one, as 02:30; empty for none. 02:30: before the ledger is audited.</summary>
    public string At { get; set; } = "02:30";

    /// <summary>Day of the weekly restore drill, an hour after the backup; empty for none.</summary>
    public string DrillDay { get; set; } = nameof(DayOfWeek.Sunday);

    /// <summary>Days of which the last one is kept. 7: a week of nightly ones.</summary>
    public int Daily { get; set; } = 7;

    /// <summary>Weeks of which the last one is kept. 4: what went wrong unseen for a month.</summary>
    public int Weekly { get; set; } = 4;

    /// <summary>Months of which the last one is kept. 12: a business year.</summary>
    public int Monthly { get; set; } = 12;

    /// <summary>
    /// Public key of age (https://age-encryption.org, <c>age1...</c>) that backups are encrypted to; empty leaves them readable
    /// by this machine's administrator, whose secrets they hold.
    /// </summary>
    public string Recipient { get; set; } = "";

    /// <summary>
    /// File with its private key, so that drills open what is encrypted. Empty: the key is elsewhere, as it should be where this
    /// machine may be stolen.
    /// </summary>
    public string Identity { get; set; } = "";

    /// <summary>Where rclone copies each one to, for example <c>offsite:backups</c>; empty for nowhere.</summary>
    public string Remote { get; set; } = "";

    /// <summary>Configuration file of rclone; empty for its own default.</summary>
    public string RcloneConfig { get; set; } = "";

    /// <summary>Age of the newest good one from which health is degraded. 26 h: a night's, and time to make it.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromHours(26);

    /// <summary>The same of the last good drill.</summary>
    public TimeSpan DrillMaxAge { get; set; } = TimeSpan.FromDays(8);

    internal TimeOnly? AtTime => At.Length > 0 ? TimeOnly.ParseExact(At, "HH:mm", CultureInfo.InvariantCulture) : null;

    internal DayOfWeek? DayOfDrill => DrillDay.Length > 0 ? Enum.Parse<DayOfWeek>(DrillDay, ignoreCase: true) : null;

    internal BackupKept Kept => new(Daily, Weekly, Monthly);

    public IEnumerable<string> Validate()
    {
        foreach (var (name, path) in new[] { (nameof(Directory), Directory), (nameof(Identity), Identity),
            (nameof(RcloneConfig), RcloneConfig) })
            if (path.Length > 0 && !Path.IsPathFullyQualified(path))
                yield return $"Backup:{name}: '{path}' is not an absolute path.";
        if (At.Length > 0 && !TimeOnly.TryParseExact(At, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            yield return $"Backup:At: '{At}' is not an hour as 02:30 (UTC).";
        if (DrillDay.Length > 0 && !Enum.GetNames<DayOfWeek>().Contains(DrillDay, StringComparer.OrdinalIgnoreCase))
            yield return $"Backup:DrillDay: '{DrillDay}' is not a day of the week, for example Sunday.";
        foreach (var (name, count, least) in new[] { (nameof(Daily), Daily, 1), (nameof(Weekly), Weekly, 0),
            (nameof(Monthly), Monthly, 0) })
            if (count < least || count > MostKept)
                yield return $"Backup:{name}: {count} is not between {least} and {MostKept}.";
        if (Recipient.Length > 0 && !Recipient.StartsWith("age1", StringComparison.Ordinal))
            yield return $"Backup:Recipient: '{Recipient}' is not a public key of age (age1...): make one with age-keygen.";
        if (Remote.Length > 0 && !Remote.Contains(':', StringComparison.Ordinal))
            yield return $"Backup:Remote: '{Remote}' is not REMOTE:PATH of rclone, for example offsite:backups.";
        foreach (var (name, age) in new[] { (nameof(MaxAge), MaxAge), (nameof(DrillMaxAge), DrillMaxAge) })
            if (age < TimeSpan.FromHours(1))
                yield return $"Backup:{name}: {age} is less than an hour (1.02:00:00 is 26 h).";
    }
}
