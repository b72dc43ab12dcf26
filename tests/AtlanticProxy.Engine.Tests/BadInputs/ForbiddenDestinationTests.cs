using System.Net;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Tests.BadInputs;

/// <summary>
/// docs/bad-inputs.md, rows 17 to 23 on the wire: refused by name, and without any dial, whether the route is direct or chained.
/// </summary>
[TestClass]
public sealed class ForbiddenDestinationTests
{
    [TestMethod]
    [DataRow("127.0.0.1"), DataRow("[::1]"), DataRow("0.0.0.0"), DataRow("localhost"), DataRow("169.254.169.254"),
        DataRow("[fd00:ec2::254]")]
    [DataRow("10.0.0.1"), DataRow("100.64.0.1"), DataRow("[fc00::1]"), DataRow("255.255.255.255"), DataRow("224.0.0.1"),
        DataRow("198.18.0.1")]
    [DataRow("[::ffff:127.0.0.1]"), DataRow("[64:ff9b::7f00:1]"), DataRow("[2002:7f00:1::]"), DataRow("0x7f.1"),
        DataRow("2130706433"), DataRow("0177.0.0.1")]
    public async Task Local_HoweverSpelledAndHoweverRouted_Is403WithoutADial(string host)
    {
        using var upstream = new ScriptedUpstream(async peer => await peer.DrainAsync());
        foreach (var provider in new[] { EngineUnderTest.Direct(), EngineUnderTest.Upstream(upstream.Endpoint),
            EngineUnderTest.Upstream(upstream.Endpoint, UpstreamProtocol.Socks5) })
        {
            await using var engine = EngineUnderTest.Start(options =>
                options.AllowedPrivateNetworks.Clear(), providers: [provider]);
            foreach (string request in new[] { $"CONNECT {host}:{upstream.Endpoint.Port} HTTP/1.1\r\n",
                $"GET http://{host}:{upstream.Endpoint.Port}/ HTTP/1.1\r\nHost: x\r\n" })
            {
                using var client = await engine.ConnectAsync();
                await client.SendAsync(request + EngineUnderTest.BasicHeader() + "\r\n");
                string head = await client.ReadHeadAsync();
                StringAssert.StartsWith(head, "HTTP/1.1 403 ", request);
                StringAssert.Contains(head, "error=destination_ip_prohibited; details=\"DestinationForbidden\"");
            }
        }
        Assert.AreEqual(0, upstream.Accepted);
    }

    [TestMethod] // 20: one final dot is DNS's root; a name with two is none, and would pass by the rules for its other spelling
    [DataRow("localhost.."), DataRow("127.0.0.1.."), DataRow("example.com.."), DataRow(".")]
    public async Task Name_WithTwoFinalDots_Is400WithoutADial(string host)
    {
        using var upstream = new ScriptedUpstream(async peer => await peer.DrainAsync());
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(upstream.Endpoint)]);
        foreach (string request in new[] { $"CONNECT {host}:443 HTTP/1.1\r\n", $"GET http://{host}/ HTTP/1.1\r\nHost: x\r\n" })
        {
            using var client = await engine.ConnectAsync();
            await client.SendAsync(request + EngineUnderTest.BasicHeader() + "\r\n");
            StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 400 ", request);
        }
        using var socks = await engine.ConnectAsync();
        await socks.SendAsync(
            $"\u0005\u0001\u0002\u0001\u0005alice\u0006secret\u0005\u0001\0\u0003{(char)host.Length}{host}\u0001\u00bb");
        byte[] reply = await socks.ReadAsync(6);
        CollectionAssert.AreEqual((byte[])[5, 2, 1, 0, 5], reply[..5]);
        Assert.AreNotEqual(0, reply[5], "SOCKS5 refuses it, too");
        Assert.AreEqual(0, upstream.Accepted);
    }

    [TestMethod] // 21
    public async Task OwnPort_EvenWhereItsNetworkIsExempt_Is403()
    {
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT 127.0.0.1:{engine.Endpoint.Port} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 403 ");
    }

    // 22: a name that resolves to what is forbidden; Debian resolves *.localhost itself,
    // but the guard must not depend on the name
    [TestMethod]
    public async Task Name_ThatResolvesToLoopback_Is403()
    {
        string own = Dns.GetHostName();
        var addresses = await Dns.GetHostAddressesAsync(own);
        Assert.IsNotEmpty(addresses, $"this machine's own name {own} must resolve for this test");
        await using var engine = EngineUnderTest.Start(options => options.AllowedPrivateNetworks.Clear());
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT {own}:443 HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 403 ",
            string.Join(", ", addresses.Select(address => address.ToString())));
    }

    [TestMethod] // 22: rebinding; the name's second answer is not asked for, and would not be permitted
    public async Task Name_WhoseAnswerChangesAfterTheCheck_IsDialledAtTheAddressThatWasChecked()
    {
        var permitted = IPAddress.Parse("127.0.0.2");
        using var forbidden = new ScriptedUpstream(async peer => await peer.DrainAsync());
        using var first = new ScriptedUpstream(async peer => await peer.SendAsync("first"), permitted, forbidden.Endpoint.Port);
        int asked = 0;
        await using var engine = EngineUnderTest.Start(options =>
        {
            options.AllowedPrivateNetworks.Clear();
            options.AllowedPrivateNetworks.Add($"{permitted}/32");
        }, lookUp: _ => Interlocked.Increment(ref asked) == 1 ? [permitted] : [IPAddress.Loopback]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT rebinding.test:{first.Endpoint.Port} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        Assert.AreEqual("first", System.Text.Encoding.ASCII.GetString(await client.ReadAsync(5)));
        Assert.AreEqual(1, asked);

        // The answer after that, as another name here, is checked like the first; and so is each of several.
        using var again = await engine.ConnectAsync();
        await again.SendAsync($"CONNECT rebound.test:{first.Endpoint.Port} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await again.ReadHeadAsync(), "HTTP/1.1 403 ");
        Assert.AreEqual(0, forbidden.Accepted);
    }

    [TestMethod] // 22
    [DataRow("127.0.0.2", "127.0.0.1"), DataRow("127.0.0.1", "127.0.0.2"), DataRow("127.0.0.2", "::ffff:10.0.0.1")]
    public async Task Name_WithOneForbiddenAddressAmongOthers_Is403WithoutADial(params string[] addresses)
    {
        using var origin = new ScriptedUpstream(async peer => await peer.DrainAsync(), IPAddress.Parse("127.0.0.2"));
        await using var engine = EngineUnderTest.Start(options =>
        {
            options.AllowedPrivateNetworks.Clear();
            options.AllowedPrivateNetworks.Add("127.0.0.2/32");
        }, lookUp: _ => [.. addresses.Select(IPAddress.Parse)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT mixed.test:{origin.Endpoint.Port} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 403 ");
        Assert.AreEqual(0, origin.Accepted);
    }

    [TestMethod] // 23
    public async Task Port25_Is403()
    {
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT example.com:25 HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 403 ");
    }

    [TestMethod] // fail closed
    public async Task NoProvider_Is503AndNothingLeaves()
    {
        using var origin = new ScriptedUpstream(async peer => await peer.DrainAsync());
        await using var engine = EngineUnderTest.Start(providers: []);
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT {origin.Endpoint} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        string head = await client.ReadHeadAsync();
        StringAssert.StartsWith(head, "HTTP/1.1 503 ");
        StringAssert.Contains(head, "details=\"NoExit\"");
        Assert.AreEqual(0, origin.Accepted);
    }
}
