using System.Net;
using System.Net.Sockets;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Simulator.Tests;

[TestClass]
public sealed class SocksTests : SimulatorTest
{
    [TestMethod]
    [DataRow("socks5h", "origin.test", DisplayName = "name")]
    [DataRow("socks5", "127.0.0.1", DisplayName = "IPv4")]
    public async Task Curl_OverSocks_GetsTheBytes(string scheme, string host)
    {
        var simulator = await StartAsync(WithAccount);

        var result = await Tool.CurlAsync("-x", $"{scheme}://acme-country-de:secret@{simulator.Endpoint}",
            $"http://{host}:{Origin.Port}/bytes/100000");

        Assert.AreEqual(0, result.ExitCode, result.Errors);
        CollectionAssert.AreEqual(OriginServer.Bytes(100_000), result.Output);
    }

    [TestMethod]
    public async Task Curl_ExitPageOverSocks_ShowsTheTargetedExit()
    {
        var simulator = await StartAsync(WithAccount);

        var result = await Tool.CurlAsync("-x", $"socks5h://acme-country-de-session-s:secret@{simulator.Endpoint}",
            "http://exit.test/");

        StringAssert.Contains(result.Text, "\"country\":\"DE\"");
        StringAssert.Contains(result.Text, "\"session\":\"s\"");
    }

    [TestMethod]
    public async Task WrongPassword_FailsAuthentication()
    {
        var simulator = await StartAsync(WithAccount);
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);

        await client.SendAsync([5, 1, 2, 1, 4, .. "acme"u8, 5, .. "wrong"u8]);

        CollectionAssert.AreEqual(new byte[] { 5, 2, 1, 1 }, await client.ReadToEndAsync());
    }

    [TestMethod]
    public async Task NoAuthentication_WhereItIsNeeded_IsNoAcceptableMethod()
    {
        var simulator = await StartAsync(WithAccount);
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);

        await client.SendAsync([5, 1, 0]);

        CollectionAssert.AreEqual(new byte[] { 5, 0xff }, await client.ReadToEndAsync());
    }

    [TestMethod]
    [DataRow(new byte[] { 5, 2, 0, 1, 127, 0, 0, 1, 0, 80 }, (byte)7, DisplayName = "BIND")]
    [DataRow(new byte[] { 5, 1, 0, 9, 127, 0, 0, 1, 0, 80 }, (byte)8, DisplayName = "address type")]
    [DataRow(new byte[] { 5, 1, 0, 1, 10, 0, 0, 1, 0, 80 }, (byte)4, DisplayName = "beyond loopback")]
    public async Task Command_ThatCannotBe_IsRefusedByItsCode(byte[] command, byte code)
    {
        var simulator = await StartAsync();
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);

        await client.SendAsync([5, 1, 0, .. command]);

        CollectionAssert.AreEqual(new byte[] { 5, 0, 5, code }, await client.ReadAsync(4));
    }

    [TestMethod]
    public async Task Command_DrippingIn_IsUnderstood()
    {
        var simulator = await StartAsync();
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);

        foreach (byte b in (byte[])[5, 1, 0, 5, 1, 0, 3, 9, .. "exit.test"u8, 0, 80])
            await client.SendAsync([b]);

        CollectionAssert.AreEqual(new byte[] { 5, 0, 5, 0 }, await client.ReadAsync(4));
    }

    [TestMethod]
    public async Task UdpAssociate_RelaysDatagramsBothWaysAndBillsThem()
    {
        var simulator = await StartAsync();
        using var echo = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);
        await client.SendAsync([5, 1, 0, 5, 3, 0, 1, 0, 0, 0, 0, 0, 0]);
        byte[] reply = await client.ReadAsync(12);
        var relay = new IPEndPoint(new IPAddress(reply[6..10]), reply[10] << 8 | reply[11]);
        using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
        int port = ((IPEndPoint)echo.Client.LocalEndPoint!).Port;
        byte[] header = [0, 0, 0, 1, 127, 0, 0, 1, (byte)(port >> 8), (byte)port];

        await udp.SendAsync((byte[])[.. header, .. "ping"u8], relay, deadline.Token);
        var request = await echo.ReceiveAsync(deadline.Token);
        await echo.SendAsync("pong!"u8.ToArray(), request.RemoteEndPoint, deadline.Token);
        var response = await udp.ReceiveAsync(deadline.Token);

        CollectionAssert.AreEqual("ping"u8.ToArray(), request.Buffer);
        CollectionAssert.AreEqual((byte[])[.. header, .. "pong!"u8], response.Buffer);
        Assert.AreEqual(4, simulator.Bill.BytesUp);
        Assert.AreEqual(5, simulator.Bill.BytesDown);
    }
}
