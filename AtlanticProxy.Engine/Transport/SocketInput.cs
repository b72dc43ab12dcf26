
namespace AtlanticProxy.Engine.Transport;

/// <summary>
/// What was read from a socket and not used yet. It has a buffer of the loop's only while there are such bytes: a connection that
/// waits owns none.
/// </summary>
internal sealed class SocketInput(LoopSocket socket)
{
    private byte[]? _buffer;
    private int _start, _end;

    public LoopSocket Socket { get; } = socket;

    public Span<byte> Bytes => _buffer.AsSpan(_start, _end - _start);

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(_start, _end - _start);

    public bool IsEmpty => _start == _end;

    public void Consume(int bytes)
    {
        _start += bytes;
        if (_start == _end)
            Release();
    }

    /// <summary>Waits for more and appends it: bytes read, 0 at the end of the stream, or a negative errno.</summary>
    /// <param name="bulk">A body is coming: begin with a large buffer.</param>
    public LoopTask<int> ReadMoreAsync(bool bulk = false)
    {
        if (Socket.CanRead)
        {
            int received = TryRead(bulk);
            if (received != -Linux.EAGAIN)
                return new LoopTask<int>(received);
        }
        return ReadSlowlyAsync(bulk);
    }

    /// <summary>
    /// Reads until at least <paramref name="count"/> bytes are there: 0, or a negative errno (the end of the stream is
    /// ECONNRESET).
    /// </summary>
    public async LoopTask<int> FillAsync(int count)
    {
        while (_end - _start < count)
        {
            int received = await ReadMoreAsync();
            if (received <= 0)
                return received == 0 ? -Linux.ECONNRESET : received;
        }
        return 0;
    }

    public void Release()
    {
        if (_buffer is null)
            return;
        Socket.Loop.Buffers.Return(_buffer);
        _buffer = null;
        _start = _end = 0;
    }

    private async LoopTask<int> ReadSlowlyAsync(bool bulk)
    {
        while (true)
        {
            int waited = await Socket.ReadableAsync();
            if (waited < 0)
                return waited;
            int received = TryRead(bulk);
            if (received != -Linux.EAGAIN)
                return received;
        }
    }

    private int TryRead(bool bulk)
    {
        MakeRoom(bulk);
        int received = Socket.TryReceive(_buffer.AsSpan(_end));
        if (received > 0)
            _end += received;
        else if (_start == _end)
            Release();
        return received;
    }

    private void MakeRoom(bool bulk)
    {
        var buffers = Socket.Loop.Buffers;
        if (_buffer is null)
        {
            _buffer = bulk ? buffers.RentLarge() : buffers.RentSmall();
            return;
        }
        if (_end < _buffer.Length)
            return;
        if (_start > 0)
        {
            Bytes.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            return;
        }
        if (_buffer.Length >= BufferPool.LargeSize)
            throw new InvalidOperationException("more input was asked for than a large buffer holds");
        var larger = buffers.RentLarge();
        Bytes.CopyTo(larger);
        buffers.Return(_buffer);
        _buffer = larger;
    }
}
