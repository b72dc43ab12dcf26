using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using Npgsql;

namespace AtlanticProxy.EndToEnd.Tests.Appliances;

/// <summary>The real executable with a data directory and ports of its own, as <c>./atlantic run</c> starts it.</summary>
public sealed class RunningAppliance : IAsyncDisposable
{
    // initdb and the first start on two loaded cores take far less.
    private static readonly TimeSpan s_startDeadline = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_stopDeadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private bool _keepsFolder;

    private RunningAppliance(Process process, string folder) => (_process, Folder) = (process, folder);

    /// <summary>Holds the data directory; removed in the end.</summary>
    public string Folder { get; }

    public string DataDirectory => Path.Combine(Folder, "data");

    public string PostgresDirectory => Path.Combine(DataDirectory, "postgres");

    public ReadyFile Ready { get; private set; } = null!;

    public IPEndPoint Proxy => IPEndPoint.Parse(Ready.Proxy);

    /// <summary>All that it printed until now.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>With demo data: an admin, a customer, a proxy user, and the simulated provider.</summary>
    public static Task<RunningAppliance> StartDemoAsync(params string[] arguments) =>
        StartAsync(NewFolder(), ["--demo", .. arguments]);

    /// <summary>Without any data: tests add what they need by the command line.</summary>
    public static Task<RunningAppliance> StartEmptyAsync(params string[] arguments) => StartAsync(NewFolder(), arguments);

    /// <summary>With demo data, and with no more than so many file descriptors.</summary>
    public static Task<RunningAppliance> StartDemoWithFewDescriptorsAsync(int descriptors, params string[] arguments) =>
        StartAsync(NewFolder(), ["--demo", .. arguments], ["prlimit", $"--nofile={descriptors}:{descriptors}"]);

    /// <summary>
    /// Without any data, in a network of its own that leads nowhere (see <c>clients/isolated.sh</c>): only <see
    /// cref="RunBesideAsync"/> reaches it. Needs root.
    /// </summary>
    public static Task<RunningAppliance> StartInIsolationAsync(params string[] arguments)
    {
        Privilege.ToMakeANetworkNamespace();
        string folder = NewFolder();
        return StartAsync(folder, arguments,
            ["unshare", "--net", "--mount", "sh", Path.Combine(Checkout.Clients, "isolated.sh"),
                Path.Combine(folder, "resolv.conf")]);
    }

    /// <summary>Runs a program in this appliance's network, with its resolver.</summary>
    public Task<ToolResult> RunBesideAsync(string program, params string[] arguments) =>
        Tool.RunAsync("nsenter",
            ["--target", _process.Id.ToString(CultureInfo.InvariantCulture), "--net", "--mount", program, .. arguments],
            input: null);

    /// <summary>Another node: a process of its own, on this one's database and with its key.</summary>
    public Task<RunningAppliance> StartBesideAsync(params string[] arguments)
    {
        string folder = NewFolder();
        string data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        File.Copy(Path.Combine(DataDirectory, "secret.key"), Path.Combine(data, "secret.key")); // with its mode
        return StartAsync(folder, [.. arguments, "--Database:ConnectionString", DatabaseConnection]);
    }

    /// <summary>Starts a node again that was <see cref="StartBesideAsync"/> of <paramref name="first"/>, and has ended.</summary>
    public Task<RunningAppliance> StartAgainBesideAsync(RunningAppliance first, params string[] arguments) =>
        StartAgainAsync([.. arguments, "--Database:ConnectionString", first.DatabaseConnection]);

    /// <summary>
    /// Starts again on the data of one that has ended through <see cref="StopAsync"/> or <see cref="KillAsync"/>.
    /// </summary>
    public Task<RunningAppliance> StartAgainAsync(params string[] arguments)
    {
        _keepsFolder = true;
        return StartAsync(Folder, arguments);
    }

