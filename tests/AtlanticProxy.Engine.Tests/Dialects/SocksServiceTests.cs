using System.Net;
using System.Net.Sockets;
using AtlanticProxy.Engine.Tests.Tls;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Engine.Tests.Dialects;

/// <summary>SOCKS5 as it is served, to the byte.</summary>
[TestClass]
public sealed class SocksServiceTests
{
    private static readonly byte[] Established = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];

    [TestMethod]
    public async Task NoAuthentication_FromAnAllowedAddress_IsServedAndBookedOnItsUser()
    {
        await using var engine =
            EngineUnderTest.Start(users: [EngineUnderTest.User(7) with { AllowedSources = [IPNetwork.Parse("127.0.0.0/8")] }]);
        using var origin = new OriginSocket();
        using var client = await engine.ConnectAsync();
        await client.SendAsync([5, 1, 0]);
        CollectionAssert.AreEqual(new byte[] { 5, 0 }, await client.ReadAsync(2));
        await client.SendAsync([5, 1, 0, 1, 127, 0, 0, 1, (byte)(origin.Endpoint.Port >> 8), (byte)origin.Endpoint.Port]);
        using var far = await origin.AcceptAsync();
        CollectionAssert.AreEqual(Established, await client.ReadAsync(10));
        await client.SendAsync("hello");
        Assert.AreEqual(5, await far.ReceiveAsync(new byte[5]));
        client.Dispose();
        await Poll.UntilAsync(() => engine.Usage.BytesUp == 5);
        Assert.IsTrue(engine.Usage.Deltas.All(delta => delta.Key.ProxyUserId == 7));
    }

    [TestMethod]
    [DataRow(false), DataRow(true, DisplayName = "as a name, without brackets")]
    public async Task Connect_ToIPv6_IsServed(bool asName)
    {
        await using var engine = EngineUnderTest.Start(options => options.AllowedPrivateNetworks.Add("::1/128"));
        using var origin = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        origin.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        origin.Listen();
        int port = ((IPEndPoint)origin.LocalEndPoint!).Port;
        byte[] address = asName ? [3, 3, .. "::1"u8] : [4, .. IPAddress.IPv6Loopback.GetAddressBytes()];
        using var client = await engine.ConnectAsync();
        await client.SendAsync(
            [5, 1, 2, 1, 5, .. "alice"u8, 6, .. "secret"u8, 5, 1, 0, .. address, (byte)(port >> 8), (byte)port]);
        using var far = await origin.AcceptAsync();
        CollectionAssert.AreEqual((byte[])[5, 2, 1, 0, .. Established], await client.ReadAsync(4 + Established.Length));
        await far.SendAsync("six"u8.ToArray());
        CollectionAssert.AreEqual("six"u8.ToArray(), await client.ReadAsync(3));
    }
}
