using System.Net;
using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Routing.Health;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Relay;

/// <summary>Where a request in absolute form goes, and how often.</summary>
[TestClass]
public sealed class ForwardingTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [TestMethod]
    [DataRow("POST", true), DataRow("PATCH", true), DataRow("POST", false)]
    public async Task Request_NotToBeRepeated_IsNotSentToASecondProvider(string method, bool reset)
    {
        var asked = new TaskCompletionSource();
        using var first = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            asked.TrySetResult();
            if (reset)
                peer.Reset();
            else
                await peer.DrainAsync(); // silent
        });
        using var second = ScriptedUpstream.Answering(Ok);
        var time = new SetTime();
        await using var engine = EngineUnderTest.Start(providers: InOrder(first, second), time: time);
        using var client = await engine.ConnectAsync();
        await client.SendAsync(Request(method, "http://example.com/order", "Content-Length: 0\r\n"));
        if (!reset)
        {
            await asked.Task;
            await engine.PassAsync(time, engine.Options.ResponseTimeout);
        }
        StringAssert.StartsWith(await client.ReadHeadAsync(), reset ? "HTTP/1.1 502 " : "HTTP/1.1 504 ");
        Assert.AreEqual(1, first.Accepted);
        Assert.AreEqual(0, second.Accepted, "the order would be made twice");
    }

    [TestMethod]
    [DataRow("GET", "HTTP/1.1 abc\r\n\r\n"),
        DataRow("POST", "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")]
    [DataRow("POST", "HTTP/1.1 402 Payment Required\r\nContent-Length: 0\r\n\r\n")]
    public async Task Request_ThatWasNotServed_GoesToTheNextProvider(string method, string refusal)
    {
        using var first = ScriptedUpstream.Answering(refusal);
        using var second = ScriptedUpstream.Answering(Ok);
        await using var engine = EngineUnderTest.Start(providers: InOrder(first, second));
        using var client = await engine.ConnectAsync();
        await client.SendAsync(Request(method, "http://example.com/", "Content-Length: 0\r\n"));
        Assert.AreEqual("ok", (await client.ReadResponseAsync()).Body);
        await Poll.UntilAsync(() => first.Accepted == 1);
    }

    [TestMethod] // row 25
    public async Task Client_GoneWhileItWaits_NoOtherProviderIsAsked()
    {
        using var first = new ScriptedUpstream(async peer => await peer.DrainAsync()); // silent
        using var second = ScriptedUpstream.Answering(Ok);
        await using var engine = EngineUnderTest.Start(providers: InOrder(first, second));
        using var client = await engine.ConnectAsync();
        await client.SendAsync(Request("GET", "http://example.com/"));
        await Poll.UntilAsync(() => first.Accepted == 1);
        client.Reset();
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 0);
        Assert.AreEqual(0, second.Accepted);
    }

    [TestMethod]
    [DataRow(""), DataRow("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")]
    public async Task Origins_ThatFail_DoNotTakeTheDirectProviderFromOthers(string reply)
    {
        const int origins = 40; // different ones, all asked before the first fails: beyond what a breaker waits for
        using var origin = new TcpListener(IPAddress.Any, 0);
        origin.Start();
        int port = ((IPEndPoint)origin.LocalEndpoint).Port;
        await using var engine = EngineUnderTest.Start();
        var clients = new List<RawClient>();
        var asked = new List<Socket>();
        for (int i = 1; i <= origins; i++)
        {
            clients.Add(await engine.ConnectAsync());
            await clients[^1].SendAsync(Request("POST", $"http://127.0.0.{i}:{port}/", "Content-Length: 0\r\n"));
            asked.Add(await origin.AcceptSocketAsync());
            await asked[^1].ReceiveAsync(new byte[1024]);
        }
        foreach (var socket in asked)
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(reply));
            socket.Dispose();
        }
        foreach (var client in clients)
        {
            string head = await client.ReadHeadAsync();
            client.Dispose();
            StringAssert.StartsWith(head, "HTTP/1.1 502 ");
            StringAssert.Contains(head, "UpstreamFailed");
        }
        Assert.AreEqual(ProviderCondition.Healthy, engine.Engine.Providers[0].Condition);
        using var other = await engine.ConnectAsync();
        await other.SendAsync(Request("CONNECT", $"127.0.0.1:{port}"));
        StringAssert.StartsWith(await other.ReadHeadAsync(), "HTTP/1.1 200 ");
    }

    [TestMethod]
    [DataRow(402), DataRow(407)]
    public async Task Origin_ThatAnswersAsAProviderWould_DoesNotTakeTheProviderFromOthers(int status)
    {
        using var provider = new ScriptedUpstream(async peer =>
        {
            bool tunnel = (await peer.ReadHeadAsync()).StartsWith("CONNECT", StringComparison.Ordinal);
            await peer.SendAsync($"HTTP/1.1 {(tunnel ? 200 : status)} So\r\nContent-Length: 0\r\n\r\n");
        });
        await using var engine = EngineUnderTest.Start(providers: [EngineUnderTest.Upstream(provider.Endpoint)]);
        using var client = await engine.ConnectAsync();
        for (int i = 0; i < 2 * CircuitBreaker.Threshold; i++)
        {
            await client.SendAsync(Request("GET", "http://example.com/"));
            StringAssert.StartsWith((await client.ReadResponseAsync()).Head, "HTTP/1.1 502 ");
        }
        using var other = await engine.ConnectAsync();
        await other.SendAsync(Request("CONNECT", "example.org:443"));
        StringAssert.StartsWith(await other.ReadHeadAsync(), "HTTP/1.1 200 ");
    }

    internal static string Request(string method, string target, string fields = "") =>
        $"{method} {target} HTTP/1.1\r\nHost: example.com\r\n{EngineUnderTest.BasicHeader()}{fields}\r\n";

    private static Provider[] InOrder(ScriptedUpstream first, ScriptedUpstream second) =>
    [
        EngineUnderTest.Upstream(first.Endpoint, id: 1) with { Priority = 1 },
        EngineUnderTest.Upstream(second.Endpoint, id: 2) with { Priority = 2 },
    ];
}
