using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Tunnels;

/// <summary>
/// One direction of a tunnel: what its sockets are ready for, and bytes that were taken and that the far side has not got.
/// </summary>
internal unsafe struct Flow
{
    /// <summary>The source may have bytes, the sink may take some.</summary>
    public bool CanRead, CanWrite;

    /// <summary>The source's FIN has come; it may still be behind unread bytes.</summary>
    public bool PeerEnded;

    /// <summary>It waits at the gate.</summary>
    public bool Waits;

    /// <summary>All was read, to the end; and the end was passed on.</summary>
    public bool Ended, FinPassed;

    private byte[]? _held;
    private int _heldStart, _heldEnd;

    public readonly bool Holds => _held is not null;

    /// <summary>Keeps what the far side would not take. Nothing is held yet.</summary>
    public void Hold(EventLoop loop, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return;
        _held = loop.Buffers.RentLarge();
        bytes.CopyTo(_held);
        (_heldStart, _heldEnd) = (0, bytes.Length);
    }

    /// <summary>Sends what is held: bytes taken, or -1 when the sink is gone.</summary>
    public int Pay(EventLoop loop, int to)
    {
        int sent = Send(to, _held.AsSpan(_heldStart, _heldEnd - _heldStart));
        if (sent < 0)
            return -1;
        _heldStart += sent;
        if (_heldStart == _heldEnd)
            Release(loop);
        return sent;
    }

    /// <summary>
    /// One recv: bytes, 0 when there are none now or at the end (<see cref="Ended"/>), -1 when the source failed.
    /// </summary>
    public int Receive(int from, byte* into, int length)
    {
        nint received = Libc.Recv(from, into, length, 0);
        if (received > 0)
        {
            if (received < length)
                CanRead = PeerEnded; // a short read emptied the socket (epoll(7)), unless the end is behind it
            return (int)received;
        }
        if (received == 0)
            Ended = true;
        else if (Libc.Errno == Linux.EAGAIN)
            CanRead = false;
        else
            return -1;
        return 0;
    }

    /// <summary>One send: bytes taken, or -1 when the sink is gone.</summary>
    public int Send(int to, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            nint sent = Libc.Send(to, start, bytes.Length, Linux.MSG_NOSIGNAL);
            if (sent < bytes.Length)
                CanWrite = false;
            if (sent >= 0)
                return (int)sent;
            return Libc.Errno == Linux.EAGAIN ? 0 : -1;
        }
    }

    public void Release(EventLoop loop)
    {
        if (_held is not null)
            loop.Buffers.Return(_held);
        _held = null;
    }
}
