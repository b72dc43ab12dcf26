using System.Net;
using System.Net.Sockets;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Limits;

[TestClass]
public sealed class ConnectionLimitTests
{
    [TestMethod]
    public async Task Address_WithAsManyConnectionsAsItMay_Gets429UntilOneEnds()
    {
        await using var engine = EngineUnderTest.Start(options => options.MaxConnectionsPerAddress = 2);
        using var origin = new EchoOrigin();
        using var first = await TunnelAsync(engine, origin);
        using var second = await TunnelAsync(engine, origin);
        using (var third = await engine.ConnectAsync())
        {
            await third.SendAsync("CONNECT example.com:443 HTTP/1.1\r\n\r\n");
            string head = await third.ReadHeadAsync();
            StringAssert.StartsWith(head, "HTTP/1.1 429 ");
            StringAssert.Contains(head, "TooManyConnections");
        }
        first.Dispose();
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 1);
        using var again = await TunnelAsync(engine, origin);
    }

    [TestMethod]
    public async Task Addresses_BehindBalancer_AreCountedApart()
    {
        await using var engine = EngineUnderTest.Start(options =>
        {
            options.MaxConnectionsPerAddress = 1;
            options.ProxyProtocolFrom.Add("127.0.0.0/8");
        });
        using var origin = new EchoOrigin();
        using var one = await TunnelAsync(engine, origin, "PROXY TCP4 198.51.100.1 127.0.0.1 1 2\r\n");
        using var other = await TunnelAsync(engine, origin, "PROXY TCP4 198.51.100.2 127.0.0.1 1 2\r\n");
        using var same = await engine.ConnectAsync();
        await same.SendAsync("PROXY TCP4 198.51.100.1 127.0.0.1 1 2\r\nCONNECT example.com:443 HTTP/1.1\r\n\r\n");
        StringAssert.StartsWith(await same.ReadHeadAsync(), "HTTP/1.1 429 ");
    }

    [TestMethod]
    public void AddressCounts_CountIpv6ByPrefixAndForgetWhoLeft()
    {
        var counts = new AddressCounts(limit: 2);
        Assert.IsTrue(counts.TryEnter(IPAddress.Parse("2001:db8::1")));
        Assert.IsTrue(counts.TryEnter(IPAddress.Parse("2001:db8::2")));
        Assert.IsFalse(counts.TryEnter(IPAddress.Parse("2001:db8::3")));
        Assert.IsTrue(counts.TryEnter(IPAddress.Parse("2001:db8:0:1::1")));
        Assert.IsTrue(counts.TryEnter(IPAddress.Parse("192.0.2.1")));
        Assert.AreEqual(3, counts.Count);
        foreach (string address in new[] { "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "192.0.2.1" })
            counts.Leave(IPAddress.Parse(address));
        Assert.AreEqual(0, counts.Count);
    }

    [TestMethod]
    public async Task Tunnel_OlderThanTotalTimeout_IsCutThoughBusy()
    {
        await using var engine = EngineUnderTest.Start(options => options.TotalTimeout = TimeSpan.FromMilliseconds(500));
        using var origin = new EchoOrigin();
        using var client = await TunnelAsync(engine, origin);
        await Assert.ThrowsExactlyAsync<SocketException>(async () =>
        {
            for (int i = 0; i < 1_000_000; i++)
            {
                await client.SendAsync([1]);
                if ((await client.ReadAsync(1)).Length != 1)
                    return;
            }
        });
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    public async Task Memory_NearlyUsedUp_DropsWaitingThenRefusesNewThenRecovers()
    {
        double used = 0.5;
        await using var engine = EngineUnderTest.Start(memoryUse: () => Volatile.Read(ref used));
        await using var origin = await OriginServer.StartAsync();
        using var echo = new EchoOrigin();
        using var tunnel = await TunnelAsync(engine, echo);
        using var waiting = await engine.ConnectAsync();
        await waiting.SendAsync($"GET {origin.Http("/bytes/3")} HTTP/1.1\r\nHost: x\r\n{EngineUnderTest.BasicHeader()}\r\n");
        Assert.HasCount(3, (await waiting.ReadResponseAsync()).Body);
        using var silent = await engine.ConnectAsync(); // has not had its turn yet
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 3);

        Volatile.Write(ref used, 0.93);
        Assert.AreEqual("", await waiting.ReadTextUntilClosedAsync());
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 2);
        using (await TunnelAsync(engine, echo))
            Assert.IsTrue(engine.Log.Contains(nameof(MemoryPressure.DropWaiting)));

        Volatile.Write(ref used, 0.96);
        await Poll.UntilAsync(() => engine.Log.Contains(nameof(MemoryPressure.RefuseNew)));
        using (var refused = await engine.ConnectAsync())
            StringAssert.StartsWith(await refused.ReadHeadAsync(), "HTTP/1.1 503 ");
        await tunnel.SendAsync([7]); // what is in stays in
        Assert.AreEqual(7, (await tunnel.ReadAsync(1))[0]);

        Volatile.Write(ref used, 0.5);
        await Poll.UntilAsync(() => engine.Log.Lines.Count(line => line.Contains("Memory is", StringComparison.Ordinal)) == 3);
        using var served = await TunnelAsync(engine, echo);
    }

    [TestMethod]
    public void MemoryUse_OfMachineAndGroups_IsTheNearestToItsEnd()
    {
        string root = Directory.CreateTempSubdirectory("atlantic-memory-").FullName;
        try
        {
            Write(root, "proc/meminfo", "MemTotal:       1000 kB\nMemFree:  1 kB\nMemAvailable:    600 kB\n");
            Assert.AreEqual(0.4, new MemoryUse(root).Read()!.Value, 0.001);

            Write(root, "proc/self/cgroup", "0::/a/b\n");
            Write(root, "sys/fs/cgroup/a/memory.max", "1000\n");
            Write(root, "sys/fs/cgroup/a/memory.current", "900\n");
            Write(root, "sys/fs/cgroup/a/memory.stat", "anon 1\ninactive_file 200\n");
            Write(root, "sys/fs/cgroup/a/b/memory.max", "max\n");
            Write(root, "sys/fs/cgroup/a/b/memory.current", "100\n");
            Assert.AreEqual(0.7, new MemoryUse(root).Read()!.Value, 0.001);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
        Assert.IsTrue(new MemoryUse().Read() is > 0 and < 1);
    }

    private static void Write(string root, string file, string text)
    {
        string path = Path.Combine(root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static async Task<RawClient> TunnelAsync(EngineUnderTest engine, EchoOrigin origin, string before = "")
    {
        var client = await engine.ConnectAsync();
        await client.SendAsync($"{before}CONNECT {origin.Endpoint} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        return client;
    }
}