    /// <param name="wrapper">A program that becomes the one that its arguments name.</param>
    private static async Task<RunningAppliance> StartAsync(string folder, string[] arguments, string[]? wrapper = null)
    {
        string readyFile = Path.Combine(folder, "ready.json");
        File.Delete(readyFile);
        string[] command =
        [
            .. wrapper ?? [], Checkout.Executable, "serve", "--data", Path.Combine(folder, "data"), "--portal", "127.0.0.1:0",
            "--proxy", "127.0.0.1:0",
            "--ready-file", readyFile, .. arguments,
        ];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        var appliance = new RunningAppliance(new Process { StartInfo = start }, folder);
        appliance._process.OutputDataReceived += appliance.Keep;
        appliance._process.ErrorDataReceived += appliance.Keep;
        appliance._process.Start();
        appliance._process.BeginOutputReadLine();
        appliance._process.BeginErrorReadLine();
        try
        {
            await Poll.UntilAsync(
                () => appliance._process.HasExited || File.Exists(readyFile), s_startDeadline,
                "the appliance writes its ready file");
            if (appliance._process.HasExited)
                throw new InvalidOperationException($"The appliance ended with {appliance._process.ExitCode}.");
            appliance.Ready = JsonSerializer.Deserialize<ReadyFile>(await File.ReadAllBytesAsync(readyFile),
                JsonSerializerOptions.Web)!;
        }
        catch (Exception e)
        {
            appliance._keepsFolder = false;
            await appliance.DisposeAsync();
            throw new InvalidOperationException($"The appliance did not start:\n{appliance.Output}", e);
        }
        return appliance;
    }

    /// <summary>The address of the proxy with credentials, for clients: <c>http://name:password@host:port</c>.</summary>
    public string ProxyFor(ProxyCredentials user, string scheme = "http") =>
        $"{scheme}://{user.Username}:{user.Password}@{Proxy}";

    /// <summary>Runs a verb of the command line on this appliance's data and returns its JSON.</summary>
    public async Task<JsonElement> CliAsync(string[] arguments, string input = "")
    {
        var result = await Cli.RunAsync([.. arguments, "--json", "--data", DataDirectory], input);
        Assert.AreEqual(0, result.ExitCode, $"{string.Join(' ', arguments)}: {result}");
        return JsonDocument.Parse(result.Output).RootElement;
    }

    /// <summary>A customer's new proxy user, which the engine serves already.</summary>
    public async Task<ProxyCredentials> AddProxyUserAsync(string customer, string name, params string[] options)
    {
        var added = await CliAsync(["proxy-user", "add", customer, name, .. options]);
        var user = new ProxyCredentials(added.GetProperty("username").GetString()!, added.GetProperty("password").GetString()!);
        await Poll.UntilAsync(async () =>
            !(await ProxyClient.ConnectAsync(this, user, "no-such-name.test:1")).Contains(" 407 ", StringComparison.Ordinal));
        return user;
    }

    /// <summary>Bytes booked for a proxy user in the database: up, down.</summary>
    public async Task<(long Up, long Down)> BookedAsync(string proxyUser)
    {
        await using var database = OpenDatabase();
        await using var command = database.CreateCommand(
            "select coalesce(sum(bytes_up), 0)::bigint, coalesce(sum(bytes_down), 0)::bigint from usage_hourly u join "
                + "proxy_users p on p.id = u.proxy_user_id where p.name = $1");
        command.Parameters.AddWithValue(proxyUser);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var database = OpenDatabase();
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        return await ExitAsync();
    }

    public Task SignalAsync(string signal) => SignalAsync(signal, _process.Id);

    public static async Task SignalAsync(string signal, int process) =>
        Assert.AreEqual(0, (await Tool.RunAsync("kill", $"-{signal}", process.ToString(CultureInfo.InvariantCulture))).ExitCode);

    public async Task<int> ExitAsync()
    {
        using var deadline = new CancellationTokenSource(s_stopDeadline, TimeProvider.System);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    /// <summary>kill -9 of the appliance alone: its database goes on.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>
    /// Process id of the database's postmaster; null while none runs, or one that starts has not written its file yet.
    /// </summary>
    public int? PostmasterId
    {
        get
        {
            try
            {
                string[] lines = File.ReadAllText(Path.Combine(PostgresDirectory, "postmaster.pid")).Split('\n');
                return lines.Length > 1 ? int.Parse(lines[0], CultureInfo.InvariantCulture) : null;
            }
            catch (FileNotFoundException)
            {
                return null;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
                await StopAsync();
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The appliance did not stop:\n{Output}");
        }
        finally
        {
            _process.Dispose();
            if (!_keepsFolder)
                Directory.Delete(Folder, recursive: true);
        }
    }

    private string DatabaseConnection =>
        EmbeddedPostgres.FindRunning(new() { Directory = PostgresDirectory })
            ?? throw new InvalidOperationException("The database does not run.");

    /// <summary>Connections to its database, not pooled.</summary>
    public NpgsqlDataSource OpenDatabase() => NpgsqlDataSource.Create(DatabaseConnection + ";Pooling=false");

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
            _output.AppendLine(line.Data);
    }

    private static string NewFolder() => Directory.CreateTempSubdirectory("atlantic-e2e-").FullName;
}
