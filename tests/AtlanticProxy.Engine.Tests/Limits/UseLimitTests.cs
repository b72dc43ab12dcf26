using System.Net;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.Engine.Tests.Limits;

/// <summary>Limits of proxy users and of customers, on real sockets.</summary>
[TestClass]
public sealed class UseLimitTests
{
    [TestMethod]
    public void AddressCounts_WithoutALimit_LetEverybodyIn()
    {
        var counts = new AddressCounts(0);

        Assert.IsTrue(counts.TryEnter(IPAddress.Loopback));
        counts.Leave(IPAddress.Loopback);
        Assert.AreEqual(0, counts.Count);
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public async Task MaxConnections_OfTheUserOrTheCustomer_IsKeptAndGivenBack(bool ofCustomer)
    {
        using var upstream = Holding();
        await using var engine = Start(upstream, new UseLimits { MaxConnections = 2 }, ofCustomer);
        using var one = await OpenAsync(engine);
        // The customer's other proxy user shares the customer's limit, not the user's.
        using var two = await OpenAsync(engine, ofCustomer ? "bobby" : "alice");
        using (var refused = await engine.ConnectAsync())
            StringAssert.StartsWith(await AskAsync(refused), "HTTP/1.1 429 ");
        if (!ofCustomer)
            (await OpenAsync(engine, "bobby")).Dispose();
        one.Dispose();
        await Poll.UntilAsync(async () =>
        {
            using var again = await engine.ConnectAsync();
            return (await AskAsync(again)).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal);
        });
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public async Task ConnectionsPerSecond_MoreAtOnce_Get429(bool ofCustomer)
    {
        using var upstream = Holding();
        await using var engine = Start(upstream, new UseLimits { ConnectionsPerSecond = 5 }, ofCustomer, new FakeTimeProvider());
        var answers = new List<string>();
        for (int i = 0; i < 8; i++)
        {
            using var client = await engine.ConnectAsync();
            answers.Add(await AskAsync(client));
        }
        Assert.AreEqual(5, answers.Count(answer => answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal)));
        StringAssert.Contains(answers[^1], "RateLimited");
        StringAssert.Contains(answers[^1], "Retry-After: ");
    }

