using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.Engine.Admission;
using AtlanticProxy.Engine.Dialects.Shadowsocks;
using AtlanticProxy.Engine.Protocols.Shadowsocks;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Engine.Tests.Udp;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.Engine.Tests.Shadowsocks;

/// <summary>Keys come and go while the engine runs; and those that are nobody's may not cost too much.</summary>
[TestClass]
public sealed class KeyChangeTests
{
    private static readonly ShadowsocksKey Stays = ShadowsocksServer.AlicesKey(ShadowsocksMethod.Aes128Gcm);
    private static readonly ShadowsocksKey Goes = ShadowsocksServer.AlicesKey(ShadowsocksMethod.Aes256Gcm);

    [TestMethod]
    public async Task KeyRemoved_ItsTunnelsAreCutAndOthersGoOn()
    {
        var time = new SetTime(flows: true); // who is silent is read at a slow walk
        await using var server = ShadowsocksServer.Start(time: time);
        using var origin = new EchoOrigin();
        using var staying = await OpenAsync(server, origin.Endpoint, Stays);
        using var going = await OpenAsync(server, origin.Endpoint, Goes);

        server.Engine.Engine.Apply(new SnapshotDelta { Users = [EngineUnderTest.User() with { ShadowsocksKeys = [Stays] }] });

        await Assert.ThrowsExactlyAsync<SocketException>(going.Raw.ReadToEndAsync, "a reset: the stream is not complete");
        await EchoAsync(staying);
        using var late = await ShadowsocksClient.ConnectAsync(server.Endpoint, Goes);
        await late.Raw.SendAsync(late.Opening(origin.Endpoint, "hello"u8));
        (await OpenAsync(server, origin.Endpoint, Stays)).Dispose(); // time enough for it to be served
        await server.Engine.PassAsync(time, server.Engine.Options.HeadTimeout);
        await Assert.ThrowsExactlyAsync<SocketException>(late.Raw.ReadToEndAsync, "nobody knows this key any more");
    }

    [TestMethod]
    public async Task KeyAdded_IsServedAtOnce()
    {
        await using var server = ShadowsocksServer.Start(alice: EngineUnderTest.User());
        using var origin = new EchoOrigin();

        server.Engine.Engine.Apply(new SnapshotDelta { Users = [EngineUnderTest.User() with { ShadowsocksKeys = [Stays] }] });

        using var client = await OpenAsync(server, origin.Endpoint, Stays);
    }

