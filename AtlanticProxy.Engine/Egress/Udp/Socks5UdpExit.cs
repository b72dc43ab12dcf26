using System.Net;
using System.Net.Sockets;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Protocols.Socks;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress.Udp;

/// <summary>
/// client -> appliance -> SOCKS5 proxy -> destination (RFC 1928 section 7). Names go to the upstream unresolved. It ends with the
/// upstream's TCP connection.
/// </summary>
internal sealed class Socks5UdpExit : UdpExit, IDatagramReceiver, IPeerObserver
{
    /// <summary>RSV (2), FRAG (1).</summary>
    private const int HeaderLength = 3;

    private readonly EgressLoop _egress;
    private readonly AddressGuard _guard;
    private readonly Upstream _control;
    private readonly KernelAddress _relay;
    private DatagramSocket? _socket;

    private Socks5UdpExit(EgressLoop egress, AddressGuard guard, Upstream control, IPEndPoint relay) : base(control.Candidate)
    {
        (_egress, _guard, _control) = (egress, guard, control);
        _relay = new KernelAddress(relay);
        control.Socket.Observer = this;
    }

    /// <summary>An exit over an association that stands; null, with all closed, when this machine has no socket for it.</summary>
    public static Socks5UdpExit? Open(EgressLoop egress, AddressGuard guard, Upstream control, IPEndPoint relay)
    {
        var exit = new Socks5UdpExit(egress, guard, control, relay);
        var any = relay.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        exit._socket = DatagramSocket.Bind(egress.Loop, new IPEndPoint(any, 0), exit, out _);
        if (exit._socket is not null)
            return exit;
        exit.Close();
        return null;
    }

    public override void Send(ReadOnlySpan<byte> addressed)
    {
        var destination = SocksAddress.Read(addressed, out int length);
        if (destination is null || !_guard.Permits(destination) || Client?.Permits(destination) != true)
        {
            _egress.Loop.Counts.CountRefusal(
                destination is null ? ConnectionOutcome.BadRequest : ConnectionOutcome.DestinationForbidden);
            return;
        }
        byte[] buffer = _egress.Loop.Buffers.RentLarge();
        buffer.AsSpan(0, HeaderLength).Clear();
        // Our own spelling of the destination: what was checked is what the upstream gets.
        int header = HeaderLength + SocksAddress.Write(buffer.AsSpan(HeaderLength), destination);
        var payload = addressed[length..];
        if (payload.TryCopyTo(buffer.AsSpan(header)) && Client.MayMove(payload.Length, up: true)
            && _socket!.Send(buffer.AsSpan(0, header + payload.Length), _relay))
            CountUp(payload.Length);
        _egress.Loop.Buffers.Return(buffer);
    }

    public override void Close()
    {
        _socket?.Close();
        _control.Close();
    }

    void IDatagramReceiver.OnDatagram(DatagramSocket socket, in KernelAddress from, int length)
    {
        var datagram = _egress.Loop.ScratchArray.AsSpan(DatagramSocket.Headroom, length);
        if (!from.Equals(_relay) || length < HeaderLength || datagram[2] != 0) // fragments are not put together
            return;
        int address = SocksAddress.Length(datagram[HeaderLength..]);
        if (address <= 0 || HeaderLength + address > length)
            return;
        int payload = length - HeaderLength - address;
        if (Client!.MayMove(payload, up: false) && Client.Deliver(DatagramSocket.Headroom + HeaderLength, length - HeaderLength))
            CountDown(payload);
    }

    void IPeerObserver.OnPeerClosed(bool reset) => Client?.OnExitClosed();
}
