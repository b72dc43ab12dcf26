using System.Formats.Tar;
using System.Text.Json;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Host.Processes;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.Host.Tests.Cli;

/// <summary>
/// <c>backup</c>, <c>restore</c> and <c>secret-key rotate</c>, on an embedded server that the verbs run themselves.
/// </summary>
[TestClass]
public sealed class BackupVerbTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryFolder _folder = new();

    public required TestContext TestContext { get; set; }

    private CancellationToken Cancel => TestContext.CancellationToken;

    private string KeyFile => Path.Combine(_folder["data"], "secret.key");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Restore_OfABackup_BringsBackWhatWasThereAndKeepsWhatCameAfter()
    {
        string backup = await BackUpAliceAsync();
        await DoneAsync("customer", "add", "bob@example.com");

        string said = await DoneAsync("restore", backup);

        string customers = await DoneAsync("customer", "list");
        StringAssert.Contains(customers, "alice@example.com");
        Assert.DoesNotContain("bob@example.com", customers);
        StringAssert.Contains(said, "What was there before is the database atlantic_before_");
        Assert.AreEqual(OwnerOnly, File.GetUnixFileMode(backup));
        Assert.IsEmpty(Directory.GetFiles(Path.GetDirectoryName(backup)!, "*.dump"), "no draft may stay behind");
    }

    [TestMethod]
    public async Task Restore_IntoAnotherFolder_OpensTheSecretsThere()
    {
        await DoneAsync("migrate");
        await DoneAsync("customer", "add", "alice@example.com");
        using var added = JsonDocument.Parse(await DoneAsync("proxy-user", "add", "alice@example.com", "alice", "--json"));
        string backup = await BackUpAsync();

        await DoneOnAsync("other", "restore", backup);

        StringAssert.Contains(await DoneOnAsync("other", "customer", "list"), "alice@example.com");
        Assert.AreEqual(File.ReadAllText(KeyFile), File.ReadAllText(Path.Combine(_folder["other"], "secret.key")));
    }

    [TestMethod]
    public async Task Restore_OfWhatIsNoBackup_SaysWhyAndChangesNothing()
    {
        string backup = await BackUpAliceAsync();
        byte[] whole = await File.ReadAllBytesAsync(backup, Cancel);
        int dump = whole.AsSpan().IndexOf("PGDMP"u8);
        byte[] damaged = [.. whole];
        damaged[dump + 1000] ^= 1;
        await File.WriteAllBytesAsync(_folder["damaged"], damaged, Cancel);
        await File.WriteAllBytesAsync(_folder["short"], whole[..(whole.Length / 2)], Cancel);
        await File.WriteAllTextAsync(_folder["foreign"], "a text", Cancel);
        await WriteManifestAsync(_folder["newer"], """{"product":"AtlanticProxy","format":2,"version":"9.0.0","sha256":{}}""");
        await WriteManifestAsync(_folder["schema"],
            """{"product":"AtlanticProxy","format":1,"version":"9.0.0","migrations":9999,"sha256":{}}""");
        await WriteManifestAsync(_folder["other"], """{"product":"Other","format":1,"version":"1","sha256":{}}""");

        foreach (var (file, words) in new[] { ("damaged", "is damaged: database.dump"), ("short", "damaged"),
            ("foreign", "is not a backup"), ("newer", "made by AtlanticProxy 9.0.0, which is newer"),
            ("schema", "whose database is newer"), ("other", "is not a backup of AtlanticProxy"), ("absent", "There is no file"),
        })
        {
            var refused = await VerbAsync("data", "restore", _folder[file]);
            Assert.AreEqual(1, refused.ExitCode, file);
            StringAssert.Contains(refused.Error, words, file);
        }
        StringAssert.Contains(await DoneAsync("customer", "list"), "alice@example.com");
    }

    [TestMethod]
    public async Task RestoreAndRotate_WhileSomebodyUsesTheDatabase_AreRefused()
    {
        string backup = await BackUpAliceAsync();
        await using var server = await EmbeddedPostgres.StartAsync(
            new() { Directory = Path.Combine(_folder["data"], "postgres") }, TimeProvider.System, NullLoggerFactory.Instance,
            Cancel);
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var session = await source.OpenConnectionAsync(Cancel);

        foreach (string[] verb in new string[][] { ["restore", backup], ["secret-key", "rotate"] })
        {
            var refused = await VerbAsync("data", verb);
            Assert.AreEqual(1, refused.ExitCode);
            StringAssert.Contains(refused.Error, "stop the appliance first");
        }
    }

    [TestMethod]
    public async Task Backup_ToARecipient_IsOnlyReadWithItsKey()
    {
        var key = await Tool.RunAsync(["age-keygen", "-o", _folder["key"]], Cancel);
        string recipient = key.Error[(key.Error.LastIndexOf(' ') + 1)..].Trim();
        await DoneAsync("migrate");
        await DoneAsync("customer", "add", "alice@example.com");
        string backup = await BackUpAsync("--Backup:Recipient", recipient);

        var withoutKey = await VerbAsync("data", "restore", backup);
        await DoneAsync("restore", backup, "--identity", _folder["key"], "--discard-current");

        StringAssert.EndsWith(backup, ".tar.age");
        Assert.AreEqual(-1, File.ReadAllBytes(backup).AsSpan().IndexOf("PGDMP"u8));
        StringAssert.Contains(withoutKey.Error, "--identity");
        StringAssert.Contains(await DoneAsync("customer", "list"), "alice@example.com");
    }

    [TestMethod]
    public async Task Backup_WithoutAFolder_KeepsAsManyAsAsked()
    {
        await DoneAsync("migrate");
        string folder = Path.Combine(_folder["data"], "backups");
        Directory.CreateDirectory(folder);
        string[] old = ["atlanticproxy-20250101T000000Z-0.1.0.tar", "atlanticproxy-20250102T000000Z-0.1.0.tar.age"];
        foreach (string name in old)
            await File.WriteAllTextAsync(Path.Combine(folder, name), "", Cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "mine.tar"), "", Cancel);

        await DoneAsync("backup", "--Backup:Daily", "2", "--Backup:Weekly", "0", "--Backup:Monthly", "0");

        string[] left = [.. Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        Assert.HasCount(3, left);
        Assert.AreEqual(old[1], left[0]);
        Assert.AreEqual("mine.tar", left[2]);
    }

    [TestMethod]
    public async Task Rotate_MakesAKeyThatFits_AlsoAfterAnInterruption()
    {
        await BackUpAliceAsync();
        string old = await File.ReadAllTextAsync(KeyFile, Cancel);
        await DoneAsync("secret-key", "rotate");
        string rotated = await File.ReadAllTextAsync(KeyFile, Cancel);
        Assert.AreNotEqual(old, rotated);
        Assert.AreEqual(old, await File.ReadAllTextAsync(KeyFile + ".before", Cancel));

        // As a kill leaves it between the database's commit and the new key's taking its place.
        File.Move(KeyFile, KeyFile + ".next");
        File.Move(KeyFile + ".before", KeyFile);
        StringAssert.Contains((await VerbAsync("data", "customer", "list")).Error, "key file");
        StringAssert.Contains(await DoneAsync("secret-key", "rotate"), "interrupted is finished");

        Assert.AreEqual(rotated, await File.ReadAllTextAsync(KeyFile, Cancel));
        StringAssert.Contains(await DoneAsync("customer", "list"), "alice@example.com");
    }

    [TestMethod]
    public async Task Backup_ToARemote_IsComparedThere_AndOthersFilesStay()
    {
        await DoneAsync("migrate");
        string remote = _folder["remote"];
        Directory.CreateDirectory(remote);
        await File.WriteAllTextAsync(_folder["rclone.conf"], "[offsite]\ntype = local\n", Cancel);
        string old = Path.Combine(remote, "atlanticproxy-20250101T000000Z-0.1.0.tar");
        string other = Path.Combine(remote, "atlanticproxy-notes.tar");
        foreach (string file in new[] { old, other })
            await File.WriteAllTextAsync(file, "", Cancel);
        string[] settings = ["--Backup:Remote", $"offsite:{remote}", "--Backup:RcloneConfig", _folder["rclone.conf"],
            "--Backup:Daily", "1", "--Backup:Weekly", "0", "--Backup:Monthly", "0"];

        string said = await DoneAsync(["backup", .. settings]);

        StringAssert.Contains(said, $"Copied to offsite:{remote}, and compared");
        Assert.IsTrue(File.Exists(old), "it may be of another appliance");
        Assert.IsTrue(File.Exists(other));
        string here = Directory.GetFiles(Path.Combine(_folder["data"], "backups")).Single();
        CollectionAssert.AreEqual(
            await File.ReadAllBytesAsync(here, Cancel),
            await File.ReadAllBytesAsync(Path.Combine(remote, Path.GetFileName(here)), Cancel));

        var refused = await VerbAsync("data", ["backup", .. settings[2..], "--Backup:Remote", "nowhere:else"]);
        Assert.AreEqual(1, refused.ExitCode);
        StringAssert.Contains(refused.Error, "but rclone could not copy it");
    }

    [TestMethod]
    public async Task Drill_OfABackup_ProvesItAndLeavesNothingBehind()
    {
        string backup = await BackUpAliceAsync();
        await DoneAsync("customer", "add", "bob@example.com");

        string said = await DoneAsync("restore", backup, "--drill");

        StringAssert.Contains(said, "Restored on trial in");
        StringAssert.Contains(said, "as many as were backed up");
        StringAssert.Contains(await DoneAsync("customer", "list"), "bob@example.com");
        Assert.IsFalse(Directory.Exists(Path.Combine(_folder["data"], "restore-drill")));
        await WriteManifestAsync(_folder["schema"],
            """{"product":"AtlanticProxy","format":1,"version":"9.0.0","migrations":9999,"sha256":{}}""");
        StringAssert.Contains((await VerbAsync("data", "restore", _folder["schema"], "--drill")).Error, "is newer");
    }

    [TestMethod]
    public async Task Restore_AfterTheDataDirectoryIsDestroyed_IsWhole()
    {
        await DoneAsync("migrate");
        await DoneAsync("customer", "add", "alice@example.com");
        await DoneAsync("proxy-user", "add", "alice@example.com", "alice");
        string backup = await BackUpAsync();
        string key = await File.ReadAllTextAsync(KeyFile, Cancel);
        Directory.Delete(_folder["data"], recursive: true);

        string said = await DoneAsync("restore", backup, "--discard-current");

        StringAssert.Contains(said, "as many as were backed up");
        StringAssert.Contains(await DoneAsync("proxy-user", "list", "alice@example.com"), "alice");
        Assert.AreEqual(key, await File.ReadAllTextAsync(KeyFile, Cancel));
        await DoneAsync("backup");
    }

    private async Task<string> BackUpAliceAsync()
    {
        await DoneAsync("migrate");
        await DoneAsync("customer", "add", "alice@example.com");
        return await BackUpAsync();
    }

    private async Task<string> BackUpAsync(params string[] settings)
    {
        using var taken = JsonDocument.Parse(await DoneAsync(["backup", "--to", _folder["backups"], "--json", .. settings]));
        return taken.RootElement.GetProperty("file").GetString()!;
    }

    private static async Task WriteManifestAsync(string file, string manifest)
    {
        await using var stream = File.Create(file);
        await using var tar = new TarWriter(stream);
        using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(manifest));
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "manifest.json") { DataStream = content });
    }

    private Task<string> DoneAsync(params string[] arguments) => DoneOnAsync("data", arguments);

    private async Task<string> DoneOnAsync(string data, params string[] arguments)
    {
        var done = await VerbAsync(data, arguments);
        Assert.AreEqual(0, done.ExitCode, $"{string.Join(' ', arguments)}: {done.Error}");
        return done.Output;
    }

    private Task<CliResult> VerbAsync(string data, params string[] arguments) =>
        Testing.Cli.RunAsync([.. arguments, "--data", _folder[data]]);
}
