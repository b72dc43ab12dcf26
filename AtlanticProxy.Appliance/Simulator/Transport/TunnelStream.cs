namespace AtlanticProxy.Simulator.Transport;

/// <summary>What goes through a tunnel, as a stream for TLS to run on: it begins with what was received already.</summary>
internal sealed class TunnelStream(byte[] received, Stream connection, BillMeter meter) : Stream
{
    private int _used;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count;
        if (_used < received.Length) // also when nothing is wanted yet, which asks whether there is something
        {
            count = Math.Min(buffer.Length, received.Length - _used);
            received.AsMemory(_used, count).CopyTo(buffer);
            _used += count;
        }
        else
            count = await connection.ReadAsync(buffer, cancellationToken);
        meter.Up(count);
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await connection.WriteAsync(buffer, cancellationToken);
        meter.Down(buffer.Length);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush() { }
}
