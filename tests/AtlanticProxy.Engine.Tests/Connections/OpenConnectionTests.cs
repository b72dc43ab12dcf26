using System.Net;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Engine.Tests.Diagnostics;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Connections;

/// <summary>What is open now: who sees it, and how it is cut.</summary>
[TestClass]
public sealed class OpenConnectionTests
{
    private const int Many = 50;

    [TestMethod]
    public async Task Tunnel_ThatIsOpen_IsListedWithItsBytes_UntilItEnds()
    {
        await using var engine = EngineUnderTest.Start();
        using var origin = new EchoOrigin();
        using var client = await TunnelAsync(engine, origin.Endpoint);
        await client.SendAsync("hello");
        await client.ReadAsync(5);

        var open = (await LookAsync(engine)).Items.Single();
        client.Reset();
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);

        Assert.AreEqual((1L, 1L, "alice", 1L, ""),
            (open.ProxyUserId, open.CustomerId, open.ProxyUser, open.ProviderId, open.Country));
        Assert.AreEqual(("127.0.0.1", origin.Endpoint.Port, IPAddress.Loopback), (open.Host, open.Port, open.ClientAddress));
        Assert.AreEqual((5L, 5L), (open.BytesUp, open.BytesDown));
        Assert.AreEqual(0, (await LookAsync(engine)).Total);
    }

    [TestMethod]
    public async Task Request_InPlainHttp_IsListedWhileItIsAnswered()
    {
        var more = new TaskCompletionSource();
        using var origin = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
            await more.Task;
            await peer.SendAsync("cd");
            await peer.ReadHeadAsync();
        });
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        string head = $"GET http://{origin.Endpoint}/ HTTP/1.1\r\nHost: {origin.Endpoint}\r\n{EngineUnderTest.BasicHeader()}\r\n";
        await client.SendAsync(head);
        await client.ReadHeadAsync();
        await client.ReadAsync(2);

        var open = (await LookAsync(engine)).Items.Single();
        more.SetResult();
        await client.ReadAsync(2);
        await engine.TurnAsync();

        Assert.IsGreaterThan(2, open.BytesDown);
        Assert.IsGreaterThan(0, open.BytesUp);
        Assert.AreEqual(0, (await LookAsync(engine)).Total, "between two requests nothing is carried");
    }

    [TestMethod]
    public async Task Look_NarrowsByWhatIsAsked_AndSaysHowManyMatch()
    {
        await using var engine = EngineUnderTest.Start(options => options.Loops = 2,
            users: [EngineUnderTest.User(), EngineUnderTest.User(2, "bob") with { CustomerId = 7 }]);
        using var origin = new EchoOrigin();
        using var ann = await TunnelAsync(engine, origin.Endpoint);
        using var bob = await TunnelAsync(engine, origin.Endpoint, "bob");

        async Task<string> FoundAsync(OpenConnectionFilter filter, int most = Many) => string.Join(' ',
            (await LookAsync(engine, filter, most)).Items.Select(each => each.ProxyUser).Order(StringComparer.Ordinal));

        Assert.AreEqual("alice bob", await FoundAsync(OpenConnectionFilter.All));
        Assert.AreEqual("bob", await FoundAsync(new(CustomerId: 7)));
        Assert.AreEqual("alice", await FoundAsync(new(ProxyUser: "alice")));
        Assert.AreEqual("alice bob", await FoundAsync(new(Target: "0.0.1", ProviderId: 1, Country: "")));
        Assert.AreEqual("", await FoundAsync(new(Target: "shop.test")));
        Assert.AreEqual("", await FoundAsync(new(ProviderId: 2)));
        Assert.AreEqual("", await FoundAsync(new(Country: "us")));
        Assert.AreEqual("", await FoundAsync(new(LongerThan: TimeSpan.FromDays(1))));
        Assert.AreEqual("", await FoundAsync(new(Ids: new HashSet<long> { 1 })));
        var one = await LookAsync(engine, most: 1);
        Assert.AreEqual((1, 2, 2), (one.Items.Count, one.Matching, one.Total));
    }

    [TestMethod]
    public async Task Cut_EndsWhatIsNamed_AndNothingElse()
    {
        var log = new RecordingConnectionLog();
        await using var engine = EngineUnderTest.Start(connections: log);
        using var origin = new EchoOrigin();
        using var stays = await TunnelAsync(engine, origin.Endpoint);
        long kept = (await LookAsync(engine)).Items.Single().Id;
        using var goes = await TunnelAsync(engine, origin.Endpoint);
        await goes.SendAsync("four");
        await goes.ReadAsync(4);
        long doomed = (await LookAsync(engine)).Items.Single(open => open.Id != kept).Id;

        int cut = await engine.Engine.CutAsync(new HashSet<long> { doomed, 12345 }, default);

        Assert.AreEqual(1, cut);
        await Assert.ThrowsAsync<Exception>(async () => await goes.ReadAsync(1));
        await Poll.UntilAsync(() => log.Records.Count > 0);
        var record = log.Records.Single();
        Assert.AreEqual((ConnectionOutcome.CutByOperator, 4L, 4L), (record.Outcome, record.BytesUp, record.BytesDown));
        Assert.AreEqual(kept, (await LookAsync(engine)).Items.Single().Id);
        Assert.AreEqual(0, await engine.Engine.CutAsync(new HashSet<long> { doomed }, default));
    }

    [TestMethod]
    public async Task Refusals_AreCounted()
    {
        await using var engine = EngineUnderTest.Start();
        long before = engine.Engine.Refusals;

        await engine.TurnAsync(); // by a request that is refused

        Assert.AreEqual(before + 1, engine.Engine.Refusals);
    }

    [TestMethod]
    public void Speed_IsThatSinceTheLookBefore_AndIsKeptForAMoment()
    {
        SpeedLook? look = null;

        Assert.AreEqual(500, SpeedLook.Measure(ref look, now: 3000, since: 1000, bytes: 1000), "since it began");
        Assert.AreEqual(500, SpeedLook.Measure(ref look, now: 3000 + SpeedLook.Interval - 1, since: 1000, bytes: 9000));
        Assert.AreEqual(2000, SpeedLook.Measure(ref look, now: 4000, since: 1000, bytes: 3000));
        Assert.AreEqual(0, SpeedLook.Measure(ref look, now: 5000, since: 1000, bytes: 3000));
    }

    [TestMethod]
    public async Task Engine_ThatDoesNotRun_CarriesNothing()
    {
        var engine = EngineUnderTest.Start();
        await engine.DisposeAsync();

        Assert.AreEqual(0, (await LookAsync(engine)).Total);
        Assert.AreEqual(0, await engine.Engine.CutAsync(new HashSet<long> { 1 }, default));
    }

    private static Task<OpenConnections> LookAsync(
        EngineUnderTest engine, OpenConnectionFilter? filter = null, int most = Many) =>
        engine.Engine.LookAsync(filter ?? OpenConnectionFilter.All, OpenConnectionOrder.Age, most, default);

    private static async Task<RawClient> TunnelAsync(EngineUnderTest engine, EndPoint to, string user = EngineUnderTest.Name)
    {
        var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n{EngineUnderTest.BasicHeader(user)}\r\n");
        Assert.Contains(" 200 ", await client.ReadHeadAsync());
        return client;
    }
}
