using System.Net;
using System.Text;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.ConnectionLog;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Engine.Tests.Udp;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.Engine.Tests.Diagnostics;

/// <summary>What support reads: each ending once, with its bytes and its reason.</summary>
[TestClass]
public sealed class ConnectionLogTests
{
    private readonly RecordingConnectionLog _log = new();

    private EngineUnderTest Start(Action<EngineOptions>? configure = null, IEnumerable<Provider>? providers = null,
        IEnumerable<ProxyUser>? users = null, TimeProvider? health = null) =>
        EngineUnderTest.Start(configure, providers, users, health: health, connections: _log);

    private static string Connect(string to, string? credentials = null) =>
        $"CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n{credentials ?? EngineUnderTest.BasicHeader()}\r\n";

    private static string Get(EndPoint from) =>
        $"GET http://{from}/ HTTP/1.1\r\nHost: {from}\r\n{EngineUnderTest.BasicHeader()}\r\n";

    [TestMethod]
    public async Task Tunnel_Completed_IsOneRecordWithItsBytes()
    {
        await using var engine = Start();
        using var origin = new EchoOrigin();
        using (var client = await engine.ConnectAsync())
        {
            await client.SendAsync(Connect($"{origin.Endpoint}"));
            await client.ReadHeadAsync();
            await client.SendAsync("hello");
            await client.ReadAsync(5);
            client.FinishSending();
            await client.ReadToEndAsync();
        }

        var record = await _log.OnlyAsync(engine);

        Assert.AreEqual(ConnectionOutcome.Completed, record.Outcome);
        Assert.AreEqual((5L, 5L), (record.BytesUp, record.BytesDown));
        Assert.AreEqual((1L, 1L, ""), (record.ProxyUserId, record.ProviderId, record.Country));
        Assert.AreEqual(("127.0.0.1", origin.Endpoint.Port), (record.Host, record.Port));
        Assert.AreEqual(IPAddress.Loopback, record.ClientAddress);
        Assert.IsNull(record.Detail);
    }

    [TestMethod]
    public async Task Tunnel_ResetByTheClient_SaysSo()
    {
        await using var engine = Start();
        using var origin = new EchoOrigin();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(Connect($"{origin.Endpoint}"));
        await client.ReadHeadAsync();
        await client.SendAsync("four");
        await client.ReadAsync(4);
        client.Reset();

        var record = await _log.OnlyAsync(engine);

        Assert.AreEqual(ConnectionOutcome.ClientReset, record.Outcome);
        Assert.AreEqual((4L, 4L), (record.BytesUp, record.BytesDown));
    }

    [TestMethod]
    public async Task Tunnel_CutWhenItsUserIsDisabled_SaysSo()
    {
        await using var engine = Start();
        using var origin = new EchoOrigin();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(Connect($"{origin.Endpoint}"));
        await client.ReadHeadAsync();

        engine.Engine.Apply(new SnapshotDelta { Users = [EngineUnderTest.User() with { State = ProxyUserState.Disabled }] });

        Assert.AreEqual(ConnectionOutcome.Suspended, (await _log.OnlyAsync(engine)).Outcome);
    }

    [TestMethod]
    public async Task Plan_ThatEnds_CutsItsTunnelsAndRefusesNewOnesUntilItGoesOn()
    {
        await using var engine = Start();
        using var origin = new EchoOrigin();
        using var open = await engine.ConnectAsync();
        await open.SendAsync(Connect($"{origin.Endpoint}"));
        await open.ReadHeadAsync();

        engine.Engine.Apply(new SnapshotDelta { Users = [EngineUnderTest.User() with { State = ProxyUserState.PlanEnded }] });
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
        using (var refused = await engine.ConnectAsync())
        {
            await refused.SendAsync(Connect($"{origin.Endpoint}"));
            string head = await refused.ReadHeadAsync();
            Assert.Contains(" 402 ", head);
            Assert.Contains("details=\"SubscriptionEnded\"", head);
        }
        engine.Engine.Apply(new SnapshotDelta { Users = [EngineUnderTest.User()] });
        using var again = await engine.ConnectAsync();
        await again.SendAsync(Connect($"{origin.Endpoint}"));

        Assert.Contains(" 200 ", await again.ReadHeadAsync());
        Assert.AreEqual(ConnectionOutcome.LeaseExhausted, _log.Records[0].Outcome);
        Assert.AreEqual(ConnectionOutcome.SubscriptionEnded, _log.Records[1].Outcome);
    }

