using System.Net;

namespace AtlanticProxy.Engine.Transport;

/// <summary>Takes datagrams as they come.</summary>
internal interface IDatagramReceiver
{
    /// <summary>
    /// A datagram of <paramref name="length"/> bytes stands in the loop's scratch memory at <see
    /// cref="DatagramSocket.Headroom"/>; what is in front of it may be written to. It is gone when this returns.
    /// </summary>
    void OnDatagram(DatagramSocket socket, in KernelAddress from, int length);
}

/// <summary>A non-blocking UDP socket on a loop. What the kernel does not take at once is dropped, as any router would.</summary>
internal sealed unsafe class DatagramSocket : LoopHandle
{
    /// <summary>
    /// Free bytes in front of a received datagram: room for the longest SOCKS5 UDP header with an address (RFC 1928 section 7).
    /// </summary>
    public const int Headroom = 3 + 1 + 16 + 2;

    /// <summary>Datagrams taken before others get their turn.</summary>
    private const int TurnBudget = 64;

    private readonly EventLoop _loop;
    private readonly IDatagramReceiver _receiver;
    private int _fd;
    private bool _queued;

    private DatagramSocket(EventLoop loop, int fd, IDatagramReceiver receiver) => (_loop, _fd, _receiver) = (loop, fd, receiver);

    public IPEndPoint LocalEndPoint => SocketOptions.LocalEndPoint(_fd);

    /// <summary>
    /// A socket bound to <paramref name="endpoint"/>; null, and a negative errno, when there is none to be had.
    /// </summary>
    public static DatagramSocket? Bind(EventLoop loop, IPEndPoint endpoint, IDatagramReceiver receiver, out int error)
    {
        error = SocketOptions.BindDatagrams(endpoint, shared: false);
        if (error < 0)
            return null;
        var socket = Adopt(loop, error, receiver);
        error = socket is null ? -Linux.ENOMEM : 0;
        return socket;
    }

    /// <summary>Takes over a bound descriptor. Null when the kernel has no memory to watch it; it is closed then.</summary>
    public static DatagramSocket? Adopt(EventLoop loop, int fd, IDatagramReceiver receiver)
    {
        var socket = new DatagramSocket(loop, fd, receiver);
        if (loop.Register(fd, socket))
            return socket;
        Libc.Close(fd);
        return null;
    }

    /// <summary>Sends a datagram. False when the kernel did not take it.</summary>
    public bool Send(ReadOnlySpan<byte> datagram, in KernelAddress to)
    {
        if (_fd < 0)
            return false;
        var target = to;
        fixed (byte* start = datagram)
            return Libc.SendTo(_fd, start, datagram.Length, Linux.MSG_NOSIGNAL, &target, target.Size) == datagram.Length;
    }

    public void Close()
    {
        if (_fd < 0)
            return;
        _loop.Close(_fd);
        _fd = -1;
    }

    internal override void OnReady(int fd, uint events) => Receive();

    internal override void OnTurn()
    {
        _queued = false;
        Receive();
    }

    internal override void OnTimer() => throw new InvalidOperationException("a datagram socket has no timer");

    private void Receive()
    {
        const int capacity = EventLoop.ScratchSize - Headroom;
        for (int taken = 0; taken < TurnBudget; taken++)
        {
            if (_fd < 0)
                return;
            KernelAddress from = default;
            int addressLength = KernelAddress.MaxSize;
            nint length = Libc.RecvFrom(_fd, _loop.Scratch + Headroom, capacity, Linux.MSG_TRUNC, &from, &addressLength);
            if (length < 0)
            {
                if (Libc.Errno == Linux.EAGAIN)
                    return;
                continue; // what an ICMP error about an earlier datagram left behind
            }
            if (length <= capacity)
                _receiver.OnDatagram(this, from, (int)length);
        }
        if (_queued)
            return; // by an edge and by each turn, turns would become more and more
        _queued = true;
        _loop.Requeue(this);
    }
}
