using System.Net;

namespace AtlanticProxy.Engine.Transport;

/// <summary>Is told when the peer of a socket will send nothing more, or is gone altogether.</summary>
internal interface IPeerObserver
{
    /// <param name="reset">True when the connection is dead both ways; false when only its sending side has ended.</param>
    void OnPeerClosed(bool reset);
}

/// <summary>
/// A non-blocking socket that straight-line <c>async</c> code can wait on; continuations run on the loop's thread. Results follow
/// the system calls: bytes, 0 for the end of the stream, or a negative errno, with <c>-ETIMEDOUT</c> for the deadline and
/// <c>-ECONNABORTED</c> for <see cref="Cancel"/>. One reader and one writer at a time.
/// </summary>
internal sealed partial class LoopSocket : LoopHandle
{
    private readonly LoopSignal<int> _readable = new(), _writable = new();
    private bool _canRead, _canWrite;
    private bool _timedOut, _cancelled;

    private LoopSocket(EventLoop loop, int fd, ISocketBridge? bridge, bool watchWrites)
    {
        Loop = loop;
        Fd = fd;
        Bridge = bridge;
        WatchesWrites = watchWrites;
    }

    public EventLoop Loop { get; }

    /// <summary>The descriptor; -1 once closed or given away.</summary>
    public int Fd { get; private set; }

    public IPeerObserver? Observer { get; set; }

    /// <summary>What stands between this socket and its peer; null when it is the peer's own connection.</summary>
    public ISocketBridge? Bridge { get; }

    /// <summary>The peer sent its FIN (which may still be behind unread bytes).</summary>
    public bool PeerEnded { get; private set; }

    public bool IsOpen => Fd >= 0;

    /// <summary>The loop is told when it can be written to: from the first time on that it could not.</summary>
    public bool WatchesWrites { get; private set; }

    /// <summary>A read may get something, and nothing forbids it: no deadline passed, not cancelled.</summary>
    public bool CanRead => _canRead && !_cancelled && !_timedOut;

    /// <summary>The peer has neither sent what was not read, nor ended.</summary>
    public unsafe bool IsQuiet()
    {
        if (!_canRead)
            return !PeerEnded;
        byte one;
        if (Libc.Recv(Fd, &one, 1, Linux.MSG_PEEK) >= 0 || Libc.Errno != Linux.EAGAIN)
            return false;
        _canRead = false;
        return true;
    }

    /// <summary>Bytes have come that were not read.</summary>
    public unsafe bool HasUnread()
    {
        byte one;
        return Libc.Recv(Fd, &one, 1, Linux.MSG_PEEK) > 0;
    }

    /// <summary>
    /// Everything that waits on this socket is woken with <c>-ETIMEDOUT</c> after <paramref name="delay"/>, unless re-armed or
    /// disarmed.
    /// </summary>
    public void SetDeadline(TimeSpan delay)
    {
        _timedOut = false;
        Loop.ArmTimer(this, delay);
    }

    public void ClearDeadline()
    {
        _timedOut = false;
        Loop.Timers.Disarm(this);
    }

    /// <summary>Wakes everything that waits on this socket with <c>-ECONNABORTED</c>, now and from now on.</summary>
    public void Cancel()
    {
        _cancelled = true;
        Release();
    }

    /// <summary>Wakes whoever waits to read with <c>-EINTR</c>, this once.</summary>
    public void StopWaiting() => _readable.Signal(-Linux.EINTR);

    /// <summary>0 when a read may get something, or a negative errno.</summary>
    public LoopTask<int> ReadableAsync() => Wait(_readable, _canRead);

    /// <summary>0 when a write may get rid of something, or a negative errno.</summary>
    public LoopTask<int> WritableAsync()
    {
        if (!_canWrite && !WatchesWrites)
        {
            WatchesWrites = true;
            Loop.WatchWrites(Fd);
        }
        return Wait(_writable, _canWrite);
    }

    /// <summary>One recv: bytes, 0 at the end, or a negative errno.</summary>
    public unsafe int TryReceive(Span<byte> buffer)
    {
        nint received;
        fixed (byte* start = buffer)
            received = Libc.Recv(Fd, start, buffer.Length, 0);
        if (received >= 0)
        {
            // A short read emptied the socket (epoll(7)): the next edge tells of more. The end must still be read, though.
            if (received < buffer.Length && received > 0 && !PeerEnded)
                _canRead = false;
            return received == 0 && Bridge is { PeerReset: true } ? -Linux.ECONNRESET : (int)received;
        }
        int errno = Libc.Errno;
        if (errno == Linux.EAGAIN)
            _canRead = false;
        return -errno;
    }

    /// <summary>One send: bytes taken, or a negative errno.</summary>
    public unsafe int TrySend(ReadOnlySpan<byte> bytes)
    {
        nint sent;
        fixed (byte* start = bytes)
            sent = Libc.Send(Fd, start, bytes.Length, Linux.MSG_NOSIGNAL);
        if (sent >= 0)
            return (int)sent;
        int errno = Libc.Errno;
        if (errno == Linux.EAGAIN)
            _canWrite = false;
        return -errno;
    }

