using System.Buffers.Text;
using System.Net;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Benchmarks.Load;

/// <summary>
/// One client connection of the generator: connects, goes through the handshake of its script, then asks as its <see
/// cref="LoadRun"/> tells.
/// </summary>
internal sealed unsafe class LoadConnection(LoadRun run, int index) : LoopHandle
{
    /// <summary>
    /// IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT (linux/in.h): the port is chosen at connect, so that ports are only scarce for each
    /// address.
    /// </summary>
    private const int IpLevel = 0, BindAddressNoPort = 24;

    /// <summary>MSG_TRUNC (tcp(7)): bytes are taken without being copied.</summary>
    private const int Discard = 0x20;

    /// <summary>
    /// Client addresses 127.0.1.1 and up: closed connections wait a minute, and one address has only 28 000 ports.
    /// </summary>
    private const int SourceAddresses = 64;

    private const int MaxHead = 16 * 1024;

    private readonly KernelAddress _source = new(new IPAddress([127, 0, 1, (byte)(1 + index % SourceAddresses)]), 0);
    private int _fd = -1;
    private int _step;
    private bool _connecting, _peerEnded, _reused;
    private byte[]? _partial;
    private int _partialLength;
    private long _bodyLeft;

    /// <summary>When the present request was due.</summary>
    public long DueAt { get; set; }

    /// <summary>A request is out.</summary>
    public bool IsWaiting { get; private set; }

    public void Open()
    {
        _fd = Libc.Socket(Linux.AF_INET, Linux.SOCK_STREAM | Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC, Linux.IPPROTO_TCP);
        int on = 1;
        Libc.SetSockOpt(_fd, IpLevel, BindAddressNoPort, &on, sizeof(int));
        SocketOptions.NoDelay(_fd);
        var source = _source;
        var target = run.Target;
        Libc.Bind(_fd, &source, source.Size);
        (_step, _connecting, _peerEnded, _reused, _partialLength, _bodyLeft, IsWaiting) = (0, true, false, false, 0, 0, false);
        if (Libc.Connect(_fd, &target, target.Size) != 0 && Libc.Errno != Linux.EINPROGRESS)
        {
            Fail($"connect: errno {Libc.Errno}");
            return;
        }
        run.Loop.Register(_fd, this);
    }

    public void Ask()
    {
        IsWaiting = true;
        Send(run.Script.Request);
    }

    public void Close()
    {
        if (_fd < 0)
            return;
        run.Loop.Close(_fd);
        _fd = -1;
    }

    internal override void OnReady(int fd, uint events)
    {
        if (fd != _fd)
            return;
        _peerEnded |= (events & (Linux.EPOLLRDHUP | Linux.EPOLLHUP | Linux.EPOLLERR)) != 0;
        if (_connecting && (events & Linux.EPOLLOUT) != 0)
        {
            _connecting = false;
            if (run.Script.Handshake.Length > 0)
                Send(run.Script.Handshake[0].Message);
            else
                run.OnOpen(this);
        }
        if (_peerEnded || (events & Linux.EPOLLIN) != 0)
            Receive();
    }

    internal override void OnTimer()
    {
    }

    private void Receive()
    {
        while (_fd >= 0)
        {
            long wanted = _bodyLeft > 0 ? _bodyLeft : EventLoop.ScratchSize;
            nint received = Libc.Recv(_fd, run.Loop.Scratch, (nint)wanted, _bodyLeft > 0 ? Discard : 0);
            if (received < 0 && Libc.Errno == Linux.EAGAIN)
                return;
            if (received <= 0)
            {
                Lost();
                return;
            }
            if (_bodyLeft > 0)
            {
                run.Received(received);
                _bodyLeft -= received;
                if (_bodyLeft == 0)
                    Answered();
            }
            else
                Take(new ReadOnlySpan<byte>(run.Loop.Scratch, (int)received));
            if (received < wanted && !_peerEnded)
                return;
        }
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (_partialLength > 0)
        {
            bytes.CopyTo(_partial.AsSpan(_partialLength));
            bytes = _partial.AsSpan(0, _partialLength + bytes.Length);
        }
        int end = -1;
        bool head = _step >= run.Script.Handshake.Length || run.Script.Handshake[_step].Reply == Script.HeadReply;
        if (head)
            end = bytes.IndexOf("\r\n\r\n"u8) + 4;
        else if (bytes.Length >= run.Script.Handshake[_step].Reply)
            end = run.Script.Handshake[_step].Reply;
        if (end < 4 && (head || end < 0))
        {
            _partial ??= new byte[MaxHead + EventLoop.ScratchSize];
            if (_partialLength == 0)
                bytes.CopyTo(_partial);
            _partialLength = bytes.Length;
            return;
        }
        _partialLength = 0;
        if (_step < run.Script.Handshake.Length)
            TakeReply(bytes[..end], head);
        else
            TakeAnswer(bytes, end);
    }

    private void TakeReply(ReadOnlySpan<byte> reply, bool head)
    {
        // SOCKS: version and method, version and status, version and reply; 5 2, 1 0 and 5 0 are the good ones.
        bool good = head ? IsOk(reply) : reply[1] == (_step == 0 ? 2 : 0);
        if (!good)
            Fail($"step {_step}: {(head ? System.Text.Encoding.ASCII.GetString(reply) : Convert.ToHexString(reply))}");
        else if (++_step < run.Script.Handshake.Length)
            Send(run.Script.Handshake[_step].Message);
        else
            run.OnOpen(this);
    }

    private void TakeAnswer(ReadOnlySpan<byte> bytes, int end)
    {
        if (!IsWaiting || !IsOk(bytes))
        {
            Fail($"answer: {System.Text.Encoding.ASCII.GetString(bytes[..Math.Min(bytes.Length, 200)])}");
            return;
        }
        var head = bytes[..end];
        int at = head.IndexOf("ontent-Length: "u8);
        if (at < 0 || !Utf8Parser.TryParse(head[(at + "ontent-Length: ".Length)..], out long length, out _))
        {
            Fail("the answer has no Content-Length");
            return;
        }
        run.Received(bytes.Length - end);
        _bodyLeft = length - (bytes.Length - end);
        if (_bodyLeft == 0)
            Answered();
    }

    private void Answered()
    {
        IsWaiting = false;
        _reused = true;
        run.OnAnswered(this);
    }

    // A proxy that closes between requests (tinyproxy does) is connected to again: that is part of its work.
    private void Lost()
    {
        bool early = (IsWaiting && !_reused) || _step < run.Script.Handshake.Length || run.Script.Request.Length == 0;
        Close();
        if (early)
            run.OnFailed(this, "the proxy closed the connection");
        else
            run.OnLost(this);
    }

    private void Fail(string reason)
    {
        Close();
        run.OnFailed(this, reason);
    }

    private void Send(byte[] message)
    {
        nint sent;
        fixed (byte* start = message)
            sent = Libc.Send(_fd, start, message.Length, Linux.MSG_NOSIGNAL);
        if (sent != message.Length)
            _peerEnded = true; // the read that follows says why
    }

    private static bool IsOk(ReadOnlySpan<byte> head) =>
        head.Length > 12 && head.StartsWith("HTTP/1."u8) && head[8..12].SequenceEqual(" 200"u8);
}
