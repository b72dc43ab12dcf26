using AtlanticProxy.ControlPlane.Backups;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Secrets;
using AtlanticProxy.Host.Backups;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Host.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.Host.Tests.Backups;

[TestClass]
public sealed class BackupWorkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public required TestContext TestContext { get; set; }

    private CancellationToken Cancel => TestContext.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Drill_OfAnEncryptedBackup_ProvesWhatCanBeProvenHere()
    {
        var made = await Tool.RunAsync(["age-keygen", "-o", _folder["key"]], Cancel);
        string recipient = made.Error[(made.Error.LastIndexOf(' ') + 1)..].Trim();
        var settings = Load(("Backup:Recipient", recipient));
        await using var server = await StartAsync(settings);
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        var migrator = new Migrator(source, NullLogger<Migrator>.Instance);
        await migrator.MigrateAsync(Cancel);
        await new SecretKeyCheck(source, new SecretBox(SecretKeyFile.LoadOrCreate(settings.KeyFile))).VerifyAsync(Cancel);
        var work = new BackupWork(settings, server.ConnectionString, migrator, TimeProvider.System);

        var taken = await work.TakeAsync(Cancel);
        var backup = new Backup { File = taken.File, Recipient = taken.Recipient, Sha256 = taken.Sha256 };
        var withoutKey = await work.DrillAsync(backup, Cancel);
        var withKey = await new BackupWork(
            Load(("Backup:Recipient", recipient), ("Backup:Identity", _folder["key"])), server.ConnectionString, migrator,
            TimeProvider.System).DrillAsync(backup, Cancel);

        Assert.IsNull(taken.Failure);
        Assert.IsNull(withoutKey.Failure);
        StringAssert.Contains(withoutKey.Unproven, "its key is not on this machine");
        Assert.IsNull(withKey.Failure);
        Assert.IsNull(withKey.Unproven);
        Assert.IsGreaterThan(0L, withKey.RowCount!.Value);

        byte[] bytes = await File.ReadAllBytesAsync(taken.File, Cancel);
        bytes[^9] ^= 1;
        await File.WriteAllBytesAsync(taken.File, bytes, Cancel);
        StringAssert.Contains((await work.DrillAsync(backup, Cancel)).Failure, "is damaged");
        File.Delete(taken.File);
        StringAssert.Contains((await work.DrillAsync(backup, Cancel)).Failure, "is not there any more");
        await using var left = source.CreateCommand("select count(*) from pg_database where datname like '%drill%'");
        Assert.AreEqual(0L, await left.ExecuteScalarAsync(Cancel));
    }

    [TestMethod]
    public async Task Backup_ThatCannotBeWritten_SaysWhy()
    {
        var settings = Load(("Backup:Directory", "/proc/nowhere"));
        await using var server = await StartAsync(settings);
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        var migrator = new Migrator(source, NullLogger<Migrator>.Instance);

        var taken = await new BackupWork(settings, server.ConnectionString, migrator, TimeProvider.System).TakeAsync(Cancel);

        Assert.IsNull(taken.MadeAt);
        StringAssert.Contains(taken.Failure, "/proc/nowhere");
    }

    private Settings Load(params (string Name, string Value)[] flags) => Settings.Load(
        flags.Append(("Data:Directory", _folder["data"])).ToDictionary(flag => flag.Item1, string? (flag) => flag.Item2),
        environment: new Dictionary<string, string?>());

    private Task<EmbeddedPostgres> StartAsync(Settings settings) => EmbeddedPostgres.StartAsync(
        settings.EmbeddedPostgres, TimeProvider.System, NullLoggerFactory.Instance, Cancel);
}
