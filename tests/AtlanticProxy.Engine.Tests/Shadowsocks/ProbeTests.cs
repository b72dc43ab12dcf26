using System.Net.Sockets;
using System.Security.Cryptography;
using AtlanticProxy.Engine.Protocols.Shadowsocks;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Shadowsocks;

/// <summary>Whoever has no key sees a port that reads, says nothing, and resets at one and the same time.</summary>
[TestClass]
public sealed class ProbeTests
{
    private static readonly ShadowsocksKey Key = ShadowsocksServer.AlicesKey(ShadowsocksMethod.Aes128Gcm);

    /// <summary>In which half of the timeout passes: keys are tried beside the loop, and have been when it is over.</summary>
    private const int Steps = 20;

    private readonly SetTime _time = new(flows: true); // what is sent is read at a slow walk

    [TestMethod]
    public async Task RandomBytes_OfEachLength_AreReadSilentlyToTheTimeout()
    {
        await using var server = ShadowsocksServer.Start(time: _time);
        await AssertSilentAsync(server,
            [.. Enumerable.Range(0, 120).Append(5000)
                .Select(length => new Probe($"{length} random bytes", RandomNumberGenerator.GetBytes(length)))]);
        await server.DisposeAsync();
        Assert.AreEqual(0, server.Engine.Usage.Connections);
    }

    [TestMethod]
    public async Task GenuineOpening_CutAtEachLength_IsReadSilentlyToTheTimeout()
    {
        await using var server = ShadowsocksServer.Start(time: _time);
        using var origin = new EchoOrigin();
        using var author = await ShadowsocksClient.ConnectAsync(server.Endpoint, Key);
        byte[] opening = author.Opening(origin.Endpoint, "hello"u8);
        await AssertSilentAsync(server,
            [.. Enumerable.Range(0, opening.Length).Select(length => new Probe($"first {length} bytes", opening[..length]))]);
    }

    [TestMethod]
    public async Task GenuineOpening_WithEachByteDamaged_IsReadSilentlyToTheTimeout()
    {
        await using var server = ShadowsocksServer.Start(time: _time);
        using var origin = new EchoOrigin();
        using var author = await ShadowsocksClient.ConnectAsync(server.Endpoint, Key);
        await AssertSilentAsync(server,
            [.. Enumerable.Range(0, author.Opening(origin.Endpoint, "hello"u8).Length).Select(position =>
        {
            using var sealer = new ChunkSealer(Key); // another salt for each
            byte[] plain = [.. ShadowsocksClient.AddressOf(origin.Endpoint), .. "hello"u8],
                damaged = new byte[ChunkSealer.SealedSize(plain.Length)];
            damaged = damaged[..sealer.Seal(plain, damaged)];
            damaged[position] ^= 0x10;
            return new Probe($"byte {position} damaged", damaged);
        })]);
        await server.DisposeAsync();
        Assert.AreEqual(0, server.Engine.Usage.Connections);
    }

    [TestMethod]
    public async Task ByteByByteProbe_WrongKeyAndBadAddress_AreReadSilentlyToTheTimeout()
    {
        await using var server = ShadowsocksServer.Start(time: _time);
        using var stranger = await ShadowsocksClient.ConnectAsync(server.Endpoint,
            ShadowsocksKey.FromPassword(9, ShadowsocksMethod.Aes128Gcm, "not a key"));
        using var confused = await ShadowsocksClient.ConnectAsync(server.Endpoint, Key);
        await AssertSilentAsync(server,
        [
            new("byte by byte", RandomNumberGenerator.GetBytes(100), Piece: 1),
            new("wrong key", stranger.Seal([1, 127, 0, 0, 1, 0, 80])),
            new("bad address type", confused.Seal([7, 1, 2, 3, 4, 5, 6])),
        ]);
    }

    [TestMethod]
    public async Task ReplayedSession_IsReadSilentlyToTheTimeout()
    {
        await using var server = ShadowsocksServer.Start(time: _time);
        using var origin = new EchoOrigin();
        using var client = await ShadowsocksClient.ConnectAsync(server.Endpoint, Key);
        byte[] opening = client.Opening(origin.Endpoint, "hello"u8);
        await client.Raw.SendAsync(opening);
        byte[] answer = await client.Raw.ReadAsync(16 + 18 + 5 + 16);
        await AssertSilentAsync(server, [new("replayed request", opening), new("the server's own answer", answer)]);
        await server.DisposeAsync();
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

    private async Task AssertSilentAsync(ShadowsocksServer server, Probe[] probes)
    {
        var timeout = server.Engine.Options.HeadTimeout;
        var clients = new List<RawClient>();
        foreach (var probe in probes)
        {
            clients.Add(await RawClient.ConnectAsync(server.Endpoint));
            foreach (byte[] part in probe.Bytes.Chunk(probe.Piece))
                await clients[^1].SendAsync(part);
        }
        for (int i = 0; i < Steps; i++)
        {
            await server.Engine.PassAsync(_time, timeout / 2 / Steps);
            for (int probe = 0; probe < probes.Length; probe++)
                Assert.IsFalse(clients[probe].HasSomething, $"{probes[probe].What}: not a byte, nor an end, before its time");
        }
        await server.Engine.PassAsync(_time, timeout / 2);
        for (int probe = 0; probe < probes.Length; probe++)
        {
            await Assert.ThrowsExactlyAsync<SocketException>(clients[probe].ReadToEndAsync,
                probes[probe].What); // a reset, and not a byte before it
            clients[probe].Dispose();
        }
    }

    /// <param name="Piece">Bytes sent at a time.</param>
    private sealed record Probe(string What, byte[] Bytes, int Piece = int.MaxValue);
}