    [TestMethod]
    public async Task KeyRemoved_ItsDatagramsEnd()
    {
        await using var server = ShadowsocksServer.Start();
        using var echo = new UdpEcho();
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        byte[] plain = [.. ShadowsocksClient.AddressOf(echo.Endpoint), .. "ping"u8];
        await client.SendAsync(ShadowsocksClient.Packet(Goes, plain), server.Endpoint);
        byte[] answer = ShadowsocksClient.OpenPacket(Goes, (await client.ReceiveAsync()).Buffer);
        StringAssert.EndsWith(Encoding.ASCII.GetString(answer), "ping");
        Assert.AreEqual(1, server.Engine.Engine.OpenConnections);

        server.Engine.Engine.Apply(new SnapshotDelta { Users = [EngineUnderTest.User() with { ShadowsocksKeys = [Stays] }] });

        await Poll.UntilAsync(() => server.Engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    public async Task Trials_ThatFindNothing_AreBoundedForEachAddressAndMinute()
    {
        var time = new FakeTimeProvider();
        var trial = new KeyTrial(time);
        var snapshot = EngineSnapshot.Build([ShadowsocksServer.Alice()], []);
        var (busy, quiet) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"));
        byte[] random = RandomNumberGenerator.GetBytes(50);
        async Task<bool> FindsAsync(IPAddress client, byte[] head)
        {
            var found = await trial.RunAsync(snapshot, client, head, ChunkOpener.SealedLength);
            found?.Cipher.Dispose();
            return found is not null;
        }

        for (int i = 0; i < 2 * FailedTries.Most; i++)
            Assert.IsTrue(await FindsAsync(busy, Genuine()), "what is found does not count");
        for (int i = 0; i < FailedTries.Most; i++)
            Assert.IsFalse(await FindsAsync(busy, random));

        Assert.IsFalse(await FindsAsync(busy, Genuine()), "it has tried too often");
        Assert.IsTrue(await FindsAsync(quiet, Genuine()));
        time.Advance(FailedTries.Window);
        Assert.IsTrue(await FindsAsync(busy, Genuine()));
    }

    [TestMethod]
    public async Task Trials_OfACrowd_AreRefusedWhenTooManyWait()
    {
        const int crowd = 400, queue = 256;
        var trial = new KeyTrial(new FakeTimeProvider());
        var snapshot = EngineSnapshot.Build([EngineUnderTest.User() with { ShadowsocksKeys = [.. Strangers(), Stays] }], []);
        Task<FoundKey?> Find(int client) =>
            trial.RunAsync(snapshot, new IPAddress([10, 0, (byte)(client >> 8), (byte)client]), Genuine(),
                ChunkOpener.SealedLength);

        var found = await Task.WhenAll(Enumerable.Range(0, crowd).Select(Find));

        int served = found.Count(key => key is not null);
        Assert.IsGreaterThanOrEqualTo(queue, served, "all of the queue have their turn");
        Assert.IsLessThan(crowd, served, "and nobody waits behind it");
        var later = await Find(crowd);
        Assert.IsNotNull(later, "the crowd is gone");
        foreach (var key in found.Append(later))
            key?.Cipher.Dispose();
    }

    [TestMethod]
    public async Task KeyRemoved_WhileItIsLookedFor_LetsNobodyIn()
    {
        using var log = new RecordingLog();
        var user = EngineUnderTest.User() with { ShadowsocksKeys = [.. Strangers(), Stays] };
        var context = new EngineContext(new EngineOptions { NodeName = "node1" }, TimeProvider.System, log, () => 0,
            TimeProvider.System);
        context.Live.Snapshot = EngineSnapshot.Build([user], []);
        var worker = new Worker(context, 0);
        using var loop = worker.Loop;
        loop.Start();
        async Task<FoundKey?> FindAsync(bool removed)
        {
            var found = new TaskCompletionSource<FoundKey?>(TaskCreationOptions.RunContinuationsAsynchronously);
            async LoopTask<bool> LookAsync() =>
                found.TrySetResult(
                    await worker.ShadowsocksKeys.FindAsync(context.StreamKeys, IPAddress.Loopback, Genuine(),
                        ChunkOpener.SealedLength));
            loop.Post(() =>
            {
                LookAsync().Forget();
                if (removed)
                    context.Live.Snapshot = EngineSnapshot.Build([user with { ShadowsocksKeys = [] }], []);
            });
            return await found.Task;
        }

        using (var cipher = (await FindAsync(removed: false))?.Cipher)
            Assert.IsNotNull(cipher);
        Assert.IsNull(await FindAsync(removed: true));
    }

    /// <summary>Keys of others: enough that to try them all takes milliseconds.</summary>
    private static IEnumerable<ShadowsocksKey> Strangers() =>
        Enumerable.Range(1000, 1000)
            .Select(id => new ShadowsocksKey(id, ShadowsocksMethod.Aes128Gcm, RandomNumberGenerator.GetBytes(16)));

    private static byte[] Genuine()
    {
        using var sealer = new ChunkSealer(Stays);
        byte[] box = new byte[ChunkSealer.SealedSize(20)];
        return box[..sealer.Seal(new byte[20], box)];
    }

    private static async Task<ShadowsocksClient> OpenAsync(ShadowsocksServer server, IPEndPoint origin, ShadowsocksKey key)
    {
        var client = await ShadowsocksClient.ConnectAsync(server.Endpoint, key);
        await client.Raw.SendAsync(client.Opening(origin, "hello"u8));
        Assert.AreEqual("hello", Encoding.ASCII.GetString(await client.ReadAsync(5)));
        return client;
    }

    private static async Task EchoAsync(ShadowsocksClient client)
    {
        await client.Raw.SendAsync(client.Seal("again"u8));
        Assert.AreEqual("again", Encoding.ASCII.GetString(await client.ReadAsync(5)));
    }
}
