using System.Net;
using AtlanticProxy.Engine.ConnectionLog;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Usage.Leases;

namespace AtlanticProxy.Engine.Tests.Shadowsocks;

/// <summary>An engine with a Shadowsocks port, and a key for each method: of alice's, and one of bob's.</summary>
internal sealed class ShadowsocksServer : IAsyncDisposable
{
    public const string Password = "correct horse";

    public static readonly ShadowsocksKey BobsKey = ShadowsocksKey.FromPassword(100, ShadowsocksMethod.ChaCha20Poly1305,
        "bob's own");

    private ShadowsocksServer(EngineUnderTest engine) => Engine = engine;

    public EngineUnderTest Engine { get; }

    public IPEndPoint Endpoint => Engine.Engine.ShadowsocksEndpoints[0];

    public static ShadowsocksKey AlicesKey(ShadowsocksMethod method, string targeting = "") =>
        ShadowsocksKey.FromPassword((long)method + 1, method, Password, targeting);

    public static ProxyUser Alice() => EngineUnderTest.User() with
    {
        ShadowsocksKeys = [.. Enum.GetValues<ShadowsocksMethod>().Select(method => AlicesKey(method))],
    };

    public static ShadowsocksServer Start(Action<EngineOptions>? configure = null, IEnumerable<Provider>? providers = null,
        ProxyUser? alice = null, IConnectionLog? connections = null,
        TimeProvider? time = null, ILeaseSource? leases = null) =>
        new(EngineUnderTest.Start(
            options =>
            {
                options.Shadowsocks.Add("127.0.0.1:0");
                configure?.Invoke(options);
            },
            providers, [alice ?? Alice(), EngineUnderTest.User(2, "bob", "b") with { ShadowsocksKeys = [BobsKey] }],
            time: time, connections: connections, leases: leases));

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
