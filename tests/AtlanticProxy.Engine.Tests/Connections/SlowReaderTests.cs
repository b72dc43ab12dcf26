using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Tests.Tls;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Connections;

/// <summary>
/// Clients that read nothing until the whole way back is full, and then everything. An accepted client is watched for writes only
/// when it could not be written to for the first time: were it not, nothing would ever come after that.
/// </summary>
[TestClass]
public sealed class SlowReaderTests
{
    private const int SmallBuffer = 64 * 1024;

    /// <summary>
    /// Far more than all buffers on the way may take: a kernel's settings for TCP allow some tens of megabytes.
    /// </summary>
    private const long Endless = 1_000_000_000;

    /// <summary>What comes after all is full.</summary>
    private const long Rest = 1_000_000;

    /// <summary>
    /// The download is this, again and again. A prime length: a buffer's worth that is lost or doubled does not fit.
    /// </summary>
    private static readonly byte[] s_pattern = OriginServer.Bytes(65_521);

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
        await client.SendAsync(
            $"GET http://{origin.Endpoint}/ HTTP/1.1\r\nHost: {origin.Endpoint}\r\n{EngineUnderTest.BasicHeader()}Connection: "
                + "close\r\n\r\n");
        using var server = await origin.AcceptAsync();
        string framing = withLength ? $"Content-Length: {Endless}" : "Connection: close";
        await server.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{framing}\r\n\r\n"));
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");

        await DownloadsAsync(client, server);
    }

    private static async Task DownloadsAsync(RawClient client, Socket server)
    {
        long stuck = SendUntilStuck(server);
        Assert.IsLessThan(Endless, stuck, "the client did not hold it up");

        var rest = SendAsync(server, stuck, stuck + Rest);
        byte[] buffer = new byte[s_pattern.Length];
        for (long received = 0; received < stuck + Rest;)
        {
            int read = await client.ReadSomeAsync(buffer);
            Assert.IsGreaterThan(0, read, $"ended after {received} of {stuck + Rest} bytes");
            for (int checkedBytes = 0; checkedBytes < read;)
            {
                var expected = At(received);
                int count = Math.Min(expected.Length, read - checkedBytes);
                Assert.IsTrue(expected.Span[..count].SequenceEqual(buffer.AsSpan(checkedBytes, count)),
                    $"other bytes from {received} on");
                checkedBytes += count;
                received += count;
            }
        }
        await rest;
    }

    /// <summary>Sends until for some time nobody takes anything any more: how many bytes it was.</summary>
    private static long SendUntilStuck(Socket server)
    {
        var patience = TimeSpan.FromMilliseconds(300);
        long sent = 0;
        server.Blocking = false;
        while (sent < Endless && server.Poll(patience, SelectMode.SelectWrite))
            sent += server.Send(At(sent).Span);
        return sent;
    }

    private static async Task SendAsync(Socket server, long from, long to)
    {
        while (from < to)
            from += await server.SendAsync(At(from)[..(int)Math.Min(to - from, At(from).Length)]);
    }

    private static ReadOnlyMemory<byte> At(long position) => s_pattern.AsMemory((int)(position % s_pattern.Length));
}
