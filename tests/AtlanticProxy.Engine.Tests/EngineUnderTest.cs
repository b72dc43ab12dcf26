using System.Collections.Concurrent;
using System.Net;
using System.Text;
using AtlanticProxy.Engine.ConnectionLog;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Engine.Usage.Leases;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests;

/// <summary>
/// A real engine on a free loopback port, with one proxy user <c>alice</c>/<c>secret</c> and whatever else a test asks for.
/// </summary>
internal sealed class EngineUnderTest : IAsyncDisposable
{
    public const string Name = "alice", Password = "secret";

    private EngineUnderTest(ProxyEngine engine, RecordingUsage usage, EngineOptions options, RecordingLog log)
    {
        Log = log;
        Options = options;
        Engine = engine;
        Usage = usage;
    }

    public EngineOptions Options { get; }

    public ProxyEngine Engine { get; }

    public RecordingUsage Usage { get; }

    public RecordingLog Log { get; }

    public IPEndPoint Endpoint => Engine.MixedEndpoints[0];

    /// <summary>
    /// One loop, loopback destinations exempt from the guard, a direct provider, unless the test says otherwise.
    /// </summary>
    public static EngineUnderTest Start(
        Action<EngineOptions>? configure = null, IEnumerable<Provider>? providers = null, IEnumerable<ProxyUser>? users = null,
        TimeProvider? time = null,
        Func<double?>? memoryUse = null, SnapshotDelta? more = null, TimeProvider? health = null, ILeaseSource? leases = null,
        ITargetSink? targets = null,
        IConnectionLog? connections = null, Func<string, IPAddress[]>? lookUp = null)
    {
        var options = new EngineOptions { NodeName = "node1", Loops = 1, Mixed = { "127.0.0.1:0" },
            AllowedPrivateNetworks = { "127.0.0.0/8" }, DrainTimeout = TimeSpan.Zero, ProbeUrl = "" };
        configure?.Invoke(options);
        var usage = new RecordingUsage();
        var log = new RecordingLog();
        var engine = new ProxyEngine(options, usage, time ?? TimeProvider.System, log, memoryUse ?? (() => 0), health, leases,
            targets, connections, lookUp);
        engine.Start(
            EngineSnapshot.Build(
                (more ?? new SnapshotDelta()) with { Users = [.. users ?? [User()]], Providers = [.. providers ?? [Direct()]] }));
        return new EngineUnderTest(engine, usage, options, log);
    }

    public static ProxyUser User(long id = 1, string name = Name, string password = Password) => new()
    {
        Id = id, CustomerId = 1, Name = name, State = ProxyUserState.Active, Secret = GeneratedSecretVerifier.Of(password),
    };

    public static Provider Direct(long id = 1) => new() { Id = id, Name = "direct", Protocol = UpstreamProtocol.Direct };

    public static Provider Upstream(IPEndPoint endpoint, UpstreamProtocol protocol = UpstreamProtocol.Http, long id = 2,
        string username = "", string password = "") => new()
    {
        Id = id, Name = $"upstream{id}", Protocol = protocol, Host = endpoint.Address.ToString(), Port = endpoint.Port,
        UsernameTemplate = username, Password = password,
    };

    /// <summary>A raw connection to the mixed port.</summary>
    public Task<RawClient> ConnectAsync() => RawClient.ConnectAsync(Endpoint);

    /// <summary>
    /// Lets the loop turn, by a client that is answered at once: when this is back, what had been sent is read, and what was due
    /// by the loop's clock is done before anything else. For engines with one loop.
    /// </summary>
    public async Task TurnAsync()
    {
        using var client = await ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\n\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 400 ");
    }

    /// <summary>
    /// Moves a clock on that was given as the engine's time: after what had been sent is read, and until what is due then is
    /// done.
    /// </summary>
    public async Task PassAsync(SetTime time, TimeSpan by)
    {
        await TurnAsync();
        time.Advance(by);
        await TurnAsync();
    }

    public ValueTask DisposeAsync() => Engine.DisposeAsync();

    public static string BasicHeader(string username = Name, string password = Password) =>
        $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"))}\r\n";
}

/// <summary>Remembers what the meter handed over.</summary>
internal sealed class RecordingUsage : IUsageSink
{
    private readonly ConcurrentQueue<UsageDelta> _deltas = new();

    public long BytesUp => _deltas.Sum(delta => delta.BytesUp);

    public long BytesDown => _deltas.Sum(delta => delta.BytesDown);

    public long Connections => _deltas.Sum(delta => delta.Connections);

    public IEnumerable<UsageDelta> Deltas => _deltas;

    public bool IsFull { get; set; }

    public void Accept(IReadOnlyList<UsageDelta> deltas)
    {
        foreach (var delta in deltas)
            _deltas.Enqueue(delta);
    }
}
