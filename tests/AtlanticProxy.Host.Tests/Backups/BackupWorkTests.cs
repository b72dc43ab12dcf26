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

    private static readonly HashSet<string> s_none = [];

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

        var taken = await work.TakeAsync(s_none, Cancel);
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
    public async Task Backup_ThatCannotBeEncrypted_LeavesNothingBehind()
    {
        var settings = Load(("Backup:Recipient", "age1wrong"), ("Backup:Directory", _folder["backups"]));
        await using var server = await StartAsync(settings);
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        var migrator = new Migrator(source, NullLogger<Migrator>.Instance);
        await migrator.MigrateAsync(Cancel);
        SecretKeyFile.LoadOrCreate(settings.KeyFile);
        Directory.CreateDirectory(_folder["backups"]);
        string killed = Path.Combine(_folder["backups"], "atlanticproxy-20250101T000000Z-0.1.0.tar.part");
        await File.WriteAllTextAsync(killed, "everything", Cancel);
        File.SetLastWriteTimeUtc(killed, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));

        var taken = await new BackupWork(settings, server.ConnectionString, migrator, TimeProvider.System)
            .TakeAsync(s_none, Cancel);

        Assert.IsNotNull(taken.Failure);
        CollectionAssert.AreEqual(new[] { killed }, Directory.GetFiles(_folder["backups"]), "of this one");
        new BackupTaking(settings, server.ConnectionString, migrator, TimeProvider.System).Prune(_folder["backups"]);
        Assert.IsEmpty(Directory.GetFiles(_folder["backups"]), "nor of one that was killed");
    }

    [TestMethod]
    public async Task Remote_LosesOnlyWhatIsOurs()
    {
        Directory.CreateDirectory(_folder["remote"]);
        await File.WriteAllTextAsync(_folder["rclone.conf"], "[offsite]\ntype = local\n", Cancel);
        string[] names = ["atlanticproxy-20250101T000000Z-0.1.0.tar", "atlanticproxy-20250102T000000Z-0.1.0.tar"];
        foreach (string name in names)
            await File.WriteAllTextAsync(Path.Combine(_folder["remote"], name), "", Cancel);
        var remote = new BackupRemote(new() { Remote = $"offsite:{_folder["remote"]}", RcloneConfig = _folder["rclone.conf"] });
        var now = new DateTimeOffset(2026, 11, 30, 0, 0, 0, TimeSpan.Zero);

        Assert.AreEqual(1, await remote.PruneAsync(new(0, 0, 0), new HashSet<string> { names[1] }, now, Cancel));

        Assert.AreEqual(names[0], Path.GetFileName(Directory.GetFiles(_folder["remote"]).Single()), "another appliance's");
    }

    [TestMethod]
    public async Task Backup_ThatCannotBeWritten_SaysWhy()
    {
        var settings = Load(("Backup:Directory", "/proc/nowhere"));
        await using var server = await StartAsync(settings);
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        var migrator = new Migrator(source, NullLogger<Migrator>.Instance);

        var taken = await new BackupWork(settings, server.ConnectionString, migrator, TimeProvider.System)
            .TakeAsync(s_none, Cancel);

        Assert.IsNull(taken.MadeAt);
        StringAssert.Contains(taken.Failure, "/proc/nowhere");
    }

    private Settings Load(params (string Name, string Value)[] flags) => Settings.Load(
        flags.Append(("Data:Directory", _folder["data"])).ToDictionary(flag => flag.Item1, string? (flag) => flag.Item2),
        environment: new Dictionary<string, string?>());

    private Task<EmbeddedPostgres> StartAsync(Settings settings) => EmbeddedPostgres.StartAsync(
        settings.EmbeddedPostgres, TimeProvider.System, NullLoggerFactory.Instance, Cancel);
}
