using System.Net;
using System.Net.Sockets;
using AtlanticProxy.Simulator.Transport;

namespace AtlanticProxy.Simulator.Socks;

/// <summary>
/// Relays datagrams of one client (RFC 1928 section 7), to loopback destinations only. Fragments are dropped, as the RFC allows.
/// Billed are the payloads.
/// </summary>
internal sealed class UdpAssociation : IDisposable
{
    private const int MaxDatagram = 65_535;

    private readonly Socket _inside;
    private readonly Socket _outside4 = Bind(IPAddress.Loopback);
    private readonly Socket _outside6 = Bind(IPAddress.IPv6Loopback);
    private readonly IPAddress _clientAddress;
    private readonly BillMeter _meter;
    private IPEndPoint? _client;

    /// <param name="local">Where the client's TCP connection arrived.</param>
    /// <param name="client">Where it comes from: datagrams of others are dropped.</param>
    /// <param name="meter">What passes is booked on.</param>
    public UdpAssociation(IPAddress local, IPAddress client, BillMeter meter)
    {
        _inside = Bind(local);
        _clientAddress = client;
        _meter = meter;
    }

    /// <summary>Where the client sends its datagrams.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_inside.LocalEndPoint!;

    /// <summary>Relays until disposed of.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
        ReceiveAsync(_inside, OutwardsAsync, stop),
        ReceiveAsync(_outside4, InwardsAsync, stop),
        ReceiveAsync(_outside6, InwardsAsync, stop));

    public void Dispose()
    {
        _inside.Dispose();
        _outside4.Dispose();
        _outside6.Dispose();
    }

    private static Socket Bind(IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    private static async Task ReceiveAsync(
        Socket socket, Func<IPEndPoint, ReadOnlyMemory<byte>, ValueTask> pass, CancellationToken stop)
    {
        byte[] buffer = new byte[MaxDatagram];
        var any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (true)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, any, stop);
                await pass((IPEndPoint)received.RemoteEndPoint, buffer.AsMemory(0, received.ReceivedBytes));
            }
            catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException
                || e is SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.Interrupted })
            {
                return;
            }
            catch (SocketException)
            {
                // "Port unreachable" about an earlier datagram, or one that could not be sent: datagrams may be lost.
            }
        }
    }

    private async ValueTask OutwardsAsync(IPEndPoint sender, ReadOnlyMemory<byte> datagram)
    {
        // Two reserved bytes, the fragment number, the destination, the payload.
        if (!sender.Address.Equals(_clientAddress) || datagram.Length < 5 || datagram.Span[2] != 0
            || Socks5Address.LengthOf(datagram.Span[3..]) is not { } length || datagram.Length < 3 + length)
            return;
        _client = sender;
        if (Socks5Address.Read(datagram.Span[3..]).Resolve() is not { } destination)
            return;
        var payload = datagram[(3 + length)..];
        _meter.Up(payload.Length);
        await (destination.AddressFamily == AddressFamily.InterNetwork ? _outside4 : _outside6)
            .SendToAsync(payload, SocketFlags.None, destination);
    }

    private async ValueTask InwardsAsync(IPEndPoint sender, ReadOnlyMemory<byte> payload)
    {
        if (_client is not { } client)
            return;
        _meter.Down(payload.Length);
        await _inside.SendToAsync((byte[])[0, 0, 0, .. Socks5Address.Write(sender), .. payload.Span], SocketFlags.None, client);
    }
}
