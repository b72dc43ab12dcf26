using System.Net.Sockets;

namespace AtlanticProxy.Engine.Tls;

/// <summary>A connection's stream from its beginning, though its first bytes may have been read already.</summary>
internal sealed class ReplayStream(Socket socket, ReadOnlyMemory<byte> first) : NetworkStream(socket, ownsSocket: true)
{
    private ReadOnlyMemory<byte> _first = first;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_first.IsEmpty)
            return base.ReadAsync(buffer, cancellationToken);
        int length = Math.Min(_first.Length, buffer.Length);
        _first.Span[..length].CopyTo(buffer.Span);
        _first = _first[length..];
        return new ValueTask<int>(length);
    }
}
