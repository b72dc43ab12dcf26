using System.Globalization;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Processes;
using AtlanticProxy.Host.Serving;
using Npgsql;

namespace AtlanticProxy.Host.Backups;

/// <param name="Rows">Compared with the backup's counts; null: it has none.</param>
/// <param name="Before">The database that was there, under its new name; null when it was dropped.</param>
internal sealed record BackupRestored(BackupManifest Manifest, IReadOnlyList<string> Migrated, long? Rows, string? Before);

/// <summary>
/// Puts a backup in place of what is there. All of it is first made beside: unpacked, checked, restored into a new database,
/// migrated. Only then, in one transaction, do the two databases change names.
/// </summary>
/// <param name="connectionString">For the appliance's database, which must be there.</param>
internal sealed class BackupRestoring(Settings settings, string connectionString, TimeProvider time)
{
    /// <summary>Behind the database's name while it is being made, and of the time behind that of the one before.</summary>
    private const string Making = "_restoring", Stamp = "yyyyMMddHHmmss";

    private readonly string _database = new NpgsqlConnectionStringBuilder(connectionString).Database!;

    public static string Newer(string file, BackupManifest manifest) =>
        $"{file} was made by AtlanticProxy {manifest.Version}, whose database is newer than this version's: install that version "
            + "first.";

    /// <param name="identity">File with the private key of age; empty for a backup that is not encrypted.</param>
    /// <param name="discard">Whether the database that was there goes, in place of being kept under another name.</param>
    /// <exception cref="StartupException">It cannot be; nothing was changed.</exception>
    public async Task<BackupRestored> RestoreAsync(string file, string identity, bool discard, CancellationToken cancel)
    {
        string folder = Directory.CreateTempSubdirectory("atlanticproxy-restore-").FullName;
        try
        {
            var manifest = await BackupArchive.UnpackAsync(file, identity, folder, cancel);
            if (manifest.Migrations > Migrator.Newest)
                throw new StartupException(Newer(file, manifest));
            await using var restored = new RestoredDatabase(connectionString, _database + Making);
            await restored.RequireUnusedAsync(_database, time, cancel);
            var tools = await PostgresTools.FindAsync(settings, connectionString, cancel);
            long? rows = await restored.FillAsync(tools, manifest, folder, cancel);
            var migrated = await restored.MigrateAsync(Path.Combine(folder, BackupManifest.Key), cancel);
            string before = _database + "_before_" + time.GetUtcNow().ToString(Stamp, CultureInfo.InvariantCulture);
            await SwapAsync(restored, before, Path.Combine(folder, BackupManifest.Key), cancel);
            if (discard)
                await restored.ExecuteAsync($"drop database if exists {RestoredDatabase.Quote(before)}", cancel);
            return new(manifest, migrated, rows, discard ? null : before);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task SwapAsync(RestoredDatabase restored, string before, string keyFile, CancellationToken cancel)
    {
        string draft = settings.KeyFile + ".restored";
        PrivateFile.Write(draft, await File.ReadAllBytesAsync(keyFile, cancel));
        await FileOwner.GiveAsync(draft, settings.Data.Directory, cancel);
        await restored.ExecuteAsync($"""
            begin;
            alter database {RestoredDatabase.Quote(_database)} rename to {RestoredDatabase.Quote(before)};
            alter database {RestoredDatabase.Quote(_database + Making)} rename to {RestoredDatabase.Quote(_database)};
            commit
            """, cancel);
        File.Move(draft, settings.KeyFile, overwrite: true);
        // It would be served from until the database is there; it is of what was before.
        File.Delete(settings.SnapshotFile);
    }
}
