using System.Text;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Engine.Tests.Relay;

/// <summary>
/// Responses that are not what RFC 9112 says, but can be read in one way only, as curl, browsers and squid read them: clients get
/// them in their proper form, and nothing else is asked for on that connection.
/// </summary>
[TestClass]
public sealed class OddResponseTests
{
    private const string Proper = "HTTP/1.1 200 OK\r\nX: a\r\nContent-Length: 2\r\n\r\nok";

    [TestMethod]
    [DataRow("HTTP/1.1 200 OK\nX: a\nContent-Length: 2\n\nok", Proper, DisplayName = "LF")]
    [DataRow("HTTP/1.1 200 OK\r\nX: a\nContent-Length: 2\r\n\nok", Proper, DisplayName = "LF here and there")]
    [DataRow("HTTP/1.1 200 OK\nX: a\r\nContent-Length: 2\n\r\nok", Proper, DisplayName = "LF, and CR LF at the end")]
    [DataRow("\r\nHTTP/1.1 200 OK\r\nX: a\r\nContent-Length: 2\r\n\r\nok", Proper, DisplayName = "an empty line before")]
    [DataRow("\n\nHTTP/1.1 200 OK\r\nX: a\r\nContent-Length: 2\r\n\r\nok", Proper, DisplayName = "two empty lines before")]
    [DataRow("HTTP/1.1 200 OK\r\nX : a\r\nContent-Length \t: 2\r\n\r\nok", Proper, DisplayName = "blanks before the colon")]
    [DataRow("HTTP/1.1 200 OK\r\nX: a\r\nContent-Length: 2, 2\r\n\r\nok", Proper, DisplayName = "the length twice")]
    [DataRow("HTTP/1.1 200 OK\r\nX: a\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok", Proper, DisplayName =
        "identity")]
    [DataRow("HTTP/1.1 200 OK\r\nX:\r\n\ta\r\nContent-Length:\r\n 2\r\n\r\nok", Proper, DisplayName =
        "values on lines of their own")]
    [DataRow("HTTP/1.1 200 OK\r\nX: a\r\n \r\nContent-Length: 2\r\n\r\nok", Proper, DisplayName = "an empty line of a value")]
    [DataRow("HTTP/1.1 200 OK\r\nX: a\r\n b\n\tc\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX: a   b \tc\r\nContent-Length: 2\r\n\r\nok", DisplayName = "folded")]
    [DataRow("HTTP/1.1 200 O\u0001K\r\nX: a\u000bb\u007f\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 O K\r\nX: a b\r\nContent-Length: 2\r\n\r\nok", DisplayName = "controls")]
    public async Task Head_ThatIsOdd_IsPassedOnInItsProperForm(string odd, string proper)
    {
        foreach (bool dripping in (bool[])[false, true])
        {
            using var origin = new ScriptedUpstream(async peer =>
            {
                while ((await peer.ReadHeadAsync()).Length > 0)
                    foreach (string part in dripping ? odd.Select(c => c.ToString()) : [odd])
                        await peer.SendAsync(part);
            });
            await using var engine = EngineUnderTest.Start();
            using var client = await engine.ConnectAsync();
            for (int i = 1; i <= 2; i++)
            {
                await client.SendAsync(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/"));
                Assert.AreEqual(proper, Encoding.Latin1.GetString(await client.ReadAsync(proper.Length)));
                await Poll.UntilAsync(() => origin.Ended == i, because: "nothing else is asked for on that connection");
            }
        }
    }

    [TestMethod]
    [DataRow("5\nhello\n0\n\n", "5\r\nhello\r\n0\r\n\r\n", DisplayName = "LF")]
    [DataRow("5;a=b\nhello\r\n0 \n\r\n", "5;a=b\r\nhello\r\n0\r\n\r\n", DisplayName = "LF here and there")]
    [DataRow("5\r\nhello\r\n0\r\nX-Sum: 1\nX-More : 2\r\n\n", "5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n", DisplayName =
        "LF and a blank in trailers")]
    [DataRow("5\r\nhello\r\n0\r\nContent-Length: 9\r\nX-Sum: 1\r\nSet-Cookie: a=b\r\n\r\n", "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n",
        DisplayName = "trailers that may not be there")]
    public async Task Chunks_ThatAreOdd_ArePassedOnInTheirProperForm(string odd, string proper)
    {
        foreach (bool dripping in (bool[])[false, true])
        {
            using var origin = Answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + odd, dripping);
            await using var engine = EngineUnderTest.Start();
            using var client = await engine.ConnectAsync();
            for (int i = 1; i <= 2; i++)
            {
                await client.SendAsync(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/"));
                StringAssert.Contains(await client.ReadHeadAsync(), "Transfer-Encoding: chunked\r\n");
                Assert.AreEqual(proper, Encoding.Latin1.GetString(await client.ReadAsync(proper.Length)));
                await Poll.UntilAsync(() => origin.Ended == i, because: "nothing else is asked for on that connection");
            }
        }
    }

    [TestMethod]
    [DataRow("5\nhello\n0\n\n"), DataRow("5\nhello\n0\nX-Sum: 1\n\n"), DataRow("5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n")]
    public async Task Chunks_ThatAreOdd_AreDecodedForAnOldClient(string odd)
    {
        using var origin = Answering("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n" + odd, dripping: false);
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(
            ForwardingTests.Request("GET", $"http://{origin.Endpoint}/").Replace("HTTP/1.1\r\n", "HTTP/1.0\r\n",
            StringComparison.Ordinal));
        await client.ReadHeadAsync();
        Assert.AreEqual("hello", Encoding.Latin1.GetString(await client.ReadToEndAsync()));
    }

    [TestMethod]
    [DataRow("Transfer-Encoding: chunked\r\nContent-Length: 2"), DataRow("Content-Length: 100\r\nTransfer-Encoding: chunked")]
    public async Task LengthBesideChunked_IsLeftOutAndTheChunksCount(string framing)
    {
        const string body = "5\r\nhello\r\n0\r\n\r\n";
        using var origin = Answering($"HTTP/1.1 200 OK\r\n{framing}\r\n\r\n{body}", dripping: false);
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        for (int i = 1; i <= 2; i++)
        {
            await client.SendAsync(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/"));
            Assert.DoesNotContain("Content-Length", await client.ReadHeadAsync());
            Assert.AreEqual(body, Encoding.Latin1.GetString(await client.ReadAsync(body.Length)));
            await Poll.UntilAsync(() => origin.Ended == i);
        }
    }

    [TestMethod]
    public async Task Provider_WhoseReplyToConnectIsOdd_CarriesTheTunnel()
    {
        using var provider = ScriptedUpstream.Answering("HTTP/1.0 200 OK\nVia : x\n\nwelcome");
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(provider.Endpoint)]);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request("CONNECT", "example.com:443"));
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        Assert.AreEqual("welcome", Encoding.Latin1.GetString(await client.ReadAsync(7)));
    }

    [TestMethod]
    [DataRow("Transfer-Encoding: chunked\r\n"), DataRow("Content-Length: 5\r\n"), DataRow("Proxy-Authorization: Basic YTpi\r\n")]
    [DataRow("Host: evil.test\r\n")]
    public async Task Trailers_OfARequest_NamedLikeFramingOrCredentials_AreRefusedAndNotPassedOn(string trailer)
    {
        string received = "";
        using var origin = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            received = await peer.ReadAsync(100);
        });
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(
            ForwardingTests.Request("POST", $"http://{origin.Endpoint}/", "Transfer-Encoding: chunked\r\n") + "2\r\nhi\r\n0\r\n");
        await client.SendAsync(trailer + "\r\n");
        StringAssert.StartsWith(await client.ReadTextUntilClosedAsync(), "HTTP/1.1 400 ");
        await Poll.UntilAsync(() => origin.Ended == 1);
        Assert.DoesNotContain(trailer, received);
    }

    [TestMethod]
    public async Task Trailers_OfARequest_InPieces_ReachTheOrigin()
    {
        const string body = "2\r\nhi\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n";
        var received = new TaskCompletionSource<string>();
        using var origin = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            received.SetResult(await peer.ReadAsync(body.Length));
            await peer.SendAsync(Proper);
        });
        await using var engine = EngineUnderTest.Start();
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request("POST", $"http://{origin.Endpoint}/", "Transfer-Encoding: chunked\r\n"));
        foreach (char c in body)
        {
            await client.SendAsync(c.ToString());
            await engine.TurnAsync();
        }
        Assert.AreEqual(body, await received.Task.WaitAsync(Poll.DefaultDeadline));
        Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
    }

    private static ScriptedUpstream Answering(string response, bool dripping) => new(async peer =>
    {
        while ((await peer.ReadHeadAsync()).Length > 0)
            foreach (string part in dripping ? response.Select(c => c.ToString()) : [response])
                await peer.SendAsync(part);
    });
}
