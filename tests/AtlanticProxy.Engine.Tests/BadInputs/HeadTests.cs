using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.BadInputs;

/// <summary>docs/bad-inputs.md, rows 6 to 10: fields, targets, and what is passed on.</summary>
[TestClass]
public sealed class HeadTests : BadInputTest
{
    private const string Get = "GET http://{origin}/ HTTP/1.1\r\nHost: {origin}\r\n{auth}";

    [TestMethod]
    [DataRow(Get + "X: a\0b\r\n\r\n", DisplayName = "6: NUL in a value")]
    [DataRow(Get + "X: a\rb\r\n\r\n", DisplayName = "6: lone CR in a value")]
    [DataRow(Get + "X: a\nY: b\r\n\r\n", DisplayName = "6: lone LF ends a line")]
    [DataRow("GET http://{origin}/a\rb HTTP/1.1\r\nHost: x\r\n{auth}\r\n", DisplayName = "6: lone CR in the target")]
    [DataRow(Get + "X: a\n\n", DisplayName = "6: no line ends but with LF, from the third on")]
    [DataRow(Get + "X: a\r\r", DisplayName = "6: lone CR, and nothing more")]
    [DataRow(Get + "X : a\r\n\r\n", DisplayName = "7: space before the colon")]
    [DataRow(Get + "X: a\r\n b\r\n\r\n", DisplayName = "7: folded line")]
    [DataRow("GET http://{origin}/ HTTP/1.1\r\n Host: x\r\n{auth}\r\n", DisplayName = "7: first line folded")]
    [DataRow(Get + ": a\r\n\r\n", DisplayName = "7: no name")]
    [DataRow(Get + "X\u00e9: a\r\n\r\n", DisplayName = "7: name beyond ASCII")]
    [DataRow(Get + "X\r\n\r\n", DisplayName = "7: no colon")]
    [DataRow("GET http://{origin}/ HTTP/2.0\r\nHost: x\r\n{auth}\r\n", DisplayName = "another version")]
    [DataRow("GET  http://{origin}/ HTTP/1.1\r\nHost: x\r\n{auth}\r\n", DisplayName = "two spaces")]
    [DataRow("GET ftp://{origin}/ HTTP/1.1\r\nHost: x\r\n{auth}\r\n", DisplayName = "another scheme")]
    [DataRow("GET / HTTP/1.1\r\nHost: x\r\n{auth}\r\n", DisplayName = "origin form")]
    [DataRow("GET http:///path HTTP/1.1\r\nHost: x\r\n{auth}\r\n", DisplayName = "no host")]
    [DataRow("GET http://{origin}@evil.test/ HTTP/1.1\r\nHost: x\r\n{auth}\r\n", DisplayName = "userinfo")]
    [DataRow("G(T http://{origin}/ HTTP/1.1\r\nHost: x\r\n{auth}\r\n", DisplayName = "method that is no token")]
    [DataRow("CONNECT localhost HTTP/1.1\r\n{auth}\r\n", DisplayName = "8: no port")]
    [DataRow("CONNECT / HTTP/1.1\r\n{auth}\r\n", DisplayName = "8: a path")]
    [DataRow("CONNECT http://h:80 HTTP/1.1\r\n{auth}\r\n", DisplayName = "8: a URL")]
    [DataRow("CONNECT h:0 HTTP/1.1\r\n{auth}\r\n", DisplayName = "8: port 0")]
    [DataRow("CONNECT h:70000 HTTP/1.1\r\n{auth}\r\n", DisplayName = "8: port 70000")]
    [DataRow("CONNECT h:+80 HTTP/1.1\r\n{auth}\r\n", DisplayName = "8: signed port")]
    [DataRow("CONNECT :80 HTTP/1.1\r\n{auth}\r\n", DisplayName = "8: no host")]
    [DataRow("CONNECT [::1:80 HTTP/1.1\r\n{auth}\r\n", DisplayName = "8: open bracket")]
    [DataRow("CONNECT a@h:80 HTTP/1.1\r\n{auth}\r\n", DisplayName = "8: userinfo")]
    public async Task Head_Malformed_Is400AndNeverForwarded(string request)
    {
        string answer = await SayAsync(request);

        ShouldBeRefused(answer, 400);
        Assert.AreEqual("", Origin.Received);
    }

    [TestMethod]
    public async Task Host_ThatDiffersFromTheAuthority_IsRebuilt()
    {
        using var client = await RawClient.ConnectAsync(Proxy);

        await client.SendAsync(Fill("GET http://{origin}/path?q HTTP/1.1\r\nHost: evil.test\r\n{auth}\r\n"));
        await client.ReadResponseAsync();

        StringAssert.StartsWith(Origin.Received, "GET /path?q HTTP/1.1\r\n");
        StringAssert.Contains(Origin.Received, $"Host: 127.0.0.1:{Origin.Port}\r\n");
        Assert.DoesNotContain("evil.test", Origin.Received);
    }

