using System.Globalization;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Host.Processes;
using AtlanticProxy.Host.Serving;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.Host.Backups;

/// <param name="Before">The database that was there, under its new name; null when it was dropped.</param>
internal sealed record BackupRestored(BackupManifest Manifest, IReadOnlyList<string> Migrated, string? Before);

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
                throw new StartupException(
                    $"{file} was made by AtlanticProxy {manifest.Version}, whose database is newer than this version's: "
                        + "install that version first.");
            await using var server = NpgsqlDataSource.Create(Database("postgres"));
            await RequireUnusedAsync(server, cancel);
            var tools = await PostgresTools.FindAsync(settings, connectionString, cancel);
            await DropAsync(server, _database + Making, cancel);
            await ExecuteAsync(server, $"create database {Quote(_database + Making)}", cancel);
            await tools.RestoreAsync(Path.Combine(folder, BackupManifest.Dump), _database + Making, cancel);
            var migrated = await MigrateAsync(Path.Combine(folder, BackupManifest.Key), cancel);
            string before = _database + "_before_" + time.GetUtcNow().ToString(Stamp, CultureInfo.InvariantCulture);
            await SwapAsync(server, before, Path.Combine(folder, BackupManifest.Key), cancel);
            if (discard)
                await DropAsync(server, before, cancel);
            return new(manifest, migrated, discard ? null : before);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string Database(string name) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = name, Pooling = false }.ConnectionString;

    /// <summary>Nothing may be written to the database that is about to go, or it would be lost.</summary>
    private async Task RequireUnusedAsync(NpgsqlDataSource server, CancellationToken cancel)
    {
        if (await DatabaseUse.RefusalAsync(server, _database, time, cancel) is { } refusal)
            throw new StartupException(refusal);
    }

    /// <summary>To this version's schema, with the backup's key proven to be the one that its secrets are sealed with.</summary>
    private async Task<IReadOnlyList<string>> MigrateAsync(string keyFile, CancellationToken cancel)
    {
        await using var restored = NpgsqlDataSource.Create(Database(_database + Making));
        try
        {
            var migrated = await new Migrator(restored, NullLogger<Migrator>.Instance).MigrateAsync(cancel);
            await new SecretKeyCheck(restored, new SecretBox(SecretKeyFile.LoadOrCreate(keyFile))).VerifyAsync(cancel);
            return migrated;
        }
        catch (Exception wrong) when (wrong is SchemaException or SecretKeyException)
        {
            throw new StartupException($"The backup cannot be used: {wrong.Message}", wrong);
        }
    }

    private async Task SwapAsync(NpgsqlDataSource server, string before, string keyFile, CancellationToken cancel)
    {
        string draft = settings.KeyFile + ".restored";
        PrivateFile.Write(draft, await File.ReadAllBytesAsync(keyFile, cancel));
        await FileOwner.GiveAsync(draft, settings.Data.Directory, cancel);
        await ExecuteAsync(server, $"""
            begin;
            alter database {Quote(_database)} rename to {Quote(before)};
            alter database {Quote(_database + Making)} rename to {Quote(_database)};
            commit
            """, cancel);
        File.Move(draft, settings.KeyFile, overwrite: true);
        // It would be served from until the database is there; it is of what was before.
        File.Delete(settings.SnapshotFile);
    }

    private static Task DropAsync(NpgsqlDataSource server, string database, CancellationToken cancel) =>
        ExecuteAsync(server, $"drop database if exists {Quote(database)}", cancel);

    private static async Task ExecuteAsync(NpgsqlDataSource server, string sql, CancellationToken cancel)
    {
        await using var command = server.CreateCommand(sql);
        command.CommandTimeout = 0; // As long as it takes.
        try
        {
            await command.ExecuteNonQueryAsync(cancel);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.ObjectInUse)
        {
            throw new StartupException(DatabaseUse.Refusal, refused);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new StartupException(
                $"The database user may not do this ({refused.MessageText}): give it the right (alter role ... createdb).",
                refused);
        }
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
