using System.Net.Sockets;
using System.Security.Cryptography;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Shadowsocks;

/// <summary>Whoever has no key sees a port that reads, says nothing, and resets at one and the same time.</summary>
[TestClass]
public sealed class ProbeTests
{
    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(2);
    private static readonly ShadowsocksKey Key = ShadowsocksServer.AlicesKey(ShadowsocksMethod.Aes128Gcm);

    [TestMethod]
    public async Task RandomBytes_OfEachLength_AreReadSilentlyToTheTimeout()
    {
        await using var server = ShadowsocksServer.Start(options => options.HeadTimeout = HeadTimeout);
        await Task.WhenAll(Enumerable.Range(0, 120).Append(5000).Select(length =>
            AssertSilentAsync(server, $"{length} random bytes", RandomNumberGenerator.GetBytes(length))));
        Assert.AreEqual(0, server.Engine.Usage.Connections);
    }

    [TestMethod]
    public async Task GenuineOpening_CutAtEachLength_IsReadSilentlyToTheTimeout()
    {
        await using var server = ShadowsocksServer.Start(options => options.HeadTimeout = HeadTimeout);
        using var origin = new EchoOrigin();
        using var author = await ShadowsocksClient.ConnectAsync(server.Endpoint, Key);
        byte[] opening = author.Opening(origin.Endpoint, "hello"u8);
        await Task.WhenAll(Enumerable.Range(0, opening.Length).Select(length => AssertSilentAsync(server, $"first {length} bytes", opening[..length])));
    }

    [TestMethod]
    public async Task GenuineOpening_WithEachByteDamaged_IsReadSilentlyToTheTimeout()
    {
        await using var server = ShadowsocksServer.Start(options => options.HeadTimeout = HeadTimeout);
        using var origin = new EchoOrigin();
        await Task.WhenAll(Enumerable.Range(0, 62).Select(async position =>
        {
            using var author = await ShadowsocksClient.ConnectAsync(server.Endpoint, Key);
            byte[] damaged = author.Opening(origin.Endpoint, "hello"u8);
            damaged[position % damaged.Length] ^= 0x10;
            await AssertSilentAsync(server, $"byte {position} damaged", damaged);
        }));
        Assert.AreEqual(0, server.Engine.Usage.Connections);
    }

    [TestMethod]
    public async Task ByteByByteProbe_WrongKeyAndBadAddress_AreReadSilentlyToTheTimeout()
    {
        await using var server = ShadowsocksServer.Start(options => options.HeadTimeout = HeadTimeout);
        using var stranger = await ShadowsocksClient.ConnectAsync(server.Endpoint, ShadowsocksKey.FromPassword(9, ShadowsocksMethod.Aes128Gcm, "not a key"));
        using var confused = await ShadowsocksClient.ConnectAsync(server.Endpoint, Key);
        await Task.WhenAll(
            AssertSilentAsync(server, "byte by byte", RandomNumberGenerator.GetBytes(100), piece: 1),
            AssertSilentAsync(server, "wrong key", stranger.Seal([1, 127, 0, 0, 1, 0, 80])),
            AssertSilentAsync(server, "bad address type", confused.Seal([7, 1, 2, 3, 4, 5, 6])));
    }

    [TestMethod]
    public async Task ReplayedSession_IsReadSilentlyToTheTimeout()
    {
        await using var server = ShadowsocksServer.Start(options => options.HeadTimeout = HeadTimeout);
        using var origin = new EchoOrigin();
        using var client = await ShadowsocksClient.ConnectAsync(server.Endpoint, Key);
        byte[] opening = client.Opening(origin.Endpoint, "hello"u8);
        await client.Raw.SendAsync(opening);
        byte[] answer = await client.Raw.ReadAsync(16 + 18 + 5 + 16);
        await Task.WhenAll(
            AssertSilentAsync(server, "replayed request", opening),
            AssertSilentAsync(server, "the server's own answer", answer));
        Assert.AreEqual(1, server.Engine.Usage.Connections);
    }

    [TestMethod]
    public async Task ProbeThatEndsItsSide_IsEndedTheSameWayWhateverItSent()
    {
        await using var server = ShadowsocksServer.Start();
        foreach (int length in (int[])[0, 1, 49, 50, 51, 300])
        {
            using var probe = await RawClient.ConnectAsync(server.Endpoint);
            await probe.SendAsync(RandomNumberGenerator.GetBytes(length));
            probe.FinishSending();
            Assert.IsEmpty(await probe.ReadToEndAsync(), $"{length} bytes");
        }
        await Poll.UntilAsync(() => server.Engine.Engine.OpenConnections == 0);
    }

    private static async Task AssertSilentAsync(ShadowsocksServer server, string what, byte[] bytes, int piece = int.MaxValue)
    {
        using var probe = await RawClient.ConnectAsync(server.Endpoint);
        long since = TimeProvider.System.GetTimestamp();
        foreach (byte[] part in bytes.Chunk(piece))
            await probe.SendAsync(part);
        await Assert.ThrowsExactlyAsync<SocketException>(probe.ReadToEndAsync, what); // a reset, and not a byte before it
        Assert.IsGreaterThan(HeadTimeout * 0.9, TimeProvider.System.GetElapsedTime(since), what);
    }
}
