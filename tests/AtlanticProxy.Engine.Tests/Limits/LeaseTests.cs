using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Engine.Usage.Leases;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Limits;

/// <summary>Quotas on real sockets: what a lease gives is all that flows.</summary>
[TestClass]
public sealed class LeaseTests
{
    private const long Account = 7;
    private const string Early = "go";
    private const string Request = "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n";

    [TestMethod]
    public async Task Quota_UsedUpByParallelDownloads_CutsThemAtTheByteAndRefusesNewOnes()
    {
        const long quota = 20_000_000;
        var source = new Source(quota);
        using var upstream = Flooding();
        await using var engine = Start(upstream, source);
        var clients = new List<RawClient>();
        for (int i = 0; i < 12; i++)
            clients.Add(await OpenAsync(engine));
        foreach (var client in clients)
            await client.SendAsync("go");
        await Task.WhenAll(clients.Select(client => ReadToTheEndAsync(client)));
        await Poll.UntilAsync(() => engine.Usage.Connections == 12 && engine.Engine.OpenConnections == 0);
        await Poll.UntilAsync(() => source.Left == 0 && engine.Usage.BytesDown > quota - 2_000_000);
        // What those that were cut had in hand has come back to the account: late clients use that up, and then nobody is
        // admitted.
        string answer = "";
        int late = 0;
        for (; !answer.StartsWith("HTTP/1.1 402 ", StringComparison.Ordinal); late++)
        {
            Assert.IsLessThan(1000, late, "it is used up by and by");
            answer = await AskAsync(engine);
        }
        StringAssert.Contains(answer, "QuotaExhausted");
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
        // Those that come in one packet with the CONNECT are charged when they have been read: not a byte more than was leased,
        // but for them.
        Assert.IsLessThanOrEqualTo(quota + late * Early.Length, engine.Usage.BytesDown + engine.Usage.BytesUp);
    }

