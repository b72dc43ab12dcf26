using System.Collections.Concurrent;
using System.Net;
using AtlanticProxy.Engine.Usage;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Usage;

[TestClass]
public sealed class TargetCountingTests
{
    [TestMethod]
    public async Task TunnelsAndRequests_AreCountedByHost_AndBilledAsBefore()
    {
        await using var origin = await OriginServer.StartAsync();
        var targets = new RecordingTargets();
        await using var engine = EngineUnderTest.Start(targets: targets, lookUp: _ => [IPAddress.Loopback]);
        using (var tunnel = await engine.ConnectAsync())
        {
            await tunnel.SendAsync($"CONNECT LocalHost.:{origin.Port} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
            StringAssert.StartsWith(await tunnel.ReadHeadAsync(), "HTTP/1.1 200 ");
            await tunnel.SendAsync("GET /bytes/1000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            await tunnel.ReadToEndAsync();
        }
        using (var requests = await engine.ConnectAsync())
            foreach (string host in new[] { "localhost", "127.0.0.1", "127.0.0.1" })
            {
                await requests.SendAsync(
                    $"GET http://{host}:{origin.Port}/bytes/0 HTTP/1.1\r\nHost: x\r\n{EngineUnderTest.BasicHeader()}\r\n");
                StringAssert.StartsWith(await requests.ReadHeadAsync(), "HTTP/1.1 200 ");
            }
        await engine.Engine.StopAsync(default);

        Assert.AreEqual("127.0.0.1 2 | localhost 2", targets.Connections());
        Assert.AreEqual(engine.Usage.BytesUp + engine.Usage.BytesDown, targets.All.Sum(target => target.Bytes),
            "every byte has its host");
        Assert.IsGreaterThan(1_000, targets.All.Where(target => target.Host == "localhost").Sum(target => target.Bytes));
        Assert.AreEqual(4, engine.Usage.Connections);
        Assert.IsTrue(targets.All.All(target => target.ProxyUserId == 1));
    }

    [TestMethod]
    public async Task SinkThatThrows_IsNotInTheWayOfWhatIsBilled()
    {
        await using var origin = await OriginServer.StartAsync();
        var targets = new RecordingTargets { Fault = new InvalidOperationException("no room") };
        await using var engine = EngineUnderTest.Start(targets: targets);
        using (var client = await engine.ConnectAsync())
        {
            await client.SendAsync(
                $"GET http://127.0.0.1:{origin.Port}/bytes/10 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                    + $"{EngineUnderTest.BasicHeader()}\r\n");
            await client.ReadToEndAsync();
        }
        await engine.Engine.StopAsync(default);

        Assert.AreEqual(1, engine.Usage.Connections);
        Assert.IsTrue(engine.Log.Contains("statistics of destinations"));
    }

    [TestMethod]
    public void Counters_WithoutASink_DoNotTellHostsApart()
    {
        var counters = new UsageCounters();
        var counter = counters.Open(1, 2, "us", "a.example");

        Assert.AreSame(counter, counters.Open(1, 2, "us", "b.example"));
        Assert.AreEqual("", counter.Target);
        Assert.IsTrue(counters.Has(counter, 1, 2, "us", "c.example"));
    }

    [TestMethod]
    public void Counters_HostNobodyUsesAnyMore_IsForgotten()
    {
        var counters = new UsageCounters(byTarget: true);
        var first = counters.Open(1, 2, "us", "a.example");
        Assert.AreNotSame(first, counters.Open(1, 2, "us", "b.example"));
        UsageCounters.Release(first);

        counters.Collect([], [], 0);

        Assert.AreNotSame(first, counters.Open(1, 2, "us", "a.example"));
    }

    private sealed class RecordingTargets : ITargetSink
    {
        public ConcurrentQueue<TargetDelta> All { get; } = new();

        public Exception? Fault { get; init; }

        public string Connections() =>
            string.Join(" | ", All.GroupBy(target => target.Host).OrderBy(host => host.Key, StringComparer.Ordinal)
            .Select(host => $"{host.Key} {host.Sum(target => target.Connections)}"));

        public void Accept(IReadOnlyList<TargetDelta> targets)
        {
            if (Fault is not null)
                throw Fault;
            foreach (var target in targets)
                All.Enqueue(target);
        }
    }
}
