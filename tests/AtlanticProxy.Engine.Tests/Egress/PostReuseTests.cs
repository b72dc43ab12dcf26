using AtlanticProxy.Engine.Egress;
using AtlanticProxy.Engine.Tests.BadInputs;
using AtlanticProxy.Engine.Tests.Relay;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Egress;

/// <summary>
/// What must not be sent twice goes over a connection that was just used, or a new one; and leaves no more behind than anything
/// else does.
/// </summary>
[TestClass]
public sealed class PostReuseTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood";

    [TestMethod]
    [DataRow("POST", true), DataRow("PATCH", true), DataRow("POST", false)]
    public async Task Posts_InARow_ShareOneConnection(string method, bool direct)
    {
        using var origin = Answering();
        await using var engine =
            EngineUnderTest.Start(providers: [direct ? EngineUnderTest.Direct() : EngineUnderTest.Upstream(origin.Endpoint)],
            time: new SetTime());
        for (int i = 0; i < 100; i++)
            await PostAsync(engine, origin, method);
        Assert.AreEqual(1, origin.Accepted);
    }

    [TestMethod]
    public async Task Posts_FarApart_EachHaveANewConnectionAndLeaveOneInAll()
    {
        const int posts = 5;
        var time = new SetTime();
        using var origin = Answering();
        await using var engine = EngineUnderTest.Start(time: time);
        for (int i = 0; i < posts; i++)
        {
            await PostAsync(engine, origin, "POST");
            await engine.PassAsync(time, UpstreamPool.FreshFor + TimeSpan.FromMilliseconds(50));
        }
        Assert.AreEqual(posts, origin.Accepted, "one that waited may die at the wrong moment");
        await Poll.UntilAsync(() => origin.Ended == posts - 1, because: "those that the new ones stood in for are closed");
        await PostAsync(engine, origin, "GET");
        Assert.AreEqual(posts, origin.Accepted, "what may be sent twice goes over the one that waits");
    }

    [TestMethod]
    [DataRow("Content-Length: 0\r\n", ""), DataRow("Content-Length: 2\r\n", "hi")]
    public async Task Post_WhoseConnectionBreaksAfterItHadAll_IsNotSentAgain(string fields, string body)
    {
        using var origin = new ScriptedUpstream(async peer =>
        {
            await peer.ReadHeadAsync();
            await peer.SendAsync(Ok);
            await peer.ReadHeadAsync();
            await peer.ReadAsync(body.Length);
            peer.Reset();
        });
        await using var engine = EngineUnderTest.Start(time: new SetTime());
        using var client = await engine.ConnectAsync();
        await client.SendAsync(ForwardingTests.Request("GET", $"http://{origin.Endpoint}/"));
        Assert.AreEqual("good", (await client.ReadResponseAsync()).Body);
        await client.SendAsync(ForwardingTests.Request("POST", $"http://{origin.Endpoint}/", fields) + body);
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 502 ");
        Assert.AreEqual(1, origin.Accepted, "the order would be made twice");
    }

    private static ScriptedUpstream Answering() => new(async peer =>
    {
        while (await peer.ReadHeadAsync() is { Length: > 0 } head)
        {
            if (!head.StartsWith("GET", StringComparison.Ordinal))
                await peer.ReadAsync(2);
            await peer.SendAsync(Ok);
        }
    });

    private static async Task PostAsync(EngineUnderTest engine, ScriptedUpstream origin, string method)
    {
        using var client = await engine.ConnectAsync();
        await client.SendAsync(
            ForwardingTests.Request(method, $"http://{origin.Endpoint}/", method == "GET" ? ""
            : "Content-Length: 2\r\n") + (method == "GET" ? "" : "hi"));
        Assert.AreEqual("good", (await client.ReadResponseAsync()).Body);
    }
}
