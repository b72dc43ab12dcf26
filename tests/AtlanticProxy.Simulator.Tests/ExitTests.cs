using System.Net;
using System.Text.Json;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Simulator.Tests;

[TestClass]
public sealed class ExitTests : SimulatorTest
{
    [TestMethod]
    [DataRow("acme", "US", "", "", DisplayName = "no targeting")]
    [DataRow("acme-country-us-state-ny-city-newyork-asn-7922-session-a1b2-ttl-10-strict", "US", "newyork", "a1b2",
        DisplayName = "AtlanticProxy")]
    [DataRow("acme-country-de-session-x", "DE", "", "x", DisplayName = "country and session")]
    [DataRow("customer-acme-cc-US-st-us_california-city-los_angeles-sessid-abc-sesstime-5", "US", "los_angeles", "abc",
        DisplayName = "Oxylabs")]
    [DataRow("user-acme-country-us-city-new_york-session-y-sessionduration-30", "US", "new_york", "y", DisplayName = "Decodo")]
    [DataRow("acme-us-fr-1234", "US", "", "1234", DisplayName = "Webshare")]
    [DataRow("acme-rotate", "US", "", "", DisplayName = "Webshare, rotating")]
    [DataRow("acme__cr.de;city.berlin;sessid.s7;sessttl.60", "DE", "berlin", "s7", DisplayName = "DataImpulse")]
    public async Task Exit_OfUsername_IsAsTargeted(string username, string country, string city, string session)
    {
        var simulator = await StartAsync(WithAccount);

        var exit = await ExitAsync(simulator, username);

        Assert.AreEqual(country, exit.GetProperty("country").GetString());
        Assert.AreEqual(city, exit.GetProperty("city").GetString());
        Assert.AreEqual(session, exit.GetProperty("session").GetString());
        Assert.AreEqual("simulator", exit.GetProperty("provider").GetString());
    }

    [TestMethod]
    public async Task Exit_OfTargetingInPassword_IsAsTargeted()
    {
        var simulator = await StartAsync(WithAccount);

        var exit = await ExitAsync(simulator, Username, Password + "_country-br_city-saopaulo_session-sgn34f3e_lifetime-10m");

        Assert.AreEqual("BR", exit.GetProperty("country").GetString());
        Assert.AreEqual("saopaulo", exit.GetProperty("city").GetString());
        Assert.AreEqual("sgn34f3e", exit.GetProperty("session").GetString());
    }

    [TestMethod]
    public async Task Exit_OfOpenSimulator_ReadsTargetingAfterAnyName()
    {
        var simulator = await StartAsync();

        var exit = await ExitAsync(simulator, "brd-customer-someone-zone-res-country-nl-session-q", "whatever");

        Assert.AreEqual("NL", exit.GetProperty("country").GetString());
        Assert.AreEqual("q", exit.GetProperty("session").GetString());
    }

    [TestMethod]
    public async Task Exit_OfSession_IsTheSameInEveryProcess()
    {
        var one = await StartAsync(WithAccount);
        var other = await StartAsync(WithAccount);

        string first = Address(await ExitAsync(one, "acme-session-a"));

        for (int i = 0; i < 5; i++)
            Assert.AreEqual(first, Address(await ExitAsync(i % 2 == 0 ? one : other, "acme-session-a")));
        var others = new HashSet<string>();
        for (int i = 0; i < 20; i++)
            others.Add(Address(await ExitAsync(one, $"acme-session-b{i}")));
        Assert.IsGreaterThan(10, others.Count, "Sessions spread over the exits.");
    }

    [TestMethod]
    public async Task Exit_WithoutSession_IsNewEachTimeUntilAllWereGiven()
    {
        var simulator = await StartAsync(WithAccount with { Exits = 3 });

        string[] exits =
            [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => Address(await ExitAsync(simulator, Username))))];

        Assert.AreEqual(3, exits.Distinct().Count());
    }

    [TestMethod]
    public async Task Exit_Addresses_AreOfTheDocumentationRanges()
    {
        var simulator = await StartAsync(WithAccount with { Exits = 1_000_000 });
        IPNetwork[] ranges = [IPNetwork.Parse("198.51.100.0/24"), IPNetwork.Parse("203.0.113.0/24"),
            IPNetwork.Parse("2001:db8::/32")];

        for (int i = 0; i < 600; i++)
        {
            var address = IPAddress.Parse(Address(await ExitAsync(simulator, Username)));
            Assert.IsTrue(ranges.Any(r => r.Contains(address)), $"{address}");
        }
    }

    [TestMethod]
    public async Task ExitPage_InsideATunnel_KeepsTheTunnelsExit()
    {
        var simulator = await StartAsync();
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);
        await client.SendAsync("CONNECT exit.test:80 HTTP/1.1\r\nHost: exit.test:80\r\n\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");

        var exits = new HashSet<string>();
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: exit.test\r\n\r\n");
            exits.Add((await client.ReadResponseAsync()).Body);
        }

        Assert.HasCount(1, exits);
    }

    private static string Address(JsonElement exit) => exit.GetProperty("exit").GetString()!;
}
