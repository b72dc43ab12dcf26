using System.Net.Sockets;

namespace AtlanticProxy.Engine.Tls;

/// <summary>
/// The network under an <see cref="System.Net.Security.SslStream"/>: from its beginning, though its first bytes may have been
/// read already. It also says whose turn it is in that stream. Reads and writes lock each other out there, but nothing does so
/// for a shutdown and a read, and both change the same state of OpenSSL's. So whoever shakes hands, reads or shuts down takes the
/// turn, and gives it up while it waits for bytes from the network.
/// </summary>
internal sealed class TlsNetworkStream(Socket socket, ReadOnlyMemory<byte> first) : NetworkStream(socket, ownsSocket: true)
{
    private readonly SemaphoreSlim _turn = new(1);
    private ReadOnlyMemory<byte> _first = first;

    /// <summary>Waits for the turn; disposing of it ends it.</summary>
    public async ValueTask<Turn> TakeTurnAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        return new Turn(this);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_first.IsEmpty)
        {
            var read = base.ReadAsync(buffer, cancellationToken);
            return read.IsCompleted ? read : WaitAsync(read);
        }
        int length = Math.Min(_first.Length, buffer.Length);
        _first.Span[..length].CopyTo(buffer.Span);
        _first = _first[length..];
        return new ValueTask<int>(length);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _turn.Dispose();
    }

    private async ValueTask<int> WaitAsync(ValueTask<int> read)
    {
        _turn.Release();
        try
        {
            return await read;
        }
        finally
        {
            await _turn.WaitAsync(CancellationToken.None);
        }
    }

    public readonly struct Turn(TlsNetworkStream stream) : IDisposable
    {
        public void Dispose() => stream._turn.Release();
    }
}
