using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
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
        using var local = await SsLocal.StartAsync(server.Endpoint, method, ShadowsocksServer.Password);

        const int size = 5_000_000;
        var fetched = await Tool.CurlAsync("--socks5-hostname", $"{local.Endpoint}", origin.Http($"/bytes/{size}").ToString());
        Assert.AreEqual(0, fetched.ExitCode, fetched.Errors);
        Assert.AreEqual(size, fetched.Output.Length);

        using var datagrams = await SocksUdpClient.OpenAsync(local.Endpoint, username: null);
        await datagrams.SendAsync(echo.Endpoint, Encoding.ASCII.GetBytes(method.Name()));
        var (from, payload) = await datagrams.ReceiveAsync();
        Assert.AreEqual(echo.Endpoint.ToString(), from.Authority);
        Assert.AreEqual(method.Name(), Encoding.ASCII.GetString(payload));
        await Poll.UntilAsync(() => server.Engine.Usage.Connections == 2 && server.Engine.Usage.BytesDown > size + payload.Length);
    }

    /// <summary>A running ss-local with its SOCKS5 port.</summary>
    private sealed class SsLocal : IDisposable
    {
        private readonly Process _process;

        private SsLocal(Process process, IPEndPoint endpoint) => (_process, Endpoint) = (process, endpoint);

        public IPEndPoint Endpoint { get; }

        public static async Task<SsLocal> StartAsync(IPEndPoint server, ShadowsocksMethod method, string password)
        {
            var endpoint = FreeEndpoint();
            var start = new ProcessStartInfo("ss-local",
            [
                "-s", server.Address.ToString(), "-p", server.Port.ToString(CultureInfo.InvariantCulture), "-b", endpoint.Address.ToString(),
                "-l", endpoint.Port.ToString(CultureInfo.InvariantCulture), "-k", password, "-m", method.Name(), "-u",
            ])
            { RedirectStandardOutput = true, RedirectStandardError = true };
            var local = new SsLocal(Process.Start(start)!, endpoint);
            try
            {
                await Poll.UntilAsync(local.AnswersAsync);
                return local;
            }
            catch
            {
                local.Dispose();
                throw;
            }
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }

        private async Task<bool> AnswersAsync()
        {
            try
            {
                using var probe = await RawClient.ConnectAsync(Endpoint);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }

        private static IPEndPoint FreeEndpoint()
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return (IPEndPoint)socket.LocalEndPoint!;
        }
    }
}
