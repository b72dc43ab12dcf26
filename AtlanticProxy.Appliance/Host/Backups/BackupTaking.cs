using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Processes;

namespace AtlanticProxy.Host.Backups;

/// <summary>The file of a backup.</summary>
/// <param name="Sha256">Of the file, in hex.</param>
internal sealed record BackupTaken(string File, long Bytes, string Sha256, string Version, DateTimeOffset CreatedAt);

/// <summary>
/// Makes the file of a backup: the database, consistent in itself while it is in use, the key that its secrets are sealed with,
/// and the configuration file. The portal's own keys, brand and settings are in the database.
/// </summary>
internal sealed class BackupTaking(Settings settings, string connectionString, Migrator migrator, TimeProvider time)
{
    public static string Version { get; } = typeof(BackupTaking).Assembly.GetName().Version!.ToString(fieldCount: 3);

    private static readonly string[] Unfinished = [".part", $".part{BackupArchive.Encrypted}", ".dump"];

    /// <summary>Far longer than one is made.</summary>
    private static readonly TimeSpan UnfinishedKept = TimeSpan.FromDays(1);

    /// <summary>Where backups are, unless somebody says otherwise.</summary>
    public static string FolderOf(Settings settings) => settings.Backup.Directory.Length > 0
        ? settings.Backup.Directory
        : Path.Combine(settings.Data.Directory, "backups");

    /// <param name="folder">Made, if it is not there.</param>
    /// <param name="recipient">Public key of age; empty: it is not encrypted.</param>
    /// <exception cref="StartupException">It could not be made: nothing is left of it.</exception>
    public async Task<BackupTaken> TakeAsync(string folder, string recipient, CancellationToken cancel)
    {
        var tools = await PostgresTools.FindAsync(settings, connectionString, cancel);
        await FileOwner.CreateFolderAsync(folder, settings.Data.Directory, cancel);
        var now = time.GetUtcNow();
        string file = Path.Combine(folder, BackupName.Of(now, Version, encrypted: recipient.Length > 0));
        string dump = $"{file}.dump";
        try
        {
            var rows = await tools.DumpAsync(dump, cancel);
            (string, string)[] entries =
            [
                (BackupManifest.Dump, dump), (BackupManifest.Key, settings.KeyFile),
                .. settings.File is { } configuration
                    ? [(BackupManifest.Configuration, configuration)]
                    : Array.Empty<(string, string)>(),
            ];
            var manifest = new BackupManifest(BackupManifest.ThisProduct, BackupManifest.ThisFormat, Version, now,
                await migrator.CountAsync(cancel), tools.ServerMajor, await BackupArchive.SumAsync(entries, cancel), rows);
            await BackupArchive.WriteAsync(file, manifest, entries, recipient, cancel);
        }
        finally
        {
            File.Delete(dump);
        }
        await FileOwner.GiveAsync(file, settings.Data.Directory, cancel);
        return new(file, new FileInfo(file).Length, await BackupArchive.SumAsync(file, cancel), Version, now);
    }

    /// <summary>What a kill or a loss of power left half made: it holds everything, and is not encrypted.</summary>
    private void RemoveLeftovers(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "atlanticproxy-*")
            .Where(file => Unfinished.Any(ending => file.EndsWith(ending, StringComparison.Ordinal))
                && time.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(file) > UnfinishedKept))
            File.Delete(file);
    }

    /// <summary>Removes what need not be kept. The files removed.</summary>
    public IReadOnlyList<string> Prune(string folder)
    {
        var backups = Directory.EnumerateFiles(folder)
            .Select(file => (File: file, Made: BackupName.MadeAt(Path.GetFileName(file))))
            .Where(each => each.Made is not null).ToList();
        var keep = settings.Backup.Kept.Of(backups.Select(each => each.Made!.Value), time.GetUtcNow());
        string[] old = [.. backups.Where(each => !keep.Contains(each.Made!.Value)).Select(each => each.File)];
        Array.ForEach(old, File.Delete);
        RemoveLeftovers(folder);
        return old;
    }
}