    [TestMethod]
    [DataRow(5_000_000)]
    [DataRow(700_001)]
    [DataRow(131)] // less than one response's head
    [DataRow(40)] // less than one request's head
    public async Task Quota_UsedUpByPlainRequests_IsRefusedOnlyWhenNothingIsLeft(int quota)
    {
        var source = new Source(quota);
        using var upstream = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + new string('x', 300_000));
        });
        await using var engine = Start(upstream, source);

        for (int i = 0; ; i++)
        {
            Assert.IsLessThan(100, i, "it is used up by and by");
            using var client = await engine.ConnectAsync();
            await client.SendAsync("GET http://example.com/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + EngineUnderTest.BasicHeader() + "\r\n");
            if ((await client.ReadTextUntilClosedAsync()).StartsWith("HTTP/1.1 402 ", StringComparison.Ordinal))
                break;
        }

        Assert.AreEqual(0, source.Left);
        await Poll.UntilAsync(() => engine.Usage.BytesDown + engine.Usage.BytesUp >= quota);
        Assert.IsLessThan(quota + 256, engine.Usage.BytesDown + engine.Usage.BytesUp, "a request's head is sent whole");
    }

    [TestMethod]
    public async Task Targeting_OfEachRequest_IsWhatTheLeaseIsAskedFor()
    {
        var source = new Source(1_000_000) { ByTheMinute = true };
        using var upstream = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        await using var engine = EngineUnderTest.Start(options => options.Loops = 1,
            [EngineUnderTest.Upstream(upstream.Endpoint, username: "u-{country}[-{city}][-{asn}]", password: "pw")],
            [EngineUnderTest.User() with { QuotaAccountId = Account }], leases: source);
        using var client = await engine.ConnectAsync();

        foreach (string target in new[] { "country-us", "country-us-city-boston", "country-us-city-boston-asn-7018" })
        {
            await client.SendAsync("GET http://example.com/ HTTP/1.1\r\nHost: x\r\n"
                + EngineUnderTest.BasicHeader($"{EngineUnderTest.Name}-{target}") + "\r\n");
            StringAssert.StartsWith((await client.ReadResponseAsync()).Head, "HTTP/1.1 200 ");
        }

        // Once more, when a minute of the clock begins meanwhile.
        CollectionAssert.AreEqual(
            new[] { PricedTargeting.None, PricedTargeting.City, PricedTargeting.City | PricedTargeting.Asn },
            source.Targeting.Distinct().ToList());
    }

    [TestMethod]
    public async Task Quota_ToppedUp_AdmitsAgainWithinASecond()
    {
        var source = new Source(0, LeaseState.BalanceExhausted);
        using var upstream = Flooding();
        await using var engine = Start(upstream, source);
        using (var refused = await engine.ConnectAsync())
        {
            await refused.SendAsync(Request + EngineUnderTest.BasicHeader() + "\r\n");
            StringAssert.Contains(await refused.ReadHeadAsync(), "BalanceExhausted");
        }
        source.Add(1_000_000);
        engine.Engine.Apply(new SnapshotDelta { RefilledAccounts = [Account] });
        using var client = await OpenAsync(engine);
        await client.SendAsync("go");
        Assert.IsGreaterThan(0, await ReadToTheEndAsync(client));
    }

    [TestMethod]
    public async Task Lease_WhatIsNotUsed_IsGivenBackOnStop()
    {
        var source = new Source(50_000_000);
        using var upstream = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\n" + new string('x', 300_000));
        });
        await using (var engine = Start(upstream, source))
        {
            for (int i = 0; i < 5; i++)
            {
                using var client = await OpenAsync(engine);
                Assert.AreEqual(300_000, await ReadToTheEndAsync(client));
            }
            await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
            Assert.IsGreaterThan(0, source.Taken);
        }
        Assert.AreEqual(50_000_000 - 1_500_000, source.Left, "all but what was used");
    }

    [TestMethod]
    public async Task Source_DoesNotAnswer_OpenTunnelsLiveOnWhatTheyHoldAndGoOnWhenItDoes()
    {
        var source = new Source(long.MaxValue / 4);
        using var upstream = Flooding();
        await using var engine = Start(upstream, source);
        using var client = await OpenAsync(engine);
        await client.SendAsync("go");
        var reading = ReadToTheEndAsync(client);
        await Poll.UntilAsync(() => source.Taken > 10_000_000);
        source.IsDown = true;
        // What is held runs out: the tunnel waits, and is not cut.
        await Poll.UntilAsync(() =>
            engine.Log.Contains("Quotas cannot be taken from the database"), because: "the operator is told");
        source.IsDown = false;
        long taken = source.Taken;
        await Poll.UntilAsync(() => source.Taken > taken + 10_000_000, because: "it goes on");
        Assert.IsFalse(reading.IsCompleted);
        client.Dispose();
        await Poll.UntilAsync(() => engine.Log.Contains("Quotas can be taken from the database again"));
    }

    [TestMethod]
    public async Task Quota_SaidToBeToppedUpAndStillEmpty_RefusesAndCutsNobody()
    {
        var source = new Source(0, LeaseState.BalanceExhausted);
        using var upstream = Flooding();
        await using var engine = Start(upstream, source);
        for (int i = 0; i < 2; i++)
        {
            using (var client = await engine.ConnectAsync())
            {
                await client.SendAsync(Request + EngineUnderTest.BasicHeader() + "\r\n");
                StringAssert.Contains(await client.ReadHeadAsync(), "BalanceExhausted");
            }
            await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
            engine.Engine.Apply(new SnapshotDelta { RefilledAccounts = [Account] });
        }
        Assert.AreEqual(0, upstream.Accepted);
    }

    [TestMethod]
    [DataRow(Request, true, DisplayName = "tunnel")]
    [DataRow("GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n", false, DisplayName = "plain request")]
    public async Task Client_ResetsWhileItWaitsForMore_LeavesItsPlaceAtOnce(string request, bool isTunnel)
    {
        var source = new Source(long.MaxValue / 4);
        using var upstream = Flooding(whenAsked: isTunnel);
        await using var engine = Start(upstream, source);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(request + EngineUnderTest.BasicHeader() + "\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        await client.SendAsync("go");
        source.IsDown = true;
        var reading = ReadToTheEndAsync(client);
        const int inHand = 128 * 1024; // of what is held, the part that is permitted and not booked yet
        await Poll.UntilAsync(() =>
            engine.Usage.BytesDown + engine.Usage.BytesUp > source.Taken - inHand, because: "all that is held is used");
        client.Reset();
        await Poll.UntilAsync(() =>
            engine.Engine.OpenConnections == 0, because: "the source is still away, and the client is not there any more");
        await reading;
    }

    [TestMethod]
    public async Task PlanWithAFloor_GoesOnSlowlyWhenItIsUsedUp()
    {
        var source = new Source(2_000_000);
        using var upstream = Flooding();
        await using var engine = Start(upstream, source, floor: 200_000);
        using var client = await OpenAsync(engine);
        long start =
            TimeProvider.System.GetTimestamp(); // before the quota flows: later, what comes slowly might have come already
        await client.SendAsync("go");
        await client.ReadAsync(2_000_000);
        await client.ReadAsync(600_000);
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        Assert.IsGreaterThan(1.5, seconds, "600 KB at 200 KB/s, less what was on its way");
        using var another = await OpenAsync(engine);
    }

    [TestMethod]
    public async Task UserThatGetsAQuotaWhileItsTunnelIsOpen_IsBoundFromThenOn()
    {
        var source = new Source(3_000_000);
        using var upstream = Flooding();
        await using var engine = Start(upstream, source, metered: false);
        using var client = await OpenAsync(engine);
        await client.SendAsync("go");
        await client.ReadAsync(10_000_000);
        engine.Engine.Apply(
            new SnapshotDelta { Users = [engine.Engine.Snapshot.FindUser("alice")! with { QuotaAccountId = Account }] });
        await ReadToTheEndAsync(client);
        await Poll.UntilAsync(() => source.Left == 0 && engine.Engine.OpenConnections == 0);
    }

    private static async Task<long> ReadToTheEndAsync(RawClient client)
    {
        var buffer = new byte[256 * 1024];
        long total = 0;
        for (int read; (read = await client.ReadSomeAsync(buffer)) > 0;)
            total += read;
        return total;
    }

    private static async Task<RawClient> OpenAsync(EngineUnderTest engine)
    {
        var client = await engine.ConnectAsync();
        await client.SendAsync(Request + EngineUnderTest.BasicHeader() + "\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        return client;
    }

    /// <summary>All that a client gets who wants whatever there is.</summary>
    private static async Task<string> AskAsync(EngineUnderTest engine)
    {
        using var client = await engine.ConnectAsync();
        await client.SendAsync(Request + EngineUnderTest.BasicHeader() + "\r\n" + Early);
        return await client.ReadTextUntilClosedAsync();
    }

    private static EngineUnderTest Start(ScriptedUpstream upstream, Source source, long? floor = null, bool metered = true) =>
        EngineUnderTest.Start(
        options => options.Loops = 2, [EngineUnderTest.Upstream(upstream.Endpoint)],
        [EngineUnderTest.User() with { PlanId = 1, QuotaAccountId = metered ? Account : null }], leases: source,
        more: new SnapshotDelta { Plans = [new PlanRights(1, "plan", null, TargetingFields.All, 1) { FloorSpeed = floor }] });

    private static ScriptedUpstream Flooding(bool whenAsked = true) => new(async peer =>
    {
        await peer.ReadHeadAsync();
        await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
        if (whenAsked)
            await peer.ReadAnyAsync(); // not before the client has read our answer: a cut would take it away
        string much = new('x', 256 * 1024);
        while (true)
            await peer.SendAsync(much); // until the engine closes it
    });

    /// <summary>A quota in memory.</summary>
    private sealed class Source(long quota, LeaseState whenSpent = LeaseState.QuotaExhausted) : ILeaseSource
    {
        private readonly Lock _lock = new();
        private long _left = quota;

        public volatile bool IsDown;

        public long Left
        {
            get
            {
                lock (_lock)
                    return _left;
            }
        }

        public long Taken { get; private set; }

        /// <summary>Of the account: it counts minutes, and bytes are free.</summary>
        public bool ByTheMinute { get; init; }

        /// <summary>What was asked for, in order.</summary>
        public List<PricedTargeting> Targeting { get; } = [];

        public void Add(long bytes)
        {
            lock (_lock)
                _left += bytes;
        }

        public ValueTask<LeaseGrant> TakeAsync(LeaseRequest request, CancellationToken cancellation)
        {
            if (IsDown)
                throw new TimeoutException("the database is away");
            Assert.AreEqual(Account, request.AccountId);
            lock (_lock)
            {
                Targeting.Add(request.Targeting);
                if (ByTheMinute)
                    return new(new LeaseGrant(long.MaxValue, 1, LeaseState.Granted, TimeSpan.FromMinutes(1)));
                long granted = Math.Min(request.WantedBytes, Math.Max(_left / 2, Math.Min(_left, 64 * 1024)));
                _left -= granted;
                Taken += granted;
                return new(granted > 0
                    ? new LeaseGrant(granted, int.MaxValue, LeaseState.Granted, TimeSpan.FromMinutes(1))
                    : new LeaseGrant(0, 0, whenSpent, TimeSpan.FromMinutes(1)));
            }
        }

        public ValueTask ReturnAsync(long accountId, long unusedBytes, int unusedMinutes, CancellationToken cancellation)
        {
            lock (_lock)
                _left += unusedBytes;
            return default;
        }
    }
}