    [TestMethod]
    public async Task HopByHopFields_AreNotPassedOn()
    {
        using var client = await RawClient.ConnectAsync(Proxy);

        await client.SendAsync(Fill(
            Get + "Proxy-Connection: keep-alive\r\nKeep-Alive: timeout=5\r\nTE: trailers\r\n"
                + "Connection: X-Named, keep-alive\r\nX-Named: 1\r\nX-Kept: 2\r\n\r\n"));
        await client.ReadResponseAsync();

        StringAssert.Contains(Origin.Received, "X-Kept: 2\r\n");
        foreach (string gone in new[] { "Proxy-", "Keep-Alive:", "X-Named", "secret", "Via", "Forwarded" })
            Assert.DoesNotContain(gone, Origin.Received);
    }

    [TestMethod]
    public async Task HopByHopFields_OfTheResponse_AreNotPassedBack()
    {
        Origin.Response =
            "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: Basic\r\nConnection: X-Named\r\nX-Named: 1\r\n"
                + "X-Kept: "
                + "2\r\nContent-Length: 2\r\n\r\nok";
        using var client = await RawClient.ConnectAsync(Proxy);

        await client.SendAsync(Fill(Get + "\r\n"));
        string head = (await client.ReadResponseAsync()).Head;

        StringAssert.Contains(head, "X-Kept: 2\r\n");
        foreach (string gone in new[] { "Keep-Alive:", "Proxy-Authenticate", "X-Named:" })
            Assert.DoesNotContain(gone, head);
    }

    [TestMethod]
    [DataRow("Upgrade: TLS/1.0, HTTP/1.1\r\n"), DataRow("Upgrade: TLS/1.0\r\nUpgrade: HTTP/1.1\r\n")]
    public async Task Upgrade_OfA426_IsPassedBack(string upgrade)
    {
        Origin.Response = $"HTTP/1.1 426 Upgrade Required\r\n{upgrade}Connection: Upgrade\r\nContent-Length: 2\r\n\r\nok";
        using var client = await RawClient.ConnectAsync(Proxy);
        foreach (string connection in (string[])["keep-alive", "close"])
        {
            await client.SendAsync(Fill(Get + $"Connection: {connection}\r\n\r\n"));
            var (head, body) = await client.ReadResponseAsync();
            StringAssert.StartsWith(head, "HTTP/1.1 426 ");
            StringAssert.Contains(head, $"\r\nConnection: {(connection == "close" ? "close, " : "")}Upgrade\r\n{upgrade}\r\n");
            Assert.AreEqual("ok", body);
        }
    }

    [TestMethod]
    [DataRow("GET http://example.com/ HTTP/1.1\r\n"), DataRow("CONNECT example.com:443 HTTP/1.1\r\n")]
    public async Task ProxyAuthorization_TowardsAProvider_IsOursAndNotTheClients(string request)
    {
        var received = new TaskCompletionSource<string>();
        using var provider = new ScriptedUpstream(async peer =>
        {
            received.SetResult(await peer.ReadHeadAsync());
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        await using var engine =
            EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(provider.Endpoint, username: "acme", password: "pw")]);
        using var client = await engine.ConnectAsync();

        await client.SendAsync($"{request}Host: example.com\r\n{Authorization}{Authorization.ToLowerInvariant()}\r\n");

        string[] credentials =
            [.. (await received.Task.WaitAsync(Poll.DefaultDeadline)).Split("\r\n")
                .Where(line => line.StartsWith("proxy-auth", StringComparison.OrdinalIgnoreCase))];
        CollectionAssert.AreEqual(new[] { $"Proxy-Authorization: Basic {Convert.ToBase64String("acme:pw"u8)}" }, credentials);
    }

    [TestMethod]
    [DataRow("Bearer abc"), DataRow("Digest username=\"alice\""), DataRow("Negotiate"), DataRow("Basic")]
    public async Task ProxyAuthorization_OfAnotherScheme_IsToldOurs(string credentials)
    {
        string answer =
            await SayAsync(
                $"GET http://{{origin}}/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nProxy-Authorization: {credentials}\r\n\r\n");

        ShouldBeRefused(answer, 407);
        StringAssert.Contains(answer, "\r\nProxy-Authenticate: Basic ");
        Assert.AreEqual("", Origin.Received);
    }

    [TestMethod]
    public async Task ProxyAuthorization_OfALaterRequest_NeverReachesTheOrigin()
    {
        using var client = await RawClient.ConnectAsync(Proxy);

        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync(Fill(Get + "\r\n"));
            await client.ReadResponseAsync();
        }

        Assert.DoesNotContain("uthorization", Origin.Received);
    }
}
