using System.Net;
using System.Net.Sockets;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Pipeline;
using AtlanticProxy.Simulator;
using AtlanticProxy.Testing.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Engine.Tests.Connections;

[TestClass]
public sealed class StickyPortTests
{
    private static readonly IPNetwork[] Loopback = [IPNetwork.Parse("127.0.0.0/8")];

    [TestMethod]
    public async Task AllowedSource_EachPortIsItsOwnSession()
    {
        await using var simulator = await ProviderSimulator.StartAsync(
            new SimulatorOptions { Username = "acme", Password = "pw" }, TimeProvider.System, NullLoggerFactory.Instance);
        await using var engine = Start("country-de-session-p{port}", Loopback,
            EngineUnderTest.Upstream(simulator.Endpoint, username: "acme[-country-{country}][-session-{session}]",
                password: "pw"));
        string first = await ExitAsync(engine, 0), second = await ExitAsync(engine, 1);
        StringAssert.Contains(first, "\"DE\"");
        Assert.AreEqual(first, await ExitAsync(engine, 0));
        Assert.AreNotEqual(first, second);
    }

    [TestMethod]
    [DataRow("alice", "secret", "200")]
    [DataRow("alice", "wrong", "407")]
    [DataRow("bobby", "other", "407")]
    [DataRow("alice-country-us", "secret", "400")]
    [DataRow(null, null, "407")]
    public async Task UnknownSource_NeedsTheOwnersPassword(string? name, string? password, string status)
    {
        await using var engine = Start("country-de", []);
        using var origin = new EchoOrigin();
        using var client = await RawClient.ConnectAsync(engine.Engine.StickyEndpoints[0]);
        string credentials = name is null ? "" : EngineUnderTest.BasicHeader(name, password!);
        await client.SendAsync($"CONNECT {origin.Endpoint} HTTP/1.1\r\n{credentials}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), $"HTTP/1.1 {status} ");
    }

    [TestMethod]
    public async Task AnothersAllowedSource_IsNobodyHere()
    {
        await using var engine = EngineUnderTest.Start(options => options.StickyPorts.Add(Range("")),
            users: [EngineUnderTest.User(), EngineUnderTest.User(2, "bobby") with { AllowedSources = Loopback }]);
        using var client = await RawClient.ConnectAsync(engine.Engine.StickyEndpoints[0]);
        await client.SendAsync([5, 1, 0]);
        CollectionAssert.AreEqual(new byte[] { 5, 0xff }, await client.ReadAsync(2));
        using var mixed = await engine.ConnectAsync();
        await mixed.SendAsync([5, 1, 0]);
        CollectionAssert.AreEqual(new byte[] { 5, 0 }, await mixed.ReadAsync(2));
    }

    [TestMethod]
    [DataRow("127.0.0.1:10000-10099", "alice", "country-us-session-p{port}", null)]
    [DataRow("[::]:10000", "alice", "", null)]
    [DataRow("10000-10099", "alice", "", "is not address")]
    [DataRow("127.0.0.1:10099-10000", "alice", "", "is not address")]
    [DataRow("127.0.0.1:10000-70000", "alice", "", "is not address")]
    [DataRow("127.0.0.1:10000", "al", "", "proxy user")]
    [DataRow("127.0.0.1:10000", "alice", "planet-mars", "planet")]
    public void Settings_AreValidated(string listen, string user, string targeting, string? problem)
    {
        var options =
            new EngineOptions { StickyPorts =
                { new StickyPortRange { Listen = listen, ProxyUser = user, Targeting = targeting } } };
        string found = string.Join("\n", options.Validate());
        if (problem is null)
            Assert.AreEqual("", found);
        else
            StringAssert.Contains(found, problem);
    }

    [TestMethod]
    public async Task Range_OnTheWire_IsASessionEachPort()
    {
        const int Ports = 5;
        await using var simulator = await ProviderSimulator.StartAsync(
            new SimulatorOptions { Username = "acme", Password = "pw" }, TimeProvider.System, NullLoggerFactory.Instance);
        var upstream = EngineUnderTest.Upstream(simulator.Endpoint, username: "acme[-session-{session}]", password: "pw");
        await using var engine = StartOnFreePorts(Ports, "session-p{port}", upstream);
        var exits = new HashSet<string>();
        for (int port = 0; port < Ports; port++)
        {
            string exit = await ExitAsync(engine, port);
            Assert.AreEqual(exit, await ExitAsync(engine, port));
            exits.Add(exit);
        }
        Assert.HasCount(Ports, exits);
    }

    // Nobody can say which ports in a row are free but by taking them.
    private static EngineUnderTest StartOnFreePorts(int count, string targeting, Provider provider)
    {
        for (int tries = 20; ; tries--)
        {
            int first = Random.Shared.Next(20_000, 30_000); // below those that the kernel hands out
            try
            {
                return EngineUnderTest.Start(
                    options => options.StickyPorts.Add(
                        new StickyPortRange { Listen = $"127.0.0.1:{first}-{first + count - 1}", ProxyUser = "alice",
                            Targeting = targeting }),
                    [provider], [EngineUnderTest.User() with { AllowedSources = Loopback }]);
            }
            catch (SocketException) when (tries > 0)
            {
                // Somebody has one of them.
            }
        }
    }

    [TestMethod]
    public void Range_ListsEveryPort()
    {
        var ports = new StickyPortRange { Listen = "127.0.0.1:10000-10099", ProxyUser = "alice", Targeting = "session-p{port}" };
        Assert.AreEqual(100, ports.Endpoints().Count());
        Assert.AreEqual(10099, ports.Endpoints().Last().Port);
        Assert.AreEqual("p10042", ports.OwnerOf(10042).Targeting.Session);
    }

    private static EngineUnderTest Start(string targeting, IPNetwork[] sources, params Provider[] providers) =>
        EngineUnderTest.Start(
        options =>
        {
            options.StickyPorts.Add(Range(targeting));
            options.StickyPorts.Add(Range(targeting));
        },
        providers.Length > 0 ? providers : [EngineUnderTest.Direct() with { Countries = ["de"] }],
        [EngineUnderTest.User() with { AllowedSources = sources }, EngineUnderTest.User(2, "bobby", "other")]);

    private static StickyPortRange Range(string targeting) =>
        new() { Listen = "127.0.0.1:0", ProxyUser = "alice", Targeting = targeting };

    private static async Task<string> ExitAsync(EngineUnderTest engine, int port)
    {
        using var client = await RawClient.ConnectAsync(engine.Engine.StickyEndpoints[port]);
        await client.SendAsync("GET http://exit.test/ HTTP/1.1\r\nHost: exit.test\r\n\r\n");
        return (await client.ReadResponseAsync()).Body;
    }
}
