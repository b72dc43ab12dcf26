using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Routing.Health;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.Engine.Tests.Routing;

/// <summary>What a provider that fails costs the clients, and what it does not.</summary>
[TestClass]
public sealed class FailoverTests
{
    /// <summary>Of a series; and series of which one must be as it should: a busy machine spoils some.</summary>
    private const int Samples = 200, Series = 5;

    [TestMethod]
    public async Task RefusedProvider_CostsUnder50MillisecondsAtP99()
    {
        using var nobody = new RefusingPort();
        using var good = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\n\r\n");
        await using var plain = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(good.Endpoint)]);
        await ConnectTimesAsync(plain, Samples / 4); // not counted: code is compiled
        var costs = new List<double>();
        while (costs.Count < Series && !costs.Any(cost => cost < 50))
        {
            var time = new FakeTimeProvider(); // stands still: no trial comes due
            await using var failing = EngineUnderTest.Start(providers: InOrder(nobody.Endpoint, good.Endpoint), health: time);
            double without = P99(await ConnectTimesAsync(plain, Samples)), with = P99(await ConnectTimesAsync(failing, Samples));
            costs.Add(with - without);
            Assert.AreEqual(CircuitBreaker.Threshold,
                failing.Engine.Providers.Single(provider => provider.ProviderId == 1).Failures,
                "and then it is not even dialled");
        }
        Assert.IsLessThan(50, costs[^1], $"more at p99, in ms: {string.Join(' ', costs)}");
    }

    [TestMethod]
    public async Task BlackholedProvider_CostsUnder400MillisecondsUntilTheBreakerOpensThenNothing()
    {
        using var silent = new ScriptedUpstream(async peer => await peer.DrainAsync());
        using var good = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\n\r\n");
        var time = new FakeTimeProvider(); // stands still: no trial comes due
        await using var failing = EngineUnderTest.Start(providers: InOrder(silent.Endpoint, good.Endpoint), health: time);

        var raced = await ConnectTimesAsync(failing, CircuitBreaker.Threshold);
        Assert.IsLessThan(400, raced.Min(), "each is raced by the next candidate");
        Assert.IsLessThan(failing.Options.DialTimeout.TotalMilliseconds / 2, raced.Max(),
            "none waits for the silent one's deadline, however busy the machine is");
        await Poll.UntilAsync(() => silent.Ended == CircuitBreaker.Threshold);
        Assert.AreEqual(ProviderCondition.Down, failing.Engine.Providers.Single(provider => provider.ProviderId == 1).Condition);

        Assert.IsLessThan(ProviderState.LeastPatience.TotalMilliseconds, (await ConnectTimesAsync(failing, Samples)).Min(),
            "nobody waits for it any more");
        Assert.AreEqual(CircuitBreaker.Threshold, silent.Accepted, "it is not even dialled");
    }

    [TestMethod]
    public async Task UsernameTooLongForSocks5_IsNoFaultOfTheProvider()
    {
        using var upstream = new ScriptedUpstream(async peer =>
        {
            await peer.ReadAnyAsync();
            await peer.SendAsync("\u0005\u0002");
            await peer.DrainAsync();
        });
        await using var engine = EngineUnderTest.Start(
            providers: [EngineUnderTest.Upstream(upstream.Endpoint, UpstreamProtocol.Socks5,
                username: new string('u', 240) + "[-city-{city}]", password: "pw")]);
        for (int i = 0; i <= CircuitBreaker.Threshold; i++)
        {
            using var client = await engine.ConnectAsync();
            await client.SendAsync(
                $"CONNECT example.com:443 HTTP/1.1\r\n{EngineUnderTest.BasicHeader("alice-country-us-city-losangeles")}\r\n");
            string head = await client.ReadHeadAsync();
            StringAssert.StartsWith(head, "HTTP/1.1 503 ");
            StringAssert.Contains(head, "NoExit");
        }
        Assert.AreEqual(ProviderCondition.Healthy, engine.Engine.Providers.Single().Condition,
            "one customer's wishes close it to nobody");
    }

    [TestMethod]
    [DataRow(407, true), DataRow(402, true), DataRow(407, false), DataRow(402, false)]
    public async Task ProviderRejectsUs_ClientNeverSeesItAndTheOperatorIsToldOnce(int status, bool tunnel)
    {
        using var rejecting = ScriptedUpstream.Answering($"HTTP/1.1 {status} Whatever\r\nContent-Length: 0\r\n\r\n");
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(rejecting.Endpoint)]);
        for (int i = 0; i < 3; i++)
        {
            using var client = await engine.ConnectAsync();
            await client.SendAsync(tunnel
                ? Connect()
                : $"GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n{EngineUnderTest.BasicHeader()}\r\n");
            string head = await client.ReadHeadAsync();
            StringAssert.StartsWith(head, "HTTP/1.1 502 ");
            StringAssert.Contains(head, "UpstreamRejectedUs");
        }
        Assert.AreEqual(1,
            engine.Log.Lines.Count(line => line.StartsWith("Error: Provider upstream2 rejects us", StringComparison.Ordinal)));
        Assert.AreEqual(ProviderCondition.RejectsUs, engine.Engine.Providers.Single().Condition);
    }

    [TestMethod]
    public async Task OnlyProviderDown_ClientIsToldAtOnceAndServedAgainAfterATrial()
    {
        var time = new FakeTimeProvider();
        int working = 0;
        using var upstream = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            if (Volatile.Read(ref working) == 1)
                await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
        });
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint)], health: time);
        for (int i = 0; i < CircuitBreaker.Threshold; i++)
            StringAssert.StartsWith(await AskAsync(engine), "HTTP/1.1 502 ");
        string refused = await AskAsync(engine);
        StringAssert.StartsWith(refused, "HTTP/1.1 503 ");
        StringAssert.Contains(refused, "NoExit");
        Assert.AreEqual(CircuitBreaker.Threshold, upstream.Accepted);

        Volatile.Write(ref working, 1);
        time.Advance(CircuitBreaker.FirstPause * 1.3);
        StringAssert.StartsWith(await AskAsync(engine), "HTTP/1.1 200 ");
        Assert.AreEqual(ProviderCondition.Healthy, engine.Engine.Providers.Single().Condition);
    }

    [TestMethod]
    public async Task DeadDestination_DoesNotTakeTheProviderDown()
    {
        using var upstream = new ScriptedUpstream(async peer =>
            await peer.SendAsync((await peer.ReadHeadAsync()).Contains("dead.test", StringComparison.Ordinal)
                ? "HTTP/1.1 502 No Such Host\r\n\r\n"
                : "HTTP/1.1 200 OK\r\n\r\n"));
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint)]);
        for (int i = 0; i < 3 * CircuitBreaker.AmbiguousThreshold; i++)
            StringAssert.StartsWith(await AskAsync(engine, "dead.test"), "HTTP/1.1 502 ");
        StringAssert.StartsWith(await AskAsync(engine), "HTTP/1.1 200 ");
    }

    [TestMethod]
    public async Task ProviderWithAConnectionLimit_TakesNoMoreAndGivesThePlaceBack()
    {
        using var small = Holding();
        using var large = Holding();
        var providers = InOrder(small.Endpoint, large.Endpoint);
        providers = providers.SetItem(0, providers[0] with { MaxConnections = 1 });
        await using var engine = EngineUnderTest.Start(providers: [providers[0]]);
        var first = await engine.ConnectAsync();
        await first.SendAsync(Connect());
        StringAssert.StartsWith(await first.ReadHeadAsync(), "HTTP/1.1 200 ");
        // Not before: it would race the first where that is slow.
        engine.Engine.Apply(new SnapshotDelta { Providers = providers });
        using (var second = await engine.ConnectAsync())
        {
            await second.SendAsync(Connect());
            StringAssert.StartsWith(await second.ReadHeadAsync(), "HTTP/1.1 200 ");
        }
        Assert.AreEqual((1, 1), (small.Accepted, large.Accepted));
        first.Dispose();
        await Poll.UntilAsync(() => engine.Engine.Providers[0].Connections == 0);
        await AskAsync(engine);
        await Poll.UntilAsync(() => small.Accepted == 2);
        await Poll.UntilAsync(() =>
            engine.Engine.Providers.All(provider => provider.Connections == 0), because: "every place is given back");
    }

    [TestMethod]
    public async Task Probe_FindsOutWithoutAnyClient()
    {
        var (pages, time, latency) = (new ConcurrentQueue<string>(), new SetTime(), TimeSpan.FromMilliseconds(50));
        using var nobody = new RefusingPort();
        using var working = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            time.Advance(latency);
            await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
            pages.Enqueue(await peer.ReadHeadAsync());
            await peer.SendAsync("HTTP/1.1 204 No Content\r\n\r\n");
        });
        await using var engine = EngineUnderTest.Start(
            options => (options.ProbeUrl, options.ProbeInterval) = ("http://probe.test/small", TimeSpan.FromMilliseconds(1)),
            providers: InOrder(nobody.Endpoint, working.Endpoint), time: time);
        await Poll.UntilAsync(() => engine.Engine.Providers[0].Condition == ProviderCondition.Down);
        await Poll.UntilAsync(() => !pages.IsEmpty);
        StringAssert.StartsWith(pages.First(), "GET /small HTTP/1.1\r\nHost: probe.test\r\n");
        Assert.AreEqual(ProviderCondition.Healthy, engine.Engine.Providers[1].Condition);
        Assert.IsGreaterThanOrEqualTo(latency, engine.Engine.Providers[1].Latency);
        Assert.AreEqual(0, engine.Usage.BytesUp + engine.Usage.BytesDown, "nobody pays for probes");
    }

    [TestMethod]
    public async Task TargetingNotInThePlan_Is402AndNamesThePlanThatHasIt()
    {
        using var upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\n\r\n");
        await using var engine = EngineUnderTest.Start(
            providers: [EngineUnderTest.Upstream(upstream.Endpoint, username: "u[-c-{country}][-ct-{city}]")],
            users: [EngineUnderTest.User() with { PlanId = 1 }],
            more: new SnapshotDelta
            {
                Plans =
                [
                    new PlanRights(1, "Starter", null, TargetingFields.Country, 1),
                    new PlanRights(3, "Everything", null, TargetingFields.All, 9),
                    new PlanRights(2, "Pro", null, TargetingFields.Country | TargetingFields.State | TargetingFields.City, 5),
                ],
            });
        StringAssert.StartsWith(await AskAsync(engine, username: "alice-country-us"), "HTTP/1.1 200 ");
        string refused = await AskAsync(engine, username: "alice-country-us-city-newyork");
        StringAssert.StartsWith(refused, "HTTP/1.1 402 ");
        StringAssert.Contains(refused, "details=\"NotIncluded city: plan Pro includes it\"");
        StringAssert.Contains(await AskAsync(engine, username: "alice-zip-10001"), "plan Everything includes it");
    }

    [TestMethod]
    public async Task DialectNotInThePlan_IsRefusedAndNamesThePlanThatHasIt()
    {
        using var upstream = ScriptedUpstream.Answering("HTTP/1.1 200 OK\r\n\r\n");
        await using var engine = EngineUnderTest.Start(
            providers: [EngineUnderTest.Upstream(upstream.Endpoint)],
            users: [EngineUnderTest.User() with { PlanId = 1 }],
            more: new SnapshotDelta
            {
                Plans =
                [
                    new PlanRights(1, "Tunnels", null, TargetingFields.All, 1) { Dialects = ClientDialects.Socks5 },
                    new PlanRights(2, "Web", null, TargetingFields.All, 2) { Dialects = ClientDialects.Http },
                ],
            });
        string refused = await AskAsync(engine);
        StringAssert.StartsWith(refused, "HTTP/1.1 402 ");
        StringAssert.Contains(refused, "details=\"NotIncluded http: plan Web includes it\"");
    }

    [TestMethod]
    public async Task DirectFromOwnAddresses_OriginSeesTheOneOfTheSession()
    {
        var seen = new ConcurrentQueue<IPAddress>();
        using var origin = new OriginListener(seen);
        await using var engine =
            EngineUnderTest.Start(
                providers: [EngineUnderTest.Direct() with { LocalNetworks = [IPNetwork.Parse("127.7.0.0/28")] }]);
        for (int i = 0; i < 5; i++)
            StringAssert.StartsWith(await AskAsync(engine, origin.Authority, "alice-session-s1"), "HTTP/1.1 200 ");
        await Poll.UntilAsync(() => seen.Count == 5);
        Assert.HasCount(1, seen.Distinct().ToList());
        Assert.IsTrue(IPNetwork.Parse("127.7.0.0/28").Contains(seen.First()));
        for (int i = 0; i < 60; i++)
            await AskAsync(engine, origin.Authority);
        await Poll.UntilAsync(() => seen.Count == 65);
        Assert.IsGreaterThan(8, seen.Distinct().Count(), "without a session all of them are used");
    }

    [TestMethod]
    public async Task DirectFromOwnAddressesOfAnotherFamily_GoesNowhere()
    {
        await using var engine =
            EngineUnderTest.Start(
                providers: [EngineUnderTest.Direct() with { LocalNetworks = [IPNetwork.Parse("2001:db8::/64")] }]);
        using var origin = new OriginListener(new());
        StringAssert.StartsWith(await AskAsync(engine, origin.Authority), "HTTP/1.1 503 ");
    }

    private static async Task<List<double>> ConnectTimesAsync(EngineUnderTest engine, int count)
    {
        var times = new List<double>(count);
        for (int i = 0; i < count; i++)
        {
            using var client = await engine.ConnectAsync();
            long start = TimeProvider.System.GetTimestamp();
            await client.SendAsync(Connect());
            StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
            times.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
        }
        return times;
    }

    private static double P99(List<double> times) => times.Order().ElementAt(times.Count * 99 / 100 - 1);

    private static async Task<string> AskAsync(
        EngineUnderTest engine, string destination = "example.com", string username = EngineUnderTest.Name)
    {
        using var client = await engine.ConnectAsync();
        await client.SendAsync(Connect(destination, username));
        return await client.ReadHeadAsync();
    }

    private static string Connect(string destination = "example.com", string username = EngineUnderTest.Name)
    {
        string authority = destination.Contains(':', StringComparison.Ordinal) ? destination : $"{destination}:443";
        return $"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{EngineUnderTest.BasicHeader(username)}\r\n";
    }

    private static ScriptedUpstream Holding() => new(async peer =>
    {
        await peer.ReadHeadAsync();
        await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
        await peer.DrainAsync();
    });

    private static ImmutableArray<Provider> InOrder(IPEndPoint first, IPEndPoint second) =>
        [EngineUnderTest.Upstream(first, id: 1) with { Priority = 1 },
            EngineUnderTest.Upstream(second, id: 2) with { Priority = 2 }];

    /// <summary>Notes from where it is connected to.</summary>
    private sealed class OriginListener : IDisposable
    {
        private readonly System.Net.Sockets.TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();

        public OriginListener(ConcurrentQueue<IPAddress> seen)
        {
            _listener.Start();
            _ = AcceptAsync(seen);
        }

        public string Authority => _listener.LocalEndpoint.ToString()!;

        public void Dispose()
        {
            _stop.Cancel();
            _listener.Dispose();
            _stop.Dispose();
        }

        private async Task AcceptAsync(ConcurrentQueue<IPAddress> seen)
        {
            try
            {
                while (true)
                {
                    using var socket = await _listener.AcceptSocketAsync(_stop.Token);
                    seen.Enqueue(((IPEndPoint)socket.RemoteEndPoint!).Address);
                }
            }
            catch (OperationCanceledException)
            {
                // disposed
            }
        }
    }
}
