using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AtlanticProxy.Testing.Network;

/// <summary>Debian's shadowsocks-libev as the client: a running ss-local with its SOCKS5 port.</summary>
public sealed class SsLocal : IDisposable
{
    private readonly RefusingPort _port;
    private readonly Process _process;

    private SsLocal(RefusingPort port, Process process) => (_port, _process) = (port, process);

    public IPEndPoint Endpoint => _port.Endpoint;

    public static async Task<SsLocal> StartAsync(IPEndPoint server, string method, string password)
    {
        // Ours until ss-local, which sets SO_REUSEADDR, has bound its own two: without the one for datagrams it would go on, and
        // relay none.
        var (port, datagrams) = Reserve();
        using (datagrams)
        {
            var start = new ProcessStartInfo("ss-local",
            [
                "-s", server.Address.ToString(), "-p", server.Port.ToString(CultureInfo.InvariantCulture), "-b",
                port.Endpoint.Address.ToString(),
                "-l", port.Endpoint.Port.ToString(CultureInfo.InvariantCulture), "-k", password, "-m", method, "-u",
            ])
            { RedirectStandardOutput = true, RedirectStandardError = true };
            var local = new SsLocal(port, Process.Start(start)!);
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
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _port.Dispose();
    }

    // It listens for connections first, binds its socket for datagrams next, and answers when it has done both.
    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var probe = await RawClient.ConnectAsync(Endpoint);
            await probe.SendAsync([5, 1, 0]);
            return await probe.ReadAsync(2) is [5, 0];
        }
        catch (Exception notYet) when (notYet is SocketException or IOException)
        {
            return false;
        }
    }

    /// <summary>One port for connections and for datagrams.</summary>
    private static (RefusingPort Connections, Socket Datagrams) Reserve()
    {
        while (true)
        {
            var (connections, datagrams) = (new RefusingPort(),
                new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
            try
            {
                datagrams.Bind(connections.Endpoint);
                datagrams.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress,
                    true); // from now on: another's socket was not to be shared
                return (connections, datagrams);
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                connections.Dispose();
                datagrams.Dispose();
            }
        }
    }
}
