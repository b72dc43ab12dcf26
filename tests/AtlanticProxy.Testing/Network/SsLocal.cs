using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AtlanticProxy.Testing.Network;

/// <summary>Debian's shadowsocks-libev as the client: a running ss-local with its SOCKS5 port.</summary>
public sealed class SsLocal : IDisposable
{
    private readonly Process _process;

    private SsLocal(Process process, IPEndPoint endpoint) => (_process, Endpoint) = (process, endpoint);

    public IPEndPoint Endpoint { get; }

    public static async Task<SsLocal> StartAsync(IPEndPoint server, string method, string password)
    {
        var endpoint = FreeEndpoint();
        var start = new ProcessStartInfo("ss-local",
        [
            "-s", server.Address.ToString(), "-p", server.Port.ToString(CultureInfo.InvariantCulture), "-b", endpoint.Address.ToString(),
            "-l", endpoint.Port.ToString(CultureInfo.InvariantCulture), "-k", password, "-m", method, "-u",
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
