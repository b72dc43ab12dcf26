using System.Net;
using AtlanticProxy.Engine.Admission;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Egress.Udp;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage;

namespace AtlanticProxy.Engine.Dialects.Socks;

/// <summary>
/// The client's side of UDP ASSOCIATE (RFC 1928 section 7): a socket beside its TCP connection, which it lives and dies with.
/// Takes datagrams from the client's address only, and from the port that the first of them came from; fragments are refused, as
/// the RFC allows.
/// </summary>
internal sealed class UdpAssociation : IDatagramReceiver, IUdpClient, ICancellable
{
    /// <summary>RSV (2), FRAG (1).</summary>
    private const int HeaderLength = 3;

    private readonly ClientConnection _client;
    private readonly AdmissionControl _admission;
    private readonly UdpExit _exit;
    private readonly TimeSpan _idle;
    private DatagramSocket? _socket;
    private KernelAddress _source;
    private bool _sourceKnown;

    private UdpAssociation(ClientConnection client, AdmissionControl admission, UdpExit exit, TimeSpan idle) =>
        (_client, _admission, _exit, _idle) = (client, admission, exit, idle);

    /// <summary>Where the client sends its datagrams.</summary>
    public IPEndPoint Endpoint => _socket!.LocalEndPoint;

    bool ICancellable.EndsWithHalfClose => true;

    /// <summary>
    /// An association that takes over <paramref name="exit"/>; null, with the exit closed, when this machine has no socket for
    /// it.
    /// </summary>
    public static UdpAssociation? Open(
        ClientConnection client, AdmissionControl admission, IPAddress local, UdpExit exit, UsageCounter counter, TimeSpan idle)
    {
        var association = new UdpAssociation(client, admission, exit, idle);
        association._socket = DatagramSocket.Bind(client.Home.Loop, new IPEndPoint(local, 0), association, out _);
        if (association._socket is null)
        {
            exit.Close();
            return null;
        }
        exit.Serve(association, counter);
        return association;
    }

    /// <summary>
    /// Waits for the end: the TCP connection's, the idle timeout's, the exit's, or a cut. What the client still says on TCP means
    /// nothing.
    /// </summary>
    public async LoopTask<ConnectionOutcome> RunAsync()
    {
        var input = _client.Input;
        _client.Pending = this;
        Touch();
        int received;
        do
        {
            input.Release();
            received = await input.ReadMoreAsync();
        }
        while (received > 0);
        return received switch
        {
            0 => ConnectionOutcome.Completed,
            -Linux.ETIMEDOUT => ConnectionOutcome.IdleTimeout,
            -Linux.ECONNABORTED => _client.CutAs ?? ConnectionOutcome.UpstreamReset,
            _ => ConnectionOutcome.ClientReset,
        };
    }

    public void Close()
    {
        _client.Pending = null;
        _socket!.Close();
        _exit.Close();
    }

    void IDatagramReceiver.OnDatagram(DatagramSocket socket, in KernelAddress from, int length)
    {
        if (!_sourceKnown)
        {
            if (!from.Address.Equals(_client.Remote.Address))
                return;
            (_source, _sourceKnown) = (from, true);
        }
        else if (!from.Equals(_source))
            return;
        var datagram = _client.Home.Loop.ScratchArray.AsSpan(DatagramSocket.Headroom, length);
        if (length < HeaderLength || datagram[2] != 0)
            return;
        Touch();
        _exit.Send(datagram[HeaderLength..]);
    }

    bool IUdpClient.Deliver(int start, int length)
    {
        if (!_sourceKnown)
            return false;
        var scratch = _client.Home.Loop.ScratchArray;
        scratch.AsSpan(start - HeaderLength, HeaderLength).Clear();
        Touch();
        return _socket!.Send(scratch.AsSpan(start - HeaderLength, HeaderLength + length), _source);
    }

    bool IUdpClient.Permits(Destination destination) =>
        _client.Entry is { } entry && _admission.Permits(entry.User, destination);

    bool IUdpClient.Permits(IPAddress address) =>
        _client.Entry is { } entry && _admission.Permits(entry.User, address);

    bool IUdpClient.MayMove(int bytes, bool up) =>
        _client.Membership?.MayMove(bytes, up) != false;

    void ICancellable.Cancel() => _client.Socket.Cancel();

    void IUdpClient.OnExitClosed() => _client.Socket.Cancel();

    private void Touch() => _client.Socket.SetDeadline(_idle);
}
