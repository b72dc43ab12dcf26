using System.Net;
using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Engine.Tests.Tls;
using AtlanticProxy.Engine.Usage.Leases;
using AtlanticProxy.Simulator;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Engine.Tests.Shadowsocks;

[TestClass]
public sealed class ShadowsocksStreamTests
{
    private static readonly ShadowsocksKey Key = ShadowsocksServer.AlicesKey(ShadowsocksMethod.Aes256Gcm);

    [TestMethod]
    [DataRow(ShadowsocksMethod.Aes128Gcm)]
    [DataRow(ShadowsocksMethod.Aes256Gcm)]
    [DataRow(ShadowsocksMethod.ChaCha20Poly1305)]
    public async Task Stream_EachMethod_CarriesBytesBothWaysAndHalfClose(ShadowsocksMethod method)
    {
        await using var server = ShadowsocksServer.Start();
        using var origin = new EchoOrigin();
        using var client = await ShadowsocksClient.ConnectAsync(server.Endpoint, ShadowsocksServer.AlicesKey(method));
        await client.Raw.SendAsync(client.Opening(origin.Endpoint, "early"u8));
        Assert.AreEqual("early", Encoding.ASCII.GetString(await client.ReadAsync(5)));
        await client.Raw.SendAsync([.. client.Seal("two chunks "u8), .. client.Seal("at once"u8)]);
        Assert.AreEqual("two chunks at once", Encoding.ASCII.GetString(await client.ReadAsync(18)));
        client.Raw.FinishSending();
        Assert.IsEmpty(await client.Raw.ReadToEndAsync());
        await Poll.UntilAsync(() => server.Engine.Usage is { BytesUp: 23, BytesDown: 23, Connections: 1 });
        await Poll.UntilAsync(() => server.Engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    public async Task Stream_FirstChunkThatIsAllOfTheQuota_LeavesNothing()
    {
        byte[] early = new byte[10_000];
        await using var server = ShadowsocksServer.Start(alice: ShadowsocksServer.Alice() with { QuotaAccountId = 7 },
            leases: new Quota(early.Length));
        using var origin = new OriginSocket();
        using var client = await ShadowsocksClient.ConnectAsync(server.Endpoint, Key);
        await client.Raw.SendAsync(client.Opening(origin.Endpoint, early));
        using var far = await origin.AcceptAsync();
        for (int received = 0; received < early.Length;)
            received += await far.ReceiveAsync(new byte[early.Length]);
        await client.Raw.SendAsync(client.Seal("one more"u8));
        await Poll.UntilAsync(() => server.Engine.Engine.OpenConnections == 0, because: "it is cut, for the quota is used up");
        await server.Engine.DisposeAsync();
        Assert.AreEqual(early.Length, server.Engine.Usage.BytesUp);
    }

    [TestMethod]
    public async Task Stream_ByteByByte_IsUnderstood()
    {
        await using var server = ShadowsocksServer.Start();
        using var origin = new EchoOrigin();
        using var client = await ShadowsocksClient.ConnectAsync(server.Endpoint, Key);
        foreach (byte b in (byte[])[.. client.Opening(origin.Endpoint), .. client.Seal("slow"u8)])
            await client.Raw.SendAsync([b]);
        Assert.AreEqual("slow", Encoding.ASCII.GetString(await client.ReadAsync(4)));
    }

    [TestMethod]
    public async Task Stream_LargeTransferBothWaysAtOnce_ArrivesWholeAndIsBookedExactly()
    {
        const int size = 20_000_000, piece = 40_000;
        await using var server = ShadowsocksServer.Start();
        using var origin = new EchoOrigin();
        using var client = await ShadowsocksClient.ConnectAsync(server.Endpoint, Key);
        byte[] sent = new byte[size];
        new Random(1).NextBytes(sent);
        await client.Raw.SendAsync(client.Opening(origin.Endpoint));
        var sending = Task.Run(async () =>
        {
            for (int position = 0; position < size; position += piece)
                await client.Raw.SendAsync(client.Seal(sent.AsSpan(position, piece)));
            client.Raw.FinishSending();
        });
        var received = new MemoryStream();
        await client.CopyToAsync(received);
        await sending;
        Assert.IsTrue(sent.AsSpan().SequenceEqual(received.ToArray()));
        await Poll.UntilAsync(() => server.Engine.Usage is { BytesUp: size, BytesDown: size });
    }

    [TestMethod]
    public async Task Stream_OfSecondUserFromTheSameAddress_IsBookedOnThatUser()
    {
        await using var server = ShadowsocksServer.Start();
        using var origin = new EchoOrigin();
        foreach (var key in (ShadowsocksKey[])[Key, ShadowsocksServer.BobsKey, ShadowsocksServer.BobsKey, Key])
        {
            using var client = await ShadowsocksClient.ConnectAsync(server.Endpoint, key);
            await client.Raw.SendAsync(client.Opening(origin.Endpoint, "mine"u8));
            await client.ReadAsync(4);
        }
        await Poll.UntilAsync(() => server.Engine.Usage.Connections == 4);
        Assert.AreEqual(2, server.Engine.Usage.Deltas.Where(delta => delta.Key.ProxyUserId == 2).Sum(delta => delta.Connections));
    }

    [TestMethod]
    public async Task Stream_KeyWithTargeting_ReachesThatExit()
    {
        await using var simulator = await ProviderSimulator.StartAsync(
            new SimulatorOptions { Username = "acme", Password = "pw" }, TimeProvider.System, NullLoggerFactory.Instance);
        var key = ShadowsocksServer.AlicesKey(ShadowsocksMethod.Aes128Gcm, "country-de-session-s1");
        await using var server = ShadowsocksServer.Start(
            providers: [EngineUnderTest.Upstream(simulator.Endpoint, username: "acme[-country-{country}][-session-{session}]",
                password: "pw")],
            alice: EngineUnderTest.User() with { ShadowsocksKeys = [key] });
        using var client = await ShadowsocksClient.ConnectAsync(server.Endpoint, key);
        await client.Raw.SendAsync(
            client.Seal([3, 9, .. "exit.test"u8, 0, 80, .. "GET / HTTP/1.1\r\nHost: exit.test\r\nConnection: close\r\n\r\n"u8]));
        var answer = new MemoryStream();
        await client.CopyToAsync(answer);
        StringAssert.Contains(Encoding.UTF8.GetString(answer.ToArray()), "\"DE\"");
        await Poll.UntilAsync(() => server.Engine.Usage.Deltas.Any(delta => delta.Key.Country == "de"));
    }

    [TestMethod]
    public async Task Stream_UserDisabled_IsCut()
    {
        await using var server = ShadowsocksServer.Start();
        using var origin = new EchoOrigin();
        using var client = await ShadowsocksClient.ConnectAsync(server.Endpoint, Key);
        await client.Raw.SendAsync(client.Opening(origin.Endpoint, "x"u8));
        await client.ReadAsync(1);
        server.Engine.Engine.Apply(
            new SnapshotDelta { Users = [ShadowsocksServer.Alice() with { State = ProxyUserState.Disabled }] });
        await Assert.ThrowsExactlyAsync<SocketException>(client.Raw.ReadToEndAsync);
        await Poll.UntilAsync(() => server.Engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    public async Task Stream_ToForbiddenDestination_IsClosedWithoutDial()
    {
        await using var server = ShadowsocksServer.Start();
        using var client = await ShadowsocksClient.ConnectAsync(server.Endpoint, Key);
        await client.Raw.SendAsync(client.Opening(new IPEndPoint(IPAddress.Parse("10.0.0.1"), 80)));
        Assert.IsEmpty(await client.Raw.ReadToEndAsync());
        Assert.AreEqual(0, server.Engine.Usage.Connections);
    }

    [TestMethod]
    public async Task Stream_DamagedInTheMiddle_IsReadSilentlyAndNothingDamagedPasses()
    {
        var time = new SetTime(flows: true); // who is silent is read at a slow walk
        await using var server = ShadowsocksServer.Start(time: time);
        using var origin = new EchoOrigin();
        using var client = await ShadowsocksClient.ConnectAsync(server.Endpoint, Key);
        await client.Raw.SendAsync(client.Opening(origin.Endpoint, "good"u8));
        await client.ReadAsync(4);
        byte[] damaged = client.Seal("damaged"u8);
        damaged[^1] ^= 1;
        await client.Raw.SendAsync(damaged);
        await client.Raw.SendAsync(client.Seal("after"u8));
        await server.Engine.TurnAsync();
        Assert.IsFalse(client.Raw.HasSomething, "who damaged it learns nothing from it");
        await server.Engine.PassAsync(time, server.Engine.Options.IdleTimeout);
        Assert.IsEmpty(await client.Raw.ReadToEndAsync());
        await Poll.UntilAsync(() => server.Engine.Usage is { BytesUp: 4, BytesDown: 4 });
    }

    /// <summary>Gives all there is to whoever asks first.</summary>
    private sealed class Quota(long bytes) : ILeaseSource
    {
        private long _left = bytes;

        public ValueTask<LeaseGrant> TakeAsync(LeaseRequest request, CancellationToken cancellation)
        {
            long granted = Interlocked.Exchange(ref _left, 0);
            return new(granted > 0
                ? new LeaseGrant(granted, int.MaxValue, LeaseState.Granted, TimeSpan.FromMinutes(1))
                : new LeaseGrant(0, 0, LeaseState.QuotaExhausted, TimeSpan.FromMinutes(1)));
        }

        public ValueTask ReturnAsync(long accountId, long unusedBytes, int unusedMinutes, CancellationToken cancellation) =>
            default;
    }
}
