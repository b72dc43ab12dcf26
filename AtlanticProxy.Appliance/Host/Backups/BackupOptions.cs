namespace AtlanticProxy.Host.Backups;

/// <summary>Where backups go: section <c>Backup</c>.</summary>
public sealed class BackupOptions
{
    /// <summary>Folder on this machine; empty for <c>backups</c> in the data directory.</summary>
    public string Directory { get; set; } = "";

    /// <summary>How many are kept there. 7: a week of nightly ones.</summary>
    public int Keep { get; set; } = 7;

    /// <summary>
    /// Public key of age (https://age-encryption.org, <c>age1...</c>) that backups are encrypted to; empty leaves them readable
    /// by this machine's administrator, whose secrets they hold.
    /// </summary>
    public string Recipient { get; set; } = "";

    /// <summary>Where rclone copies each one to, for example <c>offsite:backups</c>; empty for nowhere.</summary>
    public string Remote { get; set; } = "";

    public IEnumerable<string> Validate()
    {
        if (Directory.Length > 0 && !Path.IsPathFullyQualified(Directory))
            yield return $"Backup:Directory: '{Directory}' is not an absolute path.";
        if (Keep is < 1 or > 1000)
            yield return $"Backup:Keep: {Keep} is not between 1 and 1000.";
        if (Recipient.Length > 0 && !Recipient.StartsWith("age1", StringComparison.Ordinal))
            yield return $"Backup:Recipient: '{Recipient}' is not a public key of age (age1...): make one with age-keygen.";
        if (Remote.Length > 0 && !Remote.Contains(':', StringComparison.Ordinal))
            yield return $"Backup:Remote: '{Remote}' is not REMOTE:PATH of rclone, for example offsite:backups.";
    }
}