    [TestMethod]
    public async Task RequestsPerMinute_CountEachRequestOfAConnection()
    {
        using var upstream = new ScriptedUpstream(async peer =>
        {
            while ((await peer.ReadHeadAsync()).Length > 0)
                await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        await using var engine = Start(upstream, new UseLimits { RequestsPerMinute = 3 }, ofCustomer: false,
            new FakeTimeProvider());
        using var client = await engine.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync(
                $"GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n{EngineUnderTest.BasicHeader()}\r\n");
            Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
        }
        await client.SendAsync($"GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 429 ");
    }

    [TestMethod]
    public async Task RequestsPerMinute_SetWhileAConnectionIsOpen_CountItsRequestsToo()
    {
        using var upstream = new ScriptedUpstream(async peer =>
        {
            while ((await peer.ReadHeadAsync()).Length > 0)
                await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        await using var engine = Start(upstream, UseLimits.None, ofCustomer: false, new FakeTimeProvider());
        using var client = await engine.ConnectAsync();
        string request = $"GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n{EngineUnderTest.BasicHeader()}\r\n";
        await client.SendAsync(request);
        Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);

        engine.Engine.Apply(
            new SnapshotDelta { Users =
                [engine.Engine.Snapshot.FindUser("alice")! with { Limits = new UseLimits { RequestsPerMinute = 1 } }] });
        await client.SendAsync(request);
        Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
        await client.SendAsync(request);
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 429 ");
    }

    [TestMethod]
    public async Task MaxClientAddresses_AnotherAddress_WaitsUntilOneIsGone()
    {
        using var upstream = Holding();
        await using var engine = Start(upstream, new UseLimits { MaxClientAddresses = 1 }, ofCustomer: true, configure: options =>
            options.ProxyProtocolFrom.Add("127.0.0.0/8"));
        using var here = await engine.ConnectAsync();
        StringAssert.StartsWith(await AskAsync(here, from: "198.51.100.1"), "HTTP/1.1 200 ");
        using var alsoHere = await engine.ConnectAsync();
        StringAssert.StartsWith(await AskAsync(alsoHere, from: "198.51.100.1"), "HTTP/1.1 200 ");
        using (var there = await engine.ConnectAsync())
            StringAssert.StartsWith(await AskAsync(there, from: "198.51.100.2"), "HTTP/1.1 429 ");
        here.Dispose();
        alsoHere.Dispose();
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
        using var now = await engine.ConnectAsync();
        StringAssert.StartsWith(await AskAsync(now, from: "198.51.100.2"), "HTTP/1.1 200 ");
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public async Task Speed_OfManyTunnels_IsKeptTogetherAndSharedFairly(bool ofCustomer)
    {
        const int speed = 2_000_000, tunnels = 6;
        var time = new FakeTimeProvider();
        using var upstream = Flooding();
        await using var engine = Start(upstream, new UseLimits { SpeedDown = speed }, ofCustomer, time);
        var clients = new List<RawClient>();
        for (int i = 0; i < tunnels; i++)
            clients.Add(await OpenAsync(engine, ofCustomer && i % 2 == 1 ? "bobby" : "alice"));
        var readers = clients.Select(client => new Counting(client)).ToList();

        await FlowsAsync(time, speed, speed * 3L, () => readers.Sum(reader => reader.Total));

        var counts = readers.Select(reader => reader.Total).ToArray();
        foreach (long count in counts)
            Assert.IsGreaterThan(counts.Average() * 0.3, count,
                string.Join(' ', counts)); // a loaded machine keeps senders waiting, too
        clients.ForEach(client => client.Dispose());
    }

    [TestMethod]
    public async Task Speed_Up_BoundsUploadsAndNotDownloads()
    {
        const int speed = 1_000_000, down = 3_000_000, up = 2_000_000;
        var time = new FakeTimeProvider();
        long received = 0;
        using var upstream = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\n" + new string('x', down));
            while (await peer.ReadAsync(1000) is { Length: > 0 } some)
                Interlocked.Add(ref received, some.Length);
        });
        await using var engine = Start(upstream, new UseLimits { SpeedUp = speed }, ofCustomer: false, time);
        using var client = await OpenAsync(engine);
        await client.ReadAsync(down); // though no time passes
        var sending = client.SendAsync(new byte[up]);
        await FlowsAsync(time, speed, up, () => Volatile.Read(ref received));
        await sending;
    }

    [TestMethod]
    public async Task Speed_OfPlainRequests_IsKept()
    {
        string body = new('x', 1_500_000);
        using var upstream = ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        await using var engine = Start(upstream, new UseLimits { SpeedDown = 1_000_000 }, ofCustomer: false);
        using var client = await engine.ConnectAsync();
        long start = TimeProvider.System.GetTimestamp();
        await client.SendAsync($"GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n{EngineUnderTest.BasicHeader()}\r\n");
        Assert.AreEqual(body, (await client.ReadResponseAsync()).Body);
        Assert.IsGreaterThan(1.1, TimeProvider.System.GetElapsedTime(start).TotalSeconds);
    }

    [TestMethod]
    public async Task Speed_LiftedWhileAPlainResponseWaits_LetsItGoOnAtOnce()
    {
        string body = new('x', 10_000_000);
        using var upstream = ScriptedUpstream.Answering($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        var time = new FakeTimeProvider();
        await using var engine = Start(upstream, new UseLimits { SpeedDown = 1_000_000 }, ofCustomer: false, time);
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n{EngineUnderTest.BasicHeader()}\r\n");
        var counting = new Counting(client);
        await Poll.UntilAsync(() =>
        {
            time.Advance(
                TimeSpan.FromMilliseconds(10)); // from when the user comes in, which is some time after the request was sent
            return counting.Total > 0;
        });
        Assert.IsLessThan(body.Length, counting.Total, "no more time passes");

        var alice = engine.Engine.Snapshot.FindUser("alice")!;
        engine.Engine.Apply(new SnapshotDelta { Users = [alice with { Limits = UseLimits.None }] });

        await Poll.UntilAsync(() => counting.Total > body.Length);
    }

    [TestMethod]
    public async Task Speed_SetWhileATunnelIsOpen_SlowsItAndLetsItGoAgain()
    {
        using var upstream = Flooding();
        await using var engine = Start(upstream, UseLimits.None, ofCustomer: false);
        using var client = await OpenAsync(engine);
        var counting = new Counting(client);
        await Poll.UntilAsync(() => counting.Total > 20_000_000);

        var alice = engine.Engine.Snapshot.FindUser("alice")!;
        engine.Engine.Apply(new SnapshotDelta { Users = [alice with { Limits = new UseLimits { SpeedDown = 100_000 } }] });
        await Poll.UntilAsync(async () =>
        {
            long before = counting.Total;
            await Task.Yield();
            long start = TimeProvider.System.GetTimestamp();
            await Poll.UntilAsync(() => TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromMilliseconds(500));
            return counting.Total - before < 200_000;
        }, because: "it is slow now");

        long slow = counting.Total;
        engine.Engine.Apply(new SnapshotDelta { Users = [alice] });
        await Poll.UntilAsync(() => counting.Total > slow + 20_000_000, because: "it is fast again");
    }

    private static EngineUnderTest Start(ScriptedUpstream upstream, UseLimits limits, bool ofCustomer, TimeProvider? time = null,
        Action<EngineOptions>? configure = null)
    {
        var user = EngineUnderTest.User() with { PlanId = 1, Limits = ofCustomer ? UseLimits.None : limits };
        var other = EngineUnderTest.User(2, "bobby") with { PlanId = 1 };
        return EngineUnderTest.Start(configure, [EngineUnderTest.Upstream(upstream.Endpoint)], [user, other], health: time,
            more: new SnapshotDelta
        {
            Plans = [new PlanRights(1, "plan", null, TargetingFields.All, 1) { Limits = ofCustomer ? limits : UseLimits.None }],
        });
    }

    /// <summary>
    /// Lets time pass until so many bytes should have come: at each moment there are those that the speed allows, and not many
    /// less.
    /// </summary>
    private static async Task FlowsAsync(FakeTimeProvider time, int speed, long bytes, Func<long> total)
    {
        const double step = 0.1; // seconds: less than what is saved up lasts, so that nothing of it is lost
        const int inHand = 16 * 1024; // too little for another turn, or not counted yet
        int burst = speed / 5;
        double passed = 0;
        for (long allowed = 0; allowed < bytes; allowed = (long)(speed * passed))
        {
            time.Advance(TimeSpan.FromSeconds(step));
            passed += step;
            await Poll.UntilAsync(() => total() >= Math.Min(bytes, speed * passed - inHand),
                because: $"after {passed:0.0} s there is what the speed allows");
            Assert.IsLessThanOrEqualTo(speed * passed + burst, total(), $"after {passed:0.0} s");
        }
        await Poll.UntilAsync(() => total() >= bytes - inHand);
    }

    private static async Task<RawClient> OpenAsync(EngineUnderTest engine, string user = "alice")
    {
        var client = await engine.ConnectAsync();
        StringAssert.StartsWith(await AskAsync(client, user), "HTTP/1.1 200 ");
        return client;
    }

    private static async Task<string> AskAsync(RawClient client, string user = "alice", string? from = null)
    {
        string header = from is null ? "" : $"PROXY TCP4 {from} 127.0.0.1 1 2\r\n";
        await client.SendAsync(
            $"{header}CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n{EngineUnderTest.BasicHeader(user)}\r\n");
        return await client.ReadHeadAsync();
    }

    private static ScriptedUpstream Holding() => new(async peer =>
    {
        await peer.ReadHeadAsync();
        await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
        await peer.DrainAsync();
    });

    private static ScriptedUpstream Flooding() => new(async peer =>
    {
        await peer.ReadHeadAsync();
        await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
        string much = new('x', 256 * 1024);
        while (true)
            await peer.SendAsync(much); // until the engine closes it
    });

    /// <summary>Reads all that comes, and counts it.</summary>
    private sealed class Counting
    {
        private long _total;

        public Counting(RawClient client) => _ = RunAsync(client);

        public long Total => Interlocked.Read(ref _total);

        private async Task RunAsync(RawClient client)
        {
            var buffer = new byte[256 * 1024];
            for (int read; (read = await client.ReadSomeAsync(buffer)) > 0;)
                Interlocked.Add(ref _total, read);
        }
    }
}
