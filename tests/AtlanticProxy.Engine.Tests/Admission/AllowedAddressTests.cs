using System.Net;
using System.Text;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Admission;

/// <summary>A client whose address is allowed needs no password, and is who, and asks for what, its username says.</summary>
[TestClass]
public sealed class AllowedAddressTests
{
    private static readonly IPNetwork[] Loopback = [IPNetwork.Parse("127.0.0.0/8")];

    private static readonly ProxyUser[] Users =
    [
        EngineUnderTest.User() with { AllowedSources = Loopback },
            EngineUnderTest.User(2, "bobby") with { AllowedSources = Loopback },
        EngineUnderTest.User(3, "carol"),
    ];

    [TestMethod]
    [DataRow("alice", "", "acme"), DataRow("alice-country-de", "", "acme-de"), DataRow("bobby-country-fr", "", "acme-fr")]
    [DataRow("alice", "_country-br", "acme-br")]
    [DataRow("", "", "acme", DisplayName = "no name"), DataRow("root", "", "acme", DisplayName = "a system's account")]
    [DataRow("jean-paul", "", "acme", DisplayName = "one with a hyphen")]
    [DataRow("carol", "", null, DisplayName = "somebody whose address it is not"), DataRow("carol-country-de", "", null)]
    [DataRow("nobody-country-de", "", null, DisplayName = "nobody who asks for something")]
    [DataRow("alice-country-de", "wrong", null)]
    public async Task UsernameWithoutAPassword_OverHttpAndSocks5_IsServedWithItsTargeting(string username, string password,
        string? expected)
    {
        var asked = new List<string>();
        using var provider = Provider(asked);
        await using var engine = EngineUnderTest.Start(
            providers: [EngineUnderTest.Upstream(provider.Endpoint, username: "acme[-{country}]", password: "pw")], users: Users,
                time: new SetTime(flows: true));

        using (var client = await engine.ConnectAsync())
        {
            await client.SendAsync($"CONNECT example.com:443 HTTP/1.1\r\n{EngineUnderTest.BasicHeader(username, password)}\r\n");
            StringAssert.StartsWith(await client.ReadHeadAsync(), expected is null ? "HTTP/1.1 407 " : "HTTP/1.1 200 ");
        }
        using (var client = await engine.ConnectAsync())
        {
            await client.SendAsync([5, 2, 0, 2]); // as Java and curl offer
            CollectionAssert.AreEqual(new byte[] { 5, 2 }, await client.ReadAsync(2));
            await client.SendAsync(
                [1, (byte)username.Length, .. Encoding.ASCII.GetBytes(username), (byte)password.Length,
                .. Encoding.ASCII.GetBytes(password)]);
            Assert.AreEqual(expected is null ? 1 : 0, (await client.ReadAsync(2))[1]);
            if (expected is not null)
            {
                await client.SendAsync([5, 1, 0, 3, 6, .. "a.test"u8, 1, 187]);
                Assert.AreEqual(0, (await client.ReadAsync(10))[1]);
            }
        }
        CollectionAssert.AreEqual(expected is null ? Array.Empty<string>() : new[] { expected, expected }, asked);
    }

    [TestMethod]
    [DataRow("alice-countri-de", "countri"), DataRow("alice-country-zz", "country")]
    public async Task BadToken_WithoutAPassword_IsRefusedByName(string username, string token)
    {
        await using var engine = EngineUnderTest.Start(users: Users);
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT example.com:443 HTTP/1.1\r\n{EngineUnderTest.BasicHeader(username, "")}\r\n");
        string head = await client.ReadHeadAsync();
        StringAssert.StartsWith(head, "HTTP/1.1 400 ");
        StringAssert.Contains(head, token);
    }

    /// <summary>Keeps the usernames that it is given, and serves.</summary>
    private static ScriptedUpstream Provider(List<string> asked) => new(async peer =>
    {
        string head = await peer.ReadHeadAsync();
        string basic = head.Split("Proxy-Authorization: Basic ")[1].Split('\r')[0];
        lock (asked)
            asked.Add(Encoding.ASCII.GetString(Convert.FromBase64String(basic)).Split(':')[0]);
        await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
        await peer.DrainAsync();
    });
}
