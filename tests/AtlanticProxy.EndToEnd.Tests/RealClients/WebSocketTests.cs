using System.Net;
using System.Net.WebSockets;
using System.Text;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.RealClients;

[TestClass]
public sealed class WebSocketTests
{
    [TestMethod]
    public async Task WebSocket_OfDotNet_ThroughConnect_Echoes()
    {
        var (demo, user) = (SharedAppliance.Demo, SharedAppliance.User);
        using var deadline = new CancellationTokenSource(Poll.DefaultDeadline, TimeProvider.System);
        using var socket = new ClientWebSocket();
        socket.Options.Proxy =
            new WebProxy($"http://{demo.Proxy}") { Credentials = new NetworkCredential(user.Username, user.Password) };
        byte[] message = OriginServer.Bytes(50_000), echo = new byte[message.Length];

        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{SharedAppliance.Origin.Port}/ws"), deadline.Token);
        await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, deadline.Token);
        int received = 0;
        while (received < echo.Length)
            received += (await socket.ReceiveAsync(echo.AsMemory(received), deadline.Token)).Count;
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token);

        CollectionAssert.AreEqual(message, echo);
    }

    [TestMethod]
    public async Task WebSocket_ThroughUpgradeOfAPlainRequest_Echoes()
    {
        using var client = await RawClient.ConnectAsync(SharedAppliance.Demo.Proxy);
        // The handshake of RFC 6455 section 1.3, and "Hello" masked (section 5.7).
        await client.SendAsync(
            $"GET http://127.0.0.1:{SharedAppliance.Origin.Port}/ws HTTP/1.1\r\nHost: x\r\n"
                + $"{ProxyClient.Authorization(SharedAppliance.User)}"
            + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
            + "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        string head = await client.ReadHeadAsync();
        await client.SendAsync([0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]);

        StringAssert.StartsWith(head, "HTTP/1.1 101 ");
        StringAssert.Contains(head, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        Assert.AreEqual("Hello", Encoding.ASCII.GetString((await client.ReadAsync(7))[2..]));
    }
}
