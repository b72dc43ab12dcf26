using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Tls;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Connections;

/// <summary>What happens between two steps of a client.</summary>
[TestClass]
public sealed class LateChangeTests
{
    [TestMethod]
    [DataRow(true), DataRow(false)]
    public async Task User_GoneBetweenItsCredentialsAndItsRequest_IsRefused(bool removed)
    {
        await using var engine = EngineUnderTest.Start();
        using var origin = new OriginSocket();
        using var client = await engine.ConnectAsync();
        await client.SendAsync("\u0005\u0001\u0002\u0001\u0005alice\u0006secret");
        CollectionAssert.AreEqual(new byte[] { 5, 2, 1, 0 }, await client.ReadAsync(4), "the credentials are right");

        engine.Engine.Apply(removed
            ? new SnapshotDelta { RemovedUsers = [1] }
            : new SnapshotDelta { Users = [EngineUnderTest.User() with { State = ProxyUserState.Disabled }] });
        await client.SendAsync([5, 1, 0, 1, 127, 0, 0, 1, (byte)(origin.Endpoint.Port >> 8), (byte)origin.Endpoint.Port]);

        byte[] answer = await client.ReadToEndAsync();
        Assert.AreEqual((5, 2), (answer[0], answer[1]), "connection not allowed (RFC 1928)");
    }

    [TestMethod]
    public async Task Client_SendsAllItHasAndEnds_BeforeTheDialStands_IsServed()
    {
        using var names = new Egress.ScriptedNames();
        await using var engine = EngineUnderTest.Start(lookUp: names.LookUp);
        using var origin = new OriginSocket();
        using var client = await engine.ConnectAsync();
        await client.SendAsync($"CONNECT silent.test:{origin.Endpoint.Port} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        await Poll.UntilAsync(() => names.Silent == 1, because: "its destination's name is not being looked up");
        await client.SendAsync("all there is");
        client.FinishSending();
        await Poll.UntilAsync(() => engine.Engine.OpenConnections == 1);

        names.Dispose(); // it answers
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        using var server = await origin.AcceptAsync();
        byte[] received = new byte[100];
        int length = 0;
        for (int read; (read = await server.ReceiveAsync(received.AsMemory(length))) > 0;)
            length += read;
        Assert.AreEqual("all there is", System.Text.Encoding.ASCII.GetString(received, 0, length));
    }
}
