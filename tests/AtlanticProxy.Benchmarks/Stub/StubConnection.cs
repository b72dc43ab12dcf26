using System.Buffers.Text;
using System.Text;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Benchmarks.Stub;

/// <summary>
/// One connection of the stub. A path with <c>/bulk</c> is answered with <see cref="BulkBytes"/>, any other with <see
/// cref="SmallBytes"/>.
/// </summary>
internal sealed unsafe class StubConnection(EventLoop loop, int fd) : LoopHandle
{
    /// <summary>Bytes of the two bodies: 1 KB and 10 MB, as the issue of this benchmark asks.</summary>
    public const int SmallBytes = 1024, BulkBytes = 10 * 1024 * 1024;

    private const int BlockSize = 256 * 1024, MaxHead = 16 * 1024;

    private static readonly byte[] Established = "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray();
    private static readonly byte[] Small =
        Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {SmallBytes}\r\n\r\n{new string('x', SmallBytes)}");
    private static readonly byte[] BulkHead =
        Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {BulkBytes}\r\n\r\n");
    private static readonly byte[] Block = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

    private byte[]? _partial;
    private int _partialLength;
    private long _bodyLeft;
    private bool _closing, _closed;

    internal override void OnReady(int ready, uint events)
    {
        if (_bodyLeft > 0)
            SendBody();
        while (!_closed && _bodyLeft == 0)
        {
            nint received = Libc.Recv(fd, loop.Scratch, EventLoop.ScratchSize, 0);
            if (received < 0 && Libc.Errno == Linux.EAGAIN)
                return;
            if (received <= 0)
            {
                Close();
                return;
            }
            Take(new ReadOnlySpan<byte>(loop.Scratch, (int)received));
            if (received < EventLoop.ScratchSize && (events & Linux.EPOLLRDHUP) == 0)
                return;
        }
    }

    internal override void OnTimer()
    {
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (_partialLength > 0)
        {
            bytes.CopyTo(_partial.AsSpan(_partialLength));
            bytes = _partial.AsSpan(0, _partialLength + bytes.Length);
            _partialLength = 0;
        }
        while (!bytes.IsEmpty && !_closed)
        {
            int end = bytes.IndexOf("\r\n\r\n"u8);
            int body = end < 0 ? 0 : BodyLength(bytes[..end]);
            if (end < 0 || bytes.Length < end + 4 + body)
            {
                _partial ??= new byte[MaxHead + EventLoop.ScratchSize];
                bytes.CopyTo(_partial);
                _partialLength = bytes.Length;
                return;
            }
            Answer(bytes[..end]);
            bytes = bytes[(end + 4 + body)..];
        }
    }

    private static int BodyLength(ReadOnlySpan<byte> head)
    {
        var field = "\r\nContent-Length: "u8;
        int at = head.IndexOf(field);
        return at >= 0 && Utf8Parser.TryParse(head[(at + field.Length)..], out int length, out _) ? length : 0;
    }

    private void Answer(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("CONNECT "u8))
        {
            Send(Established);
            return;
        }
        var line = head[..Math.Max(head.IndexOf((byte)'\r'), 0)];
        _closing = line.EndsWith("HTTP/1.0"u8) || head.IndexOf("onnection: close"u8) >= 0;
        if (line.IndexOf("/bulk"u8) >= 0)
        {
            Send(BulkHead);
            _bodyLeft = BulkBytes;
            SendBody();
            return;
        }
        Send(Small);
        if (_closing)
            Close();
    }

    private void SendBody()
    {
        while (_bodyLeft > 0 && !_closed)
        {
            int length = (int)Math.Min(_bodyLeft, BlockSize);
            nint sent;
            fixed (byte* block = Block)
                sent = Libc.Send(fd, block, length, Linux.MSG_NOSIGNAL);
            if (sent < 0)
            {
                if (Libc.Errno != Linux.EAGAIN)
                    Close();
                return;
            }
            _bodyLeft -= sent;
        }
        if (_closing)
            Close();
    }

    // Small answers always fit an idle socket's buffer; one that does not take them is no use any more.
    private void Send(byte[] bytes)
    {
        nint sent;
        fixed (byte* start = bytes)
            sent = Libc.Send(fd, start, bytes.Length, Linux.MSG_NOSIGNAL);
        if (sent != bytes.Length)
            Close();
    }

    private void Close()
    {
        if (_closed)
            return;
        _closed = true;
        loop.Close(fd);
    }
}
