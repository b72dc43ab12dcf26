using System.Net;
using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Engine.Tests.Relay;

/// <summary>Requests and responses in plain HTTP, byte for byte, as each end sees them.</summary>
[TestClass]
public sealed class HttpMessageTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [TestMethod]
    public async Task Trailers_OfTheRequest_ReachTheOrigin()
    {
        const string body = "5;a=b\r\nhello\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n";
        var received = new TaskCompletionSource<(string Head, string Body)>();
        using var origin = new ScriptedUpstream(async peer =>
        {
            received.SetResult((await peer.ReadHeadAsync(), await peer.ReadAsync(body.Length)));
            await peer.SendAsync(Ok);
        });
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request("POST", $"http://{origin.Endpoint}/", "Transfer-Encoding: chunked\r\n")
            + body);
        var request = await received.Task.WaitAsync(Poll.DefaultDeadline);
        StringAssert.Contains(request.Head, "Transfer-Encoding: chunked\r\n");
        Assert.AreEqual(body, request.Body);
        Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
    }

    [TestMethod]
    public async Task Trailers_OfTheResponse_ReachTheClientWhichMayGoOn()
    {
        const string body = "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n";
        using var origin = Serving("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n" + body, Ok);
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/"));
        StringAssert.Contains(await client.ReadHeadAsync(), "Transfer-Encoding: chunked\r\n");
        Assert.AreEqual(body, Encoding.Latin1.GetString(await client.ReadAsync(body.Length)));
        await client.SendAsync(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/"));
        Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
        Assert.AreEqual(1, origin.Accepted);
    }

    [TestMethod]
    [DataRow("\t"), DataRow(" "), DataRow("    ")]
    public async Task PaddedChunkSizes_OfTheResponse_ReachTheClientWithoutTheirPadding(string padding)
    {
        string Body(string pad) => $"5{pad}\r\nhello\r\n6{pad};x=y\r\n world\r\n0{pad}\r\n\r\n";
        string body = Body(padding), unpadded = Body("");
        using var origin = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body[..3]);
            await peer.SendAsync(body[3..]);
            await peer.ReadHeadAsync();
            await peer.SendAsync(Ok);
        });
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/"));
        await client.ReadHeadAsync();
        Assert.AreEqual(unpadded, Encoding.Latin1.GetString(await client.ReadAsync(unpadded.Length)));
        await client.SendAsync(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/"));
        Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
        Assert.AreEqual(1, origin.Accepted);
    }

    [TestMethod]
    public async Task PaddedChunkSizes_OfTheRequest_AreRefused()
    {
        string received = "";
        using var origin = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            received = await peer.ReadAsync(1);
        });
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request("POST", $"http://{origin.Endpoint}/", "Transfer-Encoding: chunked\r\n")
            + "5 \r\nhello\r\n0\r\n\r\n");
        StringAssert.StartsWith(await client.ReadTextUntilClosedAsync(), "HTTP/1.1 400 ");
        await Poll.UntilAsync(() => origin.Ended == 1);
        Assert.AreEqual("", received);
    }

    [TestMethod]
    [DataRow("TRACE"), DataRow("trace")]
    public async Task Trace_WhichWouldShowOurCredentialsAtAProvider_IsRefusedAndNothingReachesIt(string method)
    {
        using var provider = new ScriptedUpstream(async peer =>
        {
            string head = await peer.ReadHeadAsync();
            await peer.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {head.Length}\r\n\r\n{head}");
        });
        await using var engine =
            EngineUnderTest.Start(
                providers: [EngineUnderTest.Upstream(provider.Endpoint, username: "reseller", password: "hidden")]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request(method, "http://a.test/"));
        string answer = await client.ReadTextUntilClosedAsync();
        StringAssert.StartsWith(answer, "HTTP/1.1 400 ");
        StringAssert.Contains(answer, "TRACE");
        Assert.DoesNotContain("Basic", answer);
        Assert.AreEqual(0, provider.Accepted);
    }

    [TestMethod]
    [DataRow("OPTIONS", "1", "0"), DataRow("OPTIONS", "10", "9"),
        DataRow("OPTIONS", "99999999999999999999", "99999999999999999999"), DataRow("GET", "0", "0")]
    public async Task MaxForwards_OfARequestThatGoesOn_IsOneLessForOptions(string method, string said, string passed)
    {
        var seen = new TaskCompletionSource<string>();
        using var origin = new ScriptedUpstream(async peer =>
        {
            seen.SetResult(await peer.ReadHeadAsync());
            await peer.SendAsync(Ok);
        });
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request(method, $"http://{origin.Endpoint}/", $"Max-Forwards: {said}\r\n"));
        Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
        string head = await seen.Task.WaitAsync(Poll.DefaultDeadline);
        StringAssert.Contains(head, $"\r\nMax-Forwards: {passed}\r\n");
        Assert.HasCount(2, head.Split("Max-Forwards"));
    }

    [TestMethod]
    public async Task Options_WithNoForwardsLeft_IsAnsweredHereAndTheConnectionGoesOn()
    {
        using var origin = Serving(Ok);
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request("OPTIONS", $"http://{origin.Endpoint}/", "Max-Forwards: 0\r\n"));
        var (head, body) = await client.ReadResponseAsync();
        StringAssert.StartsWith(head, "HTTP/1.1 200 ");
        StringAssert.Contains(head, "\r\nAllow: ");
        Assert.AreEqual("", body);
        Assert.AreEqual(0, origin.Accepted);
        await client.SendAsync(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/"));
        Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);

        await client.SendAsync(
            ForwardingTests.Request("OPTIONS", $"http://{origin.Endpoint}/", "Max-Forwards: 0\r\nContent-Length: 100\r\n")
            + "half");
        client.FinishSending();
        string last = await client.ReadTextUntilClosedAsync();
        StringAssert.StartsWith(last, "HTTP/1.1 200 ");
        StringAssert.Contains(last, "Connection: close\r\n");
    }

    [TestMethod]
    public async Task OldClient_ThatKeepsAlive_IsServedAgain()
    {
        using var origin = Serving(Ok, Ok, Ok);
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        string request = Old(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/", "Connection: keep-alive\r\n"));
        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync(request);
            var (head, body) = await client.ReadResponseAsync();
            Assert.AreEqual("ok", body);
            StringAssert.Contains(head, "Connection: keep-alive\r\n");
        }
        await client.SendAsync(Old(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/")));
        Assert.DoesNotContain("keep-alive", await client.ReadTextUntilClosedAsync());
    }

    [TestMethod]
    public async Task OldClient_ChunkedResponse_IsDecodedAndEndsWithTheConnection()
    {
        using var origin =
            Serving("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n");
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(Old(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/", "Connection: keep-alive\r\n")));
        string head = await client.ReadHeadAsync();
        Assert.DoesNotContain("Transfer-Encoding", head);
        Assert.DoesNotContain("Content-Length", head);
        StringAssert.Contains(head, "Connection: close\r\n");
        Assert.AreEqual("hello world", Encoding.Latin1.GetString(await client.ReadToEndAsync()));
    }

    [TestMethod]
    public async Task NotModified_WithALength_HasNoBody()
    {
        using var origin = Serving("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 5\r\n\r\n", Ok);
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/", "If-None-Match: \"x\"\r\n"));
        string head = await client.ReadHeadAsync();
        StringAssert.StartsWith(head, "HTTP/1.1 304 ");
        StringAssert.Contains(head, "Content-Length: 5\r\n");
        await client.SendAsync(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/"));
        Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
    }

    [TestMethod]
    public async Task NoContentAndInterimResponses_SayNoLength()
    {
        using var origin =
            Serving("HTTP/1.1 103 Early Hints\r\nContent-Length: 0\r\nLink: </a>\r\n\r\n"
                + "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nX: y\r\n\r\n", Ok);
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request("DELETE", $"http://{origin.Endpoint}/"));
        Assert.AreEqual("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", await client.ReadHeadAsync());
        Assert.AreEqual("HTTP/1.1 204 No Content\r\nX: y\r\n\r\n", await client.ReadHeadAsync());
        await client.SendAsync(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/"));
        Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public async Task Ipv6Literal_IsServed(bool tunnel)
    {
        var received = new TaskCompletionSource<string>();
        using var origin = new ScriptedUpstream(async peer =>
        {
            received.SetResult(await peer.ReadHeadAsync());
            await peer.SendAsync(Ok);
        }, IPAddress.IPv6Loopback);
        await using var engine = EngineUnderTest.Start(options => options.AllowedPrivateNetworks.Add("::1/128"));
        using var client = await engine.ConnectAsync();
        if (tunnel)
        {
            await client.SendAsync(ForwardingTests.Request("CONNECT", $"[::1]:{origin.Endpoint.Port}"));
            StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
            await client.SendAsync("GET / HTTP/1.1\r\n\r\n");
        }
        else
            await client.SendAsync(ForwardingTests.Request("GET", $"http://[::1]:{origin.Endpoint.Port}/"));
        Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
        if (!tunnel)
            StringAssert.Contains(await received.Task, $"\r\nHost: [::1]:{origin.Endpoint.Port}\r\n");
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public async Task Response_WhileTheNodeStops_SaysThatItIsTheLast(bool served)
    {
        var answer = new TaskCompletionSource();
        using var origin = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await answer.Task;
            if (served)
                await peer.SendAsync(Ok);
        });
        await using var engine = EngineUnderTest.Start(options => options.DrainTimeout = Poll.DefaultDeadline);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request("POST", $"http://{origin.Endpoint}/", "Content-Length: 0\r\n"));
        await Poll.UntilAsync(() => origin.Accepted == 1);
        var stopping = engine.Engine.StopAsync(CancellationToken.None);
        answer.SetResult();
        string all = await client.ReadTextUntilClosedAsync();
        StringAssert.StartsWith(all, served ? "HTTP/1.1 200 " : "HTTP/1.1 502 ");
        StringAssert.Contains(all, "\r\nConnection: close\r\n");
        await stopping;
    }

    [TestMethod]
    public async Task Request_LongerThanTotalTimeout_IsCutThoughBusy()
    {
        using var origin = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n");
            string kilobyte = new('x', 1000);
            while (true)
                await peer.SendAsync(kilobyte); // until the engine closes it
        });
        await using var engine = EngineUnderTest.Start(options => options.TotalTimeout = TimeSpan.FromMilliseconds(300));
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/"));
        await Assert.ThrowsExactlyAsync<SocketException>(client.ReadToEndAsync);
        await Poll.UntilAsync(() => origin.Ended == 1 && engine.Engine.OpenConnections == 0);
    }

    [TestMethod]
    public async Task Connection_LongerThanTotalTimeout_GoesOnWithShortRequests()
    {
        var (total, time) = (TimeSpan.FromSeconds(10), new SetTime());
        using var origin = Serving(Ok, Ok);
        await using var engine = EngineUnderTest.Start(options => options.TotalTimeout = total, time: time);
        using var client = await engine.ConnectAsync();
        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/"));
            Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
            await engine.PassAsync(time, 2 * total);
        }
    }

    [TestMethod]
    [DataRow("GET", true), DataRow("GET", false)]
    public async Task PooledConnection_ThatDiedMeanwhile_IsReplacedOnce(string method, bool secondServes)
    {
        int connections = 0;
        using var origin = new ScriptedUpstream(async peer =>
        {
            bool first = Interlocked.Increment(ref connections) == 1;
            await peer.ReadHeadAsync();
            if (first || secondServes)
                await peer.SendAsync(Ok);
            if (first)
                await peer.ReadHeadAsync();
            peer.Reset();
        });
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/"));
        Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
        await client.SendAsync(ForwardingTests.Request(method, $"http://{origin.Endpoint}/"));
        StringAssert.StartsWith((await client.ReadResponseAsync()).Head, secondServes ? "HTTP/1.1 200 " : "HTTP/1.1 502 ");
        Assert.AreEqual(2, origin.Accepted);
    }

    private static string Old(string request) => request.Replace("HTTP/1.1\r\n", "HTTP/1.0\r\n", StringComparison.Ordinal);

    /// <summary>An origin that answers the requests of each connection with these, one after the other.</summary>
    private static ScriptedUpstream Serving(params string[] responses) => new(async peer =>
    {
        foreach (string response in responses)
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync(response);
        }
        await peer.DrainAsync();
    });
}