    /// <summary>Waits for bytes and reads some: bytes, 0 at the end, or a negative errno.</summary>
    public LoopTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        if (_cancelled || _timedOut)
            return new LoopTask<int>(_cancelled ? -Linux.ECONNABORTED : -Linux.ETIMEDOUT);
        if (_canRead)
        {
            int received = TryReceive(buffer.Span);
            if (received != -Linux.EAGAIN)
                return new LoopTask<int>(received);
        }
        return ReceiveSlowlyAsync(buffer);
    }

    /// <summary>Sends all of <paramref name="bytes"/>: 0, or a negative errno.</summary>
    public LoopTask<int> SendAllAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_cancelled || _timedOut)
            return new LoopTask<int>(_cancelled ? -Linux.ECONNABORTED : -Linux.ETIMEDOUT);
        int sent = TrySend(bytes.Span);
        if (sent == bytes.Length)
            return new LoopTask<int>(0);
        if (sent < 0 && sent != -Linux.EAGAIN)
            return new LoopTask<int>(sent);
        return SendSlowlyAsync(bytes[Math.Max(sent, 0)..]);
    }

    /// <summary>
    /// Sends the first <paramref name="length"/> bytes of the loop's scratch memory: 0, or a negative errno. The memory is free
    /// again at once.
    /// </summary>
    public LoopTask<int> SendScratchAsync(int length)
    {
        var bytes = Loop.ScratchArray.AsSpan(0, length);
        int sent = _cancelled || _timedOut ? -Linux.EAGAIN : TrySend(bytes);
        return sent == length ? new LoopTask<int>(0) : SendAllAsync(bytes[Math.Max(sent, 0)..].ToArray());
    }

    /// <summary>Sends our FIN.</summary>
    public void EndSending() => Libc.Shutdown(Fd, Linux.SHUT_WR);

    /// <summary>Gives the descriptor to another handler of the same loop; this object is done.</summary>
    public int Detach(LoopHandle to)
    {
        int fd = Fd;
        Loop.Timers.Disarm(this);
        Loop.SetHandle(fd, to);
        Fd = -1;
        Observer = null;
        return fd;
    }

    /// <summary>Takes the descriptor out of the loop, for other threads; this object is done.</summary>
    public int Unregister()
    {
        int fd = Fd;
        Loop.Timers.Disarm(this);
        Loop.Unregister(fd);
        Fd = -1;
        Observer = null;
        return fd;
    }

    /// <summary>Closes. With <paramref name="reset"/>, the peer sees a reset and not an orderly end.</summary>
    public void Close(bool reset = false)
    {
        if (Fd < 0)
            return;
        if (reset)
            SocketOptions.ResetOnClose(Fd);
        Loop.Timers.Disarm(this);
        Bridge?.OnClosing(reset);
        Loop.Close(Fd);
        Fd = -1;
        Observer = null;
        _cancelled = true;
        Release();
    }

    internal override void OnReady(int fd, uint events)
    {
        bool reset = (events & (Linux.EPOLLERR | Linux.EPOLLHUP)) != 0;
        if ((events & Linux.EPOLLRDHUP) != 0 || reset)
        {
            PeerEnded = true;
            Observer?.OnPeerClosed(reset);
            if (Fd != fd)
                return;
        }
        if (reset || (events & (Linux.EPOLLIN | Linux.EPOLLRDHUP)) != 0)
        {
            _canRead = true;
            _readable.Signal(0);
            if (Fd != fd)
                return;
        }
        if (reset || (events & Linux.EPOLLOUT) != 0)
        {
            _canWrite = true;
            _writable.Signal(0);
        }
    }

    internal override void OnTimer()
    {
        _timedOut = true;
        Release();
    }

    /// <summary>The peer's address.</summary>
    public unsafe IPEndPoint? RemoteEndPoint()
    {
        KernelAddress address;
        int length = KernelAddress.MaxSize;
        return Libc.GetPeerName(Fd, &address, &length) == 0 ? address.ToEndPoint() : null;
    }

    /// <summary>The address that the peer reached us at; null when it is no IP socket.</summary>
    public unsafe IPEndPoint? LocalEndPoint()
    {
        KernelAddress address;
        int length = KernelAddress.MaxSize;
        return Libc.GetSockName(Fd, &address, &length) == 0 && address.Family is Linux.AF_INET or Linux.AF_INET6
            ? address.ToEndPoint()
            : null;
    }

    private void Release()
    {
        int result = _cancelled ? -Linux.ECONNABORTED : -Linux.ETIMEDOUT;
        _readable.Signal(result);
        _writable.Signal(result);
    }

    private LoopTask<int> Wait(LoopSignal<int> signal, bool ready)
    {
        if (_cancelled)
            return new LoopTask<int>(-Linux.ECONNABORTED);
        if (_timedOut)
            return new LoopTask<int>(-Linux.ETIMEDOUT);
        return ready ? new LoopTask<int>(0) : signal.Begin();
    }

    private async LoopTask<int> ReceiveSlowlyAsync(Memory<byte> buffer)
    {
        while (true)
        {
            int waited = await ReadableAsync();
            if (waited < 0)
                return waited;
            int received = TryReceive(buffer.Span);
            if (received != -Linux.EAGAIN)
                return received;
        }
    }

    private async LoopTask<int> SendSlowlyAsync(ReadOnlyMemory<byte> bytes)
    {
        while (true)
        {
            int waited = await WritableAsync();
            if (waited < 0)
                return waited;
            int sent = TrySend(bytes.Span);
            if (sent == bytes.Length)
                return 0;
            if (sent < 0 && sent != -Linux.EAGAIN)
                return sent;
            bytes = bytes[Math.Max(sent, 0)..];
        }
    }
}
