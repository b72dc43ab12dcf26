using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Tests.Tls;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Connections;

/// <summary>
/// Clients that read nothing until the whole way back is full, and then everything. An accepted client is watched for writes only when it could not be written to
/// for the first time: were it not, nothing would ever come after that.
/// </summary>
[TestClass]
public sealed class SlowReaderTests
{
    /// <summary>More than all buffers on the way take.</summary>
    private const int Size = 24_000_000;

    private const int SmallBuffer = 64 * 1024;

    private static readonly byte[] Download = OriginServer.Bytes(Size);

    [TestMethod]
    public async Task Tunnel_ClientReadsOnlyOnceAllIsFull_GetsEveryByte()
    {
        await using var engine = EngineUnderTest.Start();
        using var origin = new OriginSocket();
        using var client = await RawClient.ConnectAsync(engine.Endpoint, SmallBuffer);
        await client.SendAsync($"CONNECT {origin.Endpoint} HTTP/1.1\r\nHost: x\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        using var server = await origin.AcceptAsync();

        await DownloadsAsync(client, server);
    }

    [TestMethod]
    [DataRow(true, DisplayName = "with a length")]
    [DataRow(false, DisplayName = "until the end")]
    public async Task Response_ClientReadsOnlyOnceAllIsFull_GetsEveryByte(bool withLength)
    {
        await using var engine = EngineUnderTest.Start();
        using var origin = new OriginSocket();
        using var client = await RawClient.ConnectAsync(engine.Endpoint, SmallBuffer);
        await client.SendAsync($"GET http://{origin.Endpoint}/ HTTP/1.1\r\nHost: {origin.Endpoint}\r\n{EngineUnderTest.BasicHeader()}Connection: close\r\n\r\n");
        using var server = await origin.AcceptAsync();
        string framing = withLength ? $"Content-Length: {Size}" : "Connection: close";
        await server.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{framing}\r\n\r\n"));
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");

        await DownloadsAsync(client, server);
    }

    private static async Task DownloadsAsync(RawClient client, Socket server)
    {
        int sent = SendUntilStuck(server);
        Assert.IsLessThan(Size, sent, "the client did not hold it up");

        var rest = SendAsync(server, Download.AsMemory(sent));
        byte[] received = await client.ReadToEndAsync();
        await rest;

        Assert.IsTrue(received.AsSpan().SequenceEqual(Download), $"{received.Length} bytes");
    }

    /// <summary>Sends until for some time nobody takes anything any more: how many bytes it was.</summary>
    private static int SendUntilStuck(Socket server)
    {
        var patience = TimeSpan.FromMilliseconds(300);
        int sent = 0;
        server.Blocking = false;
        while (sent < Size && server.Poll(patience, SelectMode.SelectWrite))
            sent += server.Send(Download, sent, Math.Min(SmallBuffer, Size - sent), SocketFlags.None);
        return sent;
    }

    private static async Task SendAsync(Socket server, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await server.SendAsync(bytes)..];
        server.Shutdown(SocketShutdown.Send);
    }
}
