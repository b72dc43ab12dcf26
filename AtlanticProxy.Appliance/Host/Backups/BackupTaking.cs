using System.Globalization;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Host.Processes;

namespace AtlanticProxy.Host.Backups;

/// <param name="Uploaded">Where rclone copied it to; null for nowhere.</param>
internal sealed record BackupTaken(string File, long Bytes, string Version, DateTimeOffset CreatedAt, string? Uploaded);

/// <summary>
/// Takes a backup: the database, consistent in itself while it is in use, the key that its secrets are sealed with, and the
/// configuration file.
/// </summary>
internal sealed class BackupTaking(Settings settings, string connectionString, Migrator migrator, TimeProvider time)
{
    public static string Version { get; } = typeof(BackupTaking).Assembly.GetName().Version!.ToString(fieldCount: 3);

    /// <summary>Where backups are, unless somebody says otherwise.</summary>
    public static string FolderOf(Settings settings) => settings.Backup.Directory.Length > 0
        ? settings.Backup.Directory
        : Path.Combine(settings.Data.Directory, "backups");

    /// <param name="folder">Made, if it is not there.</param>
    public async Task<BackupTaken> TakeAsync(string folder, CancellationToken cancel)
    {
        var tools = await PostgresTools.FindAsync(settings, connectionString, cancel);
        await FileOwner.CreateFolderAsync(folder, settings.Data.Directory, cancel);
        var now = time.GetUtcNow();
        string name = string.Create(CultureInfo.InvariantCulture, $"atlanticproxy-{now:yyyyMMdd'T'HHmmss'Z'}-{Version}.tar");
        string file = Path.Combine(folder, settings.Backup.Recipient.Length > 0 ? name + BackupArchive.Encrypted : name);
        string dump = $"{file}.dump";
        try
        {
            await tools.DumpAsync(dump, cancel);
            (string, string)[] entries =
            [
                (BackupManifest.Dump, dump), (BackupManifest.Key, settings.KeyFile),
                .. settings.File is { } configuration
                    ? [(BackupManifest.Configuration, configuration)]
                    : Array.Empty<(string, string)>(),
            ];
            var manifest = new BackupManifest(BackupManifest.ThisProduct, BackupManifest.ThisFormat, Version, now,
                await migrator.CountAsync(cancel), tools.ServerMajor, await BackupArchive.SumAsync(entries, cancel));
            await BackupArchive.WriteAsync(file, manifest, entries, settings.Backup.Recipient, cancel);
        }
        finally
        {
            File.Delete(dump);
        }
        await FileOwner.GiveAsync(file, settings.Data.Directory, cancel);
        string? uploaded = await UploadAsync(file, cancel);
        return new(file, new FileInfo(file).Length, Version, now, uploaded);
    }

    /// <summary>Removes the oldest ones beyond those that are kept. The names of the files removed.</summary>
    public IReadOnlyList<string> Prune(string folder)
    {
        var old = Directory.EnumerateFiles(folder, "atlanticproxy-*Z-*.tar*").OrderDescending(StringComparer.Ordinal)
            .Where(file => file.EndsWith(".tar", StringComparison.Ordinal)
                || file.EndsWith(BackupArchive.Encrypted, StringComparison.Ordinal))
            .Skip(settings.Backup.Keep).ToList();
        old.ForEach(File.Delete);
        return old;
    }

    private async Task<string?> UploadAsync(string file, CancellationToken cancel)
    {
        if (settings.Backup.Remote.Length == 0)
            return null;
        try
        {
            var ended = await Tool.RunAsync(["rclone", "copy", "--checksum", file, settings.Backup.Remote], cancel);
            return ended.ExitCode == 0
                ? settings.Backup.Remote
                : throw new StartupException($"The backup is in {file}, but rclone could not copy it: {ended.Reason}");
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            throw new StartupException(
                $"The backup is in {file}, but rclone is not installed: apt-get install rclone.", absent);
        }
    }
}
