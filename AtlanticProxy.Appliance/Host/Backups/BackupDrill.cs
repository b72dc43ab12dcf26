using AtlanticProxy.ControlPlane;
using AtlanticProxy.ControlPlane.Backups;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Processes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AtlanticProxy.Host.Backups;

/// <summary>
/// Proves that a backup can be restored: into a database of its own, with the appliance at work, to be dropped at the end.
/// </summary>
internal sealed class BackupDrill(Settings settings, string connectionString, BackupTaking taking, TimeProvider time)
{
    /// <summary>Room that a restored database needs, in sizes of the present one: its indexes are built beside it.</summary>
    private const double Room = 1.5;

    private const string Unopened =
        "The file is unchanged, but its key is not on this machine: a backup made for this drill was restored in its place. "
            + "Try the key itself on another machine.";

    /// <exception cref="StartupException">It cannot be restored, or something in it is wrong: the message says what.</exception>
    public async Task<DrillOutcome> RunAsync(Backup backup, CancellationToken cancel)
    {
        if (!File.Exists(backup.File))
            throw new StartupException($"{backup.File} is not there any more.");
        if (backup.Sha256.Length > 0 && await BackupArchive.SumAsync(backup.File, cancel) != backup.Sha256)
            throw new StartupException($"{backup.File} is damaged: it is not what was written.");
        await RequireRoomAsync(cancel);
        bool opens = backup.Recipient.Length == 0 || settings.Backup.Identity.Length > 0;
        return await InFolderAsync(async folder =>
        {
            string file = opens ? backup.File : (await taking.TakeAsync(folder, recipient: "", cancel)).File;
            long began = time.GetTimestamp();
            long? rows = await ProveAsync(file, settings.Backup.Identity, folder, cancel);
            return new DrillOutcome(time.GetElapsedTime(began), rows, null, opens ? null : Unopened);
        }, cancel);
    }

    /// <summary>Any file of a backup.</summary>
    /// <param name="identity">File with the private key of age; empty for a backup that is not encrypted.</param>
    /// <inheritdoc cref="RunAsync(Backup, CancellationToken)"/>
    public async Task<DrillOutcome> RunAsync(string file, string identity, CancellationToken cancel)
    {
        await RequireRoomAsync(cancel);
        long began = time.GetTimestamp();
        long? rows = await InFolderAsync(folder => ProveAsync(file, identity, folder, cancel), cancel);
        return new DrillOutcome(time.GetElapsedTime(began), rows, null, null);
    }

    private async Task<T> InFolderAsync<T>(Func<string, Task<T>> work, CancellationToken cancel)
    {
        string folder = Path.Combine(settings.Data.Directory, "restore-drill");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true); // of a drill that was killed
        await FileOwner.CreateFolderAsync(folder, settings.Data.Directory, cancel);
        try
        {
            return await work(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<long?> ProveAsync(string file, string identity, string folder, CancellationToken cancel)
    {
        string unpacked = Path.Combine(folder, "unpacked");
        await FileOwner.CreateFolderAsync(unpacked, settings.Data.Directory, cancel);
        var manifest = await BackupArchive.UnpackAsync(file, identity, unpacked, cancel);
        if (manifest.Migrations > Migrator.Newest)
            throw new StartupException(BackupRestoring.Newer(file, manifest));
        var tools = await PostgresTools.FindAsync(settings, connectionString, cancel);
        string name = new NpgsqlConnectionStringBuilder(connectionString).Database + "_drill";
        await using var restored = new RestoredDatabase(connectionString, name);
        try
        {
            long? rows = await restored.FillAsync(tools, manifest, unpacked, cancel);
            string key = Path.Combine(unpacked, BackupManifest.Key);
            await restored.MigrateAsync(key, cancel);
            await using var services = new ServiceCollection().AddLogging().AddSingleton(time)
                .AddControlPlane(new() { ConnectionString = restored.ConnectionString, SecretKeyFile = key })
                .BuildServiceProvider();
            await using var scope = services.CreateAsyncScope();
            var found = await scope.ServiceProvider.GetRequiredService<RestoredProof>().ExecuteAsync(cancel);
            return found is [] ? rows : throw new StartupException(string.Join(' ', found));
        }
        finally
        {
            await restored.DropAsync(CancellationToken.None);
        }
    }

    /// <summary>A full disk would stop the appliance itself. Of a server elsewhere, its operator watches the disk.</summary>
    private async Task RequireRoomAsync(CancellationToken cancel)
    {
        if (!settings.Database.IsEmbedded)
            return;
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var ask = source.CreateCommand("select pg_database_size(current_database())");
        double needed = (long)(await ask.ExecuteScalarAsync(cancel))! * Room;
        long free = new DriveInfo(settings.Data.Directory).AvailableFreeSpace;
        if (free < needed)
            throw new StartupException(
                $"There is no room for a drill: it needs {needed / 1e9:0.0} GB in {settings.Data.Directory}, {free / 1e9:0.0} GB "
                    + "are free.");
    }
}
