using System.Collections.Immutable;
using System.Security.Cryptography;
using AtlanticProxy.Engine.Dialects.Shadowsocks;
using AtlanticProxy.Engine.Protocols.Shadowsocks;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Benchmarks.Shadowsocks;

/// <summary>
/// What one Shadowsocks client costs that nobody knows: every key of the port is tried, in vain, as for whoever sends random
/// bytes.
/// </summary>
internal static class KeyTrialCost
{
    private const double Milliseconds = 1000;

    /// <summary>Tries until the code is compiled, and tries that are measured.</summary>
    private const int Warm = 20, Measured = 20;

    public static List<Row> Run() =>
    [
        .. from count in new[] { 1_000, 10_000 }
           from method in new[] { ShadowsocksMethod.ChaCha20Poly1305, ShadowsocksMethod.Aes256Gcm }
           select new Row(Row.Shadowsocks, $"Shadowsocks: an unknown connection, {count:#,0} keys of {method.Name()}",
               "ms of CPU",
               new Dictionary<string, double> { ["atlanticproxy"] = Cost(Snapshot(count, method)) }, []),
    ];

    private static double Cost(EngineSnapshot snapshot)
    {
        for (int i = 0; i < Warm; i++)
            Try(snapshot);
        var before = Environment.CpuUsage.TotalTime;
        for (int i = 0; i < Measured; i++)
            Try(snapshot);
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds * Milliseconds / Measured;
    }

    private static void Try(EngineSnapshot snapshot)
    {
        byte[] head = RandomNumberGenerator.GetBytes(32 + ChunkOpener.SealedLength);
        if (KeyTrial.Find(snapshot, head, ChunkOpener.SealedLength) is not null)
            throw new InvalidOperationException("Random bytes cannot be opened.");
    }

    private static EngineSnapshot Snapshot(int count, ShadowsocksMethod method) => EngineSnapshot.Build(
        Enumerable.Range(1, count).Select(id => new ProxyUser
        {
            Id = id, CustomerId = 1, Name = $"user{id}", State = ProxyUserState.Active,
            Secret = GeneratedSecretVerifier.Of("none"),
            ShadowsocksKeys = [new ShadowsocksKey(id, method, RandomNumberGenerator.GetBytes(method.KeySize()))],
        }).ToImmutableArray(), []);
}
