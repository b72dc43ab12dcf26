using System.Text;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Tests.Udp;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Shadowsocks;

/// <summary>With Debian's shadowsocks-libev as the client.</summary>
[TestClass]
public sealed class RealClientTests
{
    [TestMethod]
    [DataRow(ShadowsocksMethod.Aes128Gcm)]
    [DataRow(ShadowsocksMethod.Aes256Gcm)]
    [DataRow(ShadowsocksMethod.ChaCha20Poly1305)]
    public async Task SsLocal_EachMethod_CarriesCurlAndDatagrams(ShadowsocksMethod method)
    {
        await using var server = ShadowsocksServer.Start();
        await using var origin = await OriginServer.StartAsync();
        using var echo = new UdpEcho();
        using var local = await SsLocal.StartAsync(server.Endpoint, method.Name(), ShadowsocksServer.Password);

        const int size = 5_000_000;
        var fetched = await Tool.CurlAsync("--socks5-hostname", $"{local.Endpoint}", origin.Http($"/bytes/{size}").ToString());
        Assert.AreEqual(0, fetched.ExitCode, fetched.Errors);
        Assert.AreEqual(size, fetched.Output.Length);

        using var datagrams = await SocksUdpClient.OpenAsync(local.Endpoint, username: null);
        await datagrams.SendAsync(echo.Endpoint, Encoding.ASCII.GetBytes(method.Name()));
        var (from, payload) = await datagrams.ReceiveAsync();
        Assert.AreEqual(echo.Endpoint.ToString(), from.Authority);
        Assert.AreEqual(method.Name(), Encoding.ASCII.GetString(payload));
        await Poll.UntilAsync(() =>
            server.Engine.Usage.Connections == 2 && server.Engine.Usage.BytesDown > size + payload.Length);
    }
}
