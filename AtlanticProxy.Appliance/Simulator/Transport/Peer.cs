using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace AtlanticProxy.Simulator.Transport;

/// <summary>
/// One TCP connection with what was received and not yet used. One task reads it and one sends to it at a time;
/// <see cref="Abort"/> may come from any thread; <see cref="Dispose"/> only when no task uses it any more.
/// </summary>
internal sealed class Peer : IDisposable
{
    // The size in which bytes are relayed: beyond 32 KB a loopback relay gains little and an idle tunnel costs more.
    private const int BufferSize = 32 * 1024;

    // How long a client gets to close its side after ours.
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private SslStream? _tls;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;

    public Peer(Socket socket)
    {
        _socket = socket;
        _socket.NoDelay = true;
        Remote = (IPEndPoint)socket.RemoteEndPoint!;
        Local = (IPEndPoint)socket.LocalEndPoint!;
    }

    public IPEndPoint Remote { get; }

    public IPEndPoint Local { get; }

    /// <summary>Received and not yet used. Valid until the next <see cref="FillAsync"/>.</summary>
    public ReadOnlyMemory<byte> Buffered => _buffer.AsMemory(_start, _end - _start);

    public void Advance(int bytes) => _start += bytes;

    /// <summary>Receives more behind what is buffered. False at the other side's end of sending.</summary>
    /// <exception cref="ProtocolException">The buffer is full: what should be a head is too long.</exception>
    public async ValueTask<bool> FillAsync()
    {
        if (_start == _end)
            _start = _end = 0;
        if (_end == _buffer.Length)
        {
            if (_start == 0)
                throw new ProtocolException($"Nothing usable in {_buffer.Length} bytes.");
            Buffered.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        var room = _buffer.AsMemory(_end);
        int received = _tls is null ? await _socket.ReceiveAsync(room, SocketFlags.None) : await _tls.ReadAsync(room);
        _end += received;
        return received > 0;
    }

    /// <summary>At least <paramref name="bytes"/> bytes, without using them up; null when the other side ends before.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> PeekAsync(int bytes)
    {
        while (_end - _start < bytes)
            if (!await FillAsync())
                return null;
        return Buffered[..bytes];
    }

    /// <summary>
    /// Serves TLS from here on, beginning with what is buffered: all else then goes through it. What passes is counted on
    /// <paramref name="meter"/> as it is on the wire.
    /// </summary>
    /// <exception cref="ProtocolException">The client does not speak it, or does not trust the certificate.</exception>
    public async Task StartTlsAsync(X509Certificate2 certificate, BillMeter meter, CancellationToken stop)
    {
        var wire = new NetworkStream(_socket, ownsSocket: false);
        var tls = new SslStream(new TunnelStream(Buffered.ToArray(), wire, meter));
        _start = _end = 0;
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await tls.DisposeAsync();
            throw new ProtocolException($"No TLS came about: {e.Message}");
        }
        _tls = tls;
    }

    /// <summary>Ends TLS, if it is spoken, so that the client sees that nothing is missing.</summary>
    public Task FinishTlsAsync() => _tls?.ShutdownAsync() ?? Task.CompletedTask;

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_tls is not null)
            await _tls.WriteAsync(bytes);
        else
            while (!bytes.IsEmpty)
                bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None)..];
    }

    /// <summary>Says that nothing more will be sent (FIN); receiving goes on.</summary>
    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>As <see cref="FinishSending"/>; false when the connection is gone already.</summary>
    public bool TryFinishSending()
    {
        try
        {
            FinishSending();
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Ends the connection now, with RST, whatever is under way on it.</summary>
    public void Abort() => _socket.Close(timeout: 0);

    /// <summary>
    /// Reads and drops until the other side ends: so that it sees our FIN and not an RST that overtakes our last bytes.
    /// </summary>
    public async ValueTask DrainAsync()
    {
        do
            _start = _end = 0;
        while (await FillAsync());
    }

    /// <summary>Ends the connection in order: our FIN, theirs within a bounded time, and only then the close.</summary>
    public async ValueTask CloseAsync(TimeProvider time)
    {
        FinishSending();
        await using var giveUp = AbortUnlessEnded(time);
        await DrainAsync();
    }

    /// <summary>Aborts the connection after the time that the other side gets to end it, unless disposed of before.</summary>
    public ITimer AbortUnlessEnded(TimeProvider time) =>
        time.CreateTimer(static peer => ((Peer)peer!).Abort(), this, s_linger, Timeout.InfiniteTimeSpan);

    /// <summary>Whether nothing was received, an end included: a kept connection that can be used again.</summary>
    public bool IsQuiet => Buffered.IsEmpty && !_socket.Poll(0, SelectMode.SelectRead);

    public void Dispose()
    {
        _tls?.Dispose();
        _socket.Dispose();
        ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _buffer, []));
    }
}

/// <summary>The client broke the protocol: its connection ends.</summary>
internal sealed class ProtocolException(string message) : Exception(message);