    [TestMethod]
    public async Task Requests_OfOneConnection_AreOneRecordEach()
    {
        const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        using var origin = new ScriptedUpstream(async peer =>
        {
            while ((await peer.ReadHeadAsync()).Length > 0)
                await peer.SendAsync(Answer);
        });
        await using var engine = Start();
        using (var client = await engine.ConnectAsync())
            for (int i = 0; i < 3; i++)
            {
                await client.SendAsync(Get(origin.Endpoint));
                await client.ReadResponseAsync();
            }

        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);

        Assert.HasCount(3, _log.Records);
        Assert.IsTrue(
            _log.Records.All(record => record is { Outcome: ConnectionOutcome.Completed, ProviderId: 1, Host: "127.0.0.1" }));
        Assert.AreEqual((true, false, false), (_log.Records[0].ConnectMs >= 0, _log.Records[1].ConnectMs.HasValue,
            _log.Records[2].ConnectMs.HasValue), "the first was dialled, the others went the same way");
        await engine.DisposeAsync(); // the last is booked
        Assert.AreEqual(3, engine.Usage.Connections);
        Assert.AreEqual(engine.Usage.BytesUp, _log.Records.Sum(record => record.BytesUp));
        Assert.AreEqual(engine.Usage.BytesDown, _log.Records.Sum(record => record.BytesDown));
        Assert.AreEqual(Answer.Length, _log.Records[0].BytesDown);
    }

    [TestMethod]
    public async Task Response_BrokenOff_IsTheUpstreamsReset()
    {
        using var origin = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
        });
        await using var engine = Start();
        using (var client = await engine.ConnectAsync())
        {
            await client.SendAsync(Get(origin.Endpoint));
            await client.ReadTextUntilClosedAsync();
        }

        Assert.AreEqual(ConnectionOutcome.UpstreamReset, (await _log.OnlyAsync(engine)).Outcome);
    }

    [TestMethod]
    public async Task Datagrams_OfAnAssociation_AreOneRecordWithoutDestination()
    {
        await using var engine = Start();
        using var echo = new UdpEcho();
        using (var client = await SocksUdpClient.OpenAsync(engine.Endpoint))
        {
            await client.SendAsync(echo.Endpoint, "datagram"u8.ToArray());
            await client.ReceiveAsync();
        }

        var record = await _log.OnlyAsync(engine);

        Assert.AreEqual((8L, 8L, "", 0), (record.BytesUp, record.BytesDown, record.Host, record.Port));
        Assert.AreEqual(1, record.ProviderId);
    }

    [TestMethod]
    public async Task Refusal_OfTheDestination_NamesTheRuleAndWhereTo()
    {
        await using var engine =
            Start(users: [EngineUnderTest.User() with { Rules = new DestinationRules([], [], ["forbidden.test"], []) }]);

        var record = await RefusedAsync(engine, Connect("www.forbidden.test:443"));

        Assert.AreEqual((ConnectionOutcome.DestinationForbidden, "www.forbidden.test", 443),
            (record.Outcome, record.Host, record.Port));
        Assert.IsFalse(string.IsNullOrEmpty(record.Detail));
        Assert.AreEqual((0L, 0L), (record.ProviderId, record.BytesUp));
    }

    [TestMethod]
    public async Task Refusal_OfATargetingToken_NamesItThoughNobodyWasAdmitted()
    {
        await using var engine = Start();

        var record = await RefusedAsync(engine, Connect("127.0.0.1:9", EngineUnderTest.BasicHeader("alice-countri-us")));

        Assert.AreEqual(ConnectionOutcome.UnknownTarget, record.Outcome);
        StringAssert.Contains(record.Detail, "did you mean country?");
    }

    [TestMethod]
    public async Task Refusal_OfAWrongPassword_IsOfTheUserWhoseNameWasGiven()
    {
        await using var engine = Start();

        var record = await RefusedAsync(engine, Connect("127.0.0.1:9", EngineUnderTest.BasicHeader(password: "wrong")));

        Assert.AreEqual((ConnectionOutcome.CredentialsWrong, 1L), (record.Outcome, record.ProxyUserId));
    }

    [TestMethod]
    public async Task Refusal_OfSomebodyUnknown_IsInNobodysLog()
    {
        await using var engine = Start();
        foreach (string credentials in (string[])["", EngineUnderTest.BasicHeader("mallory")])
            using (var client = await engine.ConnectAsync())
            {
                await client.SendAsync(Connect("127.0.0.1:9", credentials));
                StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 407 ");
            }

        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);

        Assert.IsEmpty(_log.Records);
    }

    [TestMethod]
    public async Task Refusal_OfADial_SaysWhyOnce()
    {
        using var upstream = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
        });
        await using var engine = Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint)]);

        var record = await RefusedAsync(engine, Connect("example.test:443"));

        Assert.AreEqual(ConnectionOutcome.UpstreamRejectedUs, record.Outcome);
        Assert.AreEqual("example.test", record.Host);
    }

    [TestMethod]
    public async Task Client_ThatGivesUpWhileDialled_IsRecordedAsGone()
    {
        var dialled = new TaskCompletionSource();
        using var upstream = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            dialled.SetResult();
            await peer.DrainAsync();
        });
        await using var engine = Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(Connect("127.0.0.1:9"));
        await dialled.Task;
        client.Reset();

        var record = await _log.OnlyAsync(engine);

        Assert.AreEqual(ConnectionOutcome.ClientReset, record.Outcome);
        Assert.AreEqual(0, record.ProviderId);
    }

    [TestMethod]
    public async Task Socks_RefusedForItsPassword_IsRecorded()
    {
        await using var engine = Start();
        using (var client = await engine.ConnectAsync())
        {
            await client.SendAsync([5, 1, 2]);
            await client.ReadAsync(2);
            await client.SendAsync([1, 5, .. "alice"u8, 5, .. "wrong"u8]);
            await client.ReadAsync(2);
        }

        Assert.AreEqual(ConnectionOutcome.CredentialsWrong, (await _log.OnlyAsync(engine)).Outcome);
    }

    [TestMethod]
    [DataRow(0.0, 0, 0), DataRow(1e-12, 0, 3), DataRow(1.0, 3, 3)]
    public async Task Sample_DecidesOnWhatIsServed_NeverOnRefusals(double sample, int served, int refused)
    {
        await using var engine = Start(options => options.ConnectionLogSample = sample);
        using var origin = new EchoOrigin();
        for (int i = 0; i < 3; i++)
        {
            await OpenAndCloseAsync(engine, origin.Endpoint);
            using var client = await engine.ConnectAsync();
            await client.SendAsync(Connect($"{origin.Endpoint}", EngineUnderTest.BasicHeader("alice-planet-mars")));
            await client.ReadHeadAsync();
        }

        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);

        Assert.AreEqual((served, refused),
            (_log.Records.Count(record => record.Outcome != ConnectionOutcome.UnknownTarget),
                _log.Records.Count(record => record.Outcome == ConnectionOutcome.UnknownTarget)));
    }

    [TestMethod]
    public async Task Bound_OfOneUser_IsItsOwnAndComesBackWithTime()
    {
        var time = new FakeTimeProvider();
        await using var engine = Start(options =>
            options.ConnectionLogPerUser = 2, users: [EngineUnderTest.User(), EngineUnderTest.User(2, "bobby")], health: time);
        using var origin = new EchoOrigin();
        for (int i = 0; i < 5; i++)
            await OpenAndCloseAsync(engine, origin.Endpoint);
        await OpenAndCloseAsync(engine, origin.Endpoint, "bobby");
        await Poll.UntilAsync(() => _log.Records.Count == 3 && engine.Engine.OpenConnections == 0);
        Assert.AreEqual(1, _log.Records.Count(record => record.ProxyUserId == 2));

        time.Advance(TimeSpan.FromMinutes(1));
        await OpenAndCloseAsync(engine, origin.Endpoint);

        await Poll.UntilAsync(() => _log.Records.Count == 4);
    }

    private async Task<ConnectionRecord> RefusedAsync(EngineUnderTest engine, string request)
    {
        using (var client = await engine.ConnectAsync())
        {
            await client.SendAsync(request);
            StringAssert.Contains(await client.ReadHeadAsync(), "Proxy-Status: ");
        }
        return await _log.OnlyAsync(engine);
    }

    private static async Task OpenAndCloseAsync(EngineUnderTest engine, IPEndPoint origin, string name = EngineUnderTest.Name)
    {
        using var client = await engine.ConnectAsync();
        await client.SendAsync(Connect($"{origin}", EngineUnderTest.BasicHeader(name)));
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        client.FinishSending();
        Assert.AreEqual("", Encoding.ASCII.GetString(await client.ReadToEndAsync()));
    }
}
