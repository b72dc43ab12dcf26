using System.Globalization;
using System.Text.Json;
using AtlanticProxy.Benchmarks.Processes;

namespace AtlanticProxy.Benchmarks.Peers;

/// <summary>
/// The whole appliance as it ships: portal, embedded PostgreSQL, metering, a proxy user with limits, the stub as its provider;
/// each of them made with the command line, as a reseller does.
/// </summary>
/// <param name="settings">More of them, as flags.</param>
/// <param name="demo">With the demonstration's data and simulated providers beside them.</param>
internal sealed class Atlantic(string folder, string binary, string name = "atlanticproxy", int loops = 0, bool demo = false,
    params string[] settings)
    : Peer(name, folder)
{
    /// <summary>What <see cref="HoldLoopsToShareAsync"/> leaves each loop of a core.</summary>
    public const double LoopShare = 0.3;

    private const long SharePeriodNanoseconds = 10_000_000;

    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(120), SnapshotTimeout = TimeSpan.FromSeconds(10);

    private const string Customer = "bench@example.test", User = "bench", Provider = "stub", Pool = "bench", Plan = "Bench";

    /// <summary>What <c>--data</c> names.</summary>
    public string Data => Path.Combine(Folder, "data");

    private string ReadyFile => Path.Combine(Folder, "ready.json");

    public override bool HasSocks5 => true;

    /// <summary>The portal, and the logins of the demonstration's admin and customer.</summary>
    public (Uri Portal, Login Admin, Login Customer) Demonstration { get; private set; }

    internal sealed record Login(string Email, string Password);

    protected override Task<string[]> PrepareAsync(int stubPort)
    {
        Version = System.Reflection.Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "";
        return Task.FromResult<string[]>(
        [
            "dotnet", binary, "serve", "--data", Data, "--portal", $"{Loopback}:{PinnedProcess.FreePort()}", "--proxy",
            $"{Loopback}:{Port}",
            "--ready-file", ReadyFile, "--Engine:Loops", loops.ToString(CultureInfo.InvariantCulture),
            .. demo ? ["--demo"] : Array.Empty<string>(), .. settings,
        ]);
    }

    protected override async Task CompleteAsync(int stubPort)
    {
        await UntilAsync(() => Task.FromResult(File.Exists(ReadyFile)), ReadyTimeout, "ready file");
        await CliAsync("provider", "add", Provider, "--endpoint", $"http://{Loopback}:{stubPort}");
        if (demo)
        {
            using var ready = JsonDocument.Parse(await File.ReadAllBytesAsync(ReadyFile));
            Login Of(string who) => ready.RootElement.GetProperty(who).Deserialize<Login>(JsonSerializerOptions.Web)!;
            Demonstration = (new Uri(ready.RootElement.GetProperty("portal").GetString()!), Of("admin"), Of("customer"));
            // Away from the simulated providers, which lead nowhere, and with a quota that is kept and never reached.
            await CliAsync("pool", "add", Pool, "--member", Provider);
            await CliAsync("plan", "add", Plan, "--kind", "subscription", "--included-gb", "1000", "--pool", Pool);
            await CliAsync("customer", "add", Customer, "--plan", Plan);
        }
        else
            await CliAsync("customer", "add", Customer);
        // Limits that never stop the benchmark, but have to be kept: more connections than it opens.
        using var user = JsonDocument.Parse(await CliAsync("proxy-user", "add", Customer, User, "--max-connections", "9400"));
        Username = user.RootElement.GetProperty("username").GetString()!;
        Password = user.RootElement.GetProperty("password").GetString()!;
        await UntilAsync(AnswersAsync, SnapshotTimeout, "snapshot");
    }

    /// <summary>
    /// Holds each event loop's thread to <see cref="LoopShare"/> of a core from now on (sched(7), SCHED_DEADLINE).
    /// </summary>
    public async Task HoldLoopsToShareAsync()
    {
        string runtime = ((long)(LoopShare * SharePeriodNanoseconds)).ToString(CultureInfo.InvariantCulture);
        string period = SharePeriodNanoseconds.ToString(CultureInfo.InvariantCulture);
        foreach (string thread in Directory.EnumerateDirectories($"/proc/{Pid}/task"))
            if ((await File.ReadAllTextAsync(Path.Combine(thread, "comm"))).StartsWith("loop-", StringComparison.Ordinal))
                await PinnedProcess.RunAsync("chrt", "--deadline", "--sched-runtime", runtime, "--sched-deadline", period,
                    "--sched-period", period, "--pid", "0", Path.GetFileName(thread));
    }

    /// <summary>Runs a verb in a process of its own and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public Task<string> CliAsync(params string[] verb) =>
        PinnedProcess.RunAsync(["dotnet", binary, .. verb, "--data", Data, "--json"]);

    private async Task<bool> AnswersAsync()
    {
        using var client = new HttpClient(new HttpClientHandler
        {
            Proxy = new System.Net.WebProxy(
                $"http://{Loopback}:{Port}") { Credentials = new System.Net.NetworkCredential(Username, Password) },
        });
        using var answer = await client.GetAsync(new Uri("http://origin.test/small"));
        return answer.IsSuccessStatusCode;
    }
}
