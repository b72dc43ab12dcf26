using System.Diagnostics;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Host.Processes;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.Host.Tests.Postgres;

[TestClass]
public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public required TestContext TestContext { get; set; }

    private CancellationToken Cancel => TestContext.CancellationToken;

    private string Cluster => _folder["postgres"];

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Start_OnNothing_MakesClusterWithChecksumsOnSocketOnly()
    {
        await using var postgres = await StartAsync();

        Assert.AreEqual("on", await ScalarAsync(postgres, "show data_checksums"));
        Assert.AreEqual("", await ScalarAsync(postgres, "show listen_addresses"));
        Assert.AreEqual("UTF8", await ScalarAsync(postgres, "show server_encoding"));
        Assert.AreEqual(EmbeddedPostgres.Database, await ScalarAsync(postgres, "select current_database()"));
    }

    [TestMethod]
    public async Task Start_Again_KeepsWhatWasWritten()
    {
        await using (var first = await StartAsync())
            await ScalarAsync(first, "create table kept (n int); insert into kept values (7); select 1");

        await using var second = await StartAsync();

        Assert.AreEqual(7, await ScalarAsync(second, "select n from kept"));
    }

    [TestMethod]
    public async Task Start_AsRoot_RunsAsUnprivilegedUserInSessionOfItsOwn()
    {
        await using var postgres = await StartAsync();

        string status = await File.ReadAllTextAsync($"/proc/{postgres.ProcessId}/stat", Cancel);
        int session = int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[3],
            System.Globalization.CultureInfo.InvariantCulture);
        string user = (await Tool.RunAsync(["stat", "-c", "%U", $"/proc/{postgres.ProcessId}"], Cancel)).Output.Trim();

        Assert.AreEqual(postgres.ProcessId, session);
        Assert.AreNotEqual("root", user);
    }

    [TestMethod]
    public async Task Socket_ThatAnotherUserReaches_LetsNobodyElseIn()
    {
        Privilege.ToActAsAnotherUser();
        await using var postgres = await StartAsync();
        string folder = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Host!;
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        var stranger = await Tool.RunAsync(
            ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--",
                "psql", "-h", folder, "-U", PostgresCluster.Superuser, "-d", EmbeddedPostgres.Database, "-c", "select 1"],
                    Cancel);

        Assert.AreNotEqual(0, stranger.ExitCode);
        Assert.Contains("Peer authentication failed", stranger.Error);
    }

    [TestMethod]
    public async Task Start_OnAClusterOfTheTimeOfTrust_LetsNobodyElseInEither()
    {
        await using (await StartAsync())
            await File.WriteAllTextAsync(Path.Combine(Cluster, "pg_hba.conf"), "local all all trust\n", Cancel);
        await using var postgres = await StartAsync();

        Assert.AreEqual("peer", await ScalarAsync(postgres, "select string_agg(auth_method, ' ') from pg_hba_file_rules"));
    }

    [TestMethod]
    public async Task Folder_ThatIsALink_IsNotTaken()
    {
        Directory.CreateDirectory(_folder["theirs"]);
        File.CreateSymbolicLink(_folder["link"], _folder["theirs"]);

        var refused = await Assert.ThrowsExactlyAsync<StartupException>(() =>
            PostgresAccess.MakeOwnFolderAsync(_folder["link"], "0711", Cancel));

        Assert.Contains("is not this user's own (it is a link)", refused.Message);
    }

    [TestMethod]
    public async Task Stop_WithOpenSession_EndsServerAndRemovesPidFile()
    {
        var postgres = await StartAsync();
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var session = await source.OpenConnectionAsync(Cancel);
        int pid = postgres.ProcessId;

        await postgres.DisposeAsync();

        Assert.IsFalse(Directory.Exists($"/proc/{pid}"));
        Assert.IsFalse(File.Exists(Path.Combine(Cluster, "postmaster.pid")));
    }

    [TestMethod]
    public async Task Crash_OfPostmaster_IsNoticedAndServerComesBackWithItsRows()
    {
        await using var postgres = await StartAsync();
        await ScalarAsync(postgres, "create table kept (n int); insert into kept values (7); select 1");
        int crashed = postgres.ProcessId;

        var restarted = postgres.WaitForRestartAsync(Cancel);

        Signal.Send(crashed, Signal.Kill);

        await restarted;
        Assert.AreNotEqual(crashed, postgres.ProcessId);
        Assert.AreEqual(7, await ScalarAsync(postgres, "select n from kept"));
    }

    [TestMethod]
    public async Task Start_WithOrphanOfKilledAppliance_StopsItAndServesItsRows()
    {
        using var orphan = await StartOrphanAsync();

        await using var postgres = await StartAsync();

        Assert.AreNotEqual(orphan.Id, postgres.ProcessId);
        Assert.AreEqual(7, await ScalarAsync(postgres, "select n from kept"));
    }

    [TestMethod]
    public async Task Start_WithPidFileOfAnotherLivingProgram_RemovesIt()
    {
        await (await StartAsync()).DisposeAsync();
        // This test's own process lives and is no PostgreSQL; PostgreSQL itself would refuse to start where it may not tell.
        await File.WriteAllTextAsync(Path.Combine(Cluster, "postmaster.pid"), $"{Environment.ProcessId}\n{Cluster}\n", Cancel);

        await using var postgres = await StartAsync();

        Assert.AreEqual(1, await ScalarAsync(postgres, "select 1"));
    }

    [TestMethod]
    public async Task Start_WhileAnotherRunsOnDirectory_SaysSo()
    {
        await using var first = await StartAsync();

        var refused = await Assert.ThrowsExactlyAsync<InUseException>(StartAsync);

        StringAssert.Contains(refused.Message, "Another AtlanticProxy is running");
        Assert.AreEqual(1, await ScalarAsync(first, "select 1"));
    }

    [TestMethod]
    public async Task Start_TwiceAtOnceOnNothing_OneServesAndTheOtherSaysSo()
    {
        var starts = new[] { StartAsync(), StartAsync() };
        await Task.WhenAny(Task.WhenAll(starts));

        await using var one = await starts.Single(start => start.IsCompletedSuccessfully);
        Assert.IsInstanceOfType<InUseException>(starts.Single(start => start.IsFaulted).Exception!.InnerException);
        Assert.AreEqual(1, await ScalarAsync(one, "select 1"));
    }

    [TestMethod]
    public async Task Start_WhileAnotherLooksWhetherOneRuns_WaitsThatInstant()
    {
        await using var looking = Look();

        await using var postgres = await StartAsync(Options, new ReleasingTime(looking));

        Assert.AreEqual(1, await ScalarAsync(postgres, "select 1"));
    }

    [TestMethod]
    public async Task FindRunning_WhileAnotherLooksToo_FindsNone()
    {
        await (await StartAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(Cluster, "postmaster.pid"), "1\n", Cancel); // as after a kill -9
        await using var looking = Look();

        Assert.IsNull(EmbeddedPostgres.FindRunning(Options));
    }

    [TestMethod]
    public async Task FindRunning_OfAServerThatIsNotReady_FindsNone()
    {
        await using var postgres = await StartAsync();
        Assert.AreEqual(postgres.ConnectionString, EmbeddedPostgres.FindRunning(Options));

        string pidFile = Path.Combine(Cluster, "postmaster.pid");
        string state = await File.ReadAllTextAsync(pidFile, Cancel);
        await File.WriteAllTextAsync(pidFile, state.Replace("ready", "stopping", StringComparison.Ordinal), Cancel);

        Assert.IsNull(EmbeddedPostgres.FindRunning(Options));
    }

    [TestMethod]
    public async Task Start_WithOrphanWhosePidFileIsGoneWhenItIsRead_StopsItAndServesItsRows()
    {
        using var orphan = await StartOrphanAsync();
        // A link to nothing is there for who looks and not for who reads: what a postmaster that ends in between leaves.
        string pidFile = Path.Combine(Cluster, "postmaster.pid");
        File.Delete(pidFile);
        File.CreateSymbolicLink(pidFile, _folder["nothing"]);

        await using var postgres = await StartAsync();

        Assert.AreEqual(7, await ScalarAsync(postgres, "select n from kept"));
    }

    [TestMethod]
    public async Task Start_WithDirectoryOfOtherMajorVersion_NamesPackage()
    {
        Directory.CreateDirectory(Cluster);
        await File.WriteAllTextAsync(Path.Combine(Cluster, "PG_VERSION"), "9\n", Cancel);

        var refused = await Assert.ThrowsExactlyAsync<StartupException>(StartAsync);

        StringAssert.Contains(refused.Message, "is of PostgreSQL 9");
        StringAssert.Contains(refused.Message, "apt-get install postgresql-9");
    }

    [TestMethod]
    public async Task Start_WithFilesButNoCluster_RefusesToTouchThem()
    {
        Directory.CreateDirectory(Cluster);
        await File.WriteAllTextAsync(Path.Combine(Cluster, "precious"), "mine", Cancel);

        var refused = await Assert.ThrowsExactlyAsync<StartupException>(StartAsync);

        StringAssert.Contains(refused.Message, "no PG_VERSION");
        Assert.AreEqual("mine", await File.ReadAllTextAsync(Path.Combine(Cluster, "precious"), Cancel));
    }

    [TestMethod]
    public async Task Start_WithUnwritableDirectory_SaysSo()
    {
        // Not even root can make a folder in /proc.
        var refused = await Assert.ThrowsExactlyAsync<StartupException>(() =>
            StartAsync(new() { Directory = "/proc/atlantic/postgres" }));

        StringAssert.Contains(refused.Message, "cannot be written");
    }

    [TestMethod]
    public async Task Start_WithFullDisk_SaysHowMuchIsNeeded()
    {
        var refused = await Assert.ThrowsExactlyAsync<StartupException>(() =>
            StartAsync(new() { Directory = Cluster, MinimumFreeBytes = long.MaxValue }));

        StringAssert.Contains(refused.Message, "is full");
        Assert.IsFalse(Directory.Exists(Cluster));
    }

    [TestMethod]
    public async Task Start_WithUnknownSystemUser_NamesIt()
    {
        Privilege.ToActAsAnotherUser();

        var refused = await Assert.ThrowsExactlyAsync<StartupException>(() =>
            StartAsync(new() { Directory = Cluster, User = "nobody-by-this-name" }));

        StringAssert.Contains(refused.Message, "no system user 'nobody-by-this-name'");
    }

    [TestMethod]
    public async Task Start_WithSettingTheServerRefuses_SaysWhatServerSaid()
    {
        var refused = await Assert.ThrowsExactlyAsync<StartupException>(() =>
            StartAsync(new() { Directory = Cluster,
                Settings = new Dictionary<string, string> { ["fsync"] = "off", ["shared_buffers"] = "much" } }));

        StringAssert.Contains(refused.Message, "shared_buffers");
    }

    [TestMethod]
    public async Task Binaries_WithNoneInstalled_NamesPackage()
    {
        var refused = await Assert.ThrowsExactlyAsync<StartupException>(() =>
            PostgresBinaries.FindAsync(Cluster, null, Cancel, root: _folder["none"], path: ""));

        StringAssert.Contains(refused.Message, "apt-get install postgresql");
    }

    private EmbeddedPostgresOptions Options =>
        new() { Directory = Cluster, Settings = new Dictionary<string, string> { ["fsync"] = "off" } };

    private Task<EmbeddedPostgres> StartAsync() => StartAsync(Options);

    private Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, TimeProvider? time = null) =>
        EmbeddedPostgres.StartAsync(options, time ?? TimeProvider.System, NullLoggerFactory.Instance, Cancel);

    /// <summary>What another process does to the lock for the instant of <see cref="EmbeddedPostgres.FindRunning"/>.</summary>
    private FileStream Look() => new(Cluster + ".lock", FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);

    /// <summary>A server that runs on the cluster though no appliance does: what kill -9 leaves.</summary>
    private async Task<Process> StartOrphanAsync()
    {
        await using (var postgres = await StartAsync())
            await ScalarAsync(postgres, "create table kept (n int); insert into kept values (7); select 1");

        var cluster = new PostgresCluster(new() { Directory = Cluster });
        var binaries = await cluster.PrepareAsync(Cancel);
        var orphan = Process.Start(Tool.StartOf(cluster.ServerCommand(binaries, inOwnSession: true)))!;
        // It says "ready to accept connections" on standard error.
        while (await orphan.StandardError.ReadLineAsync(Cancel) is { } line
            && !line.Contains("ready to accept", StringComparison.Ordinal))
            continue;
        return orphan;
    }

    private async Task<object?> ScalarAsync(EmbeddedPostgres postgres, string sql)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancel);
    }

    /// <summary>
    /// Ends <paramref name="looking"/> when somebody begins to wait. (FakeTimeProvider tells nobody that a timer was made.)
    /// </summary>
    private sealed class ReleasingTime(IDisposable looking) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            looking.Dispose();
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
