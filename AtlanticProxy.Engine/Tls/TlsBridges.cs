using System.Net.Security;
using System.Net.Sockets;
using AtlanticProxy.Engine.Diagnostics;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Tls;

/// <summary>All TLS bridges of an engine: counted, so that none is forgotten, and ended with it.</summary>
internal sealed class TlsBridges(TimeProvider time, ILogger log) : IDisposable
{
    /// <summary>Time for bridges to hand over what the loops have left in them, when the engine stops.</summary>
    private static readonly TimeSpan FinishTime = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;
    private volatile bool _finishing;

    public TimeProvider Time { get; } = time;

    /// <summary>Cancelled when the engine will wait no longer.</summary>
    public CancellationToken End => _end.Token;

    /// <summary>Bridges and handshakes under way.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>
    /// Makes TLS of a connected descriptor, and starts to carry it, on the thread pool. It counts from now on. Owns the
    /// descriptor: when there is no bridge in the end, it is closed.
    /// </summary>
    /// <param name="first">Bytes that were read from it already.</param>
    /// <param name="authenticate">The handshake; what it throws is thrown.</param>
    /// <returns>The bridge and the loop's end of it; or null and a negative errno.</returns>
    /// <exception cref="IOException">The peer has broken off already.</exception>
    public Task<(TlsBridge? Bridge, int LoopEnd)> OpenAsync(
        int fd, ReadOnlyMemory<byte> first, Func<SslStream, Task> authenticate)
    {
        OnOpened();
        return Task.Run(() => OpenCountedAsync(fd, first, authenticate));
    }

    public void OnOpened() => Interlocked.Increment(ref _open);

    public void OnClosed()
    {
        if (Interlocked.Decrement(ref _open) == 0 && _finishing)
            _empty.TrySetResult();
    }

    public void OnFault(Exception fault) => EngineLog.ConnectionFault(log, fault);

    /// <summary>Waits, not long, until what the loops have sent is with the peers; then ends what is left.</summary>
    public async Task FinishAsync()
    {
        _finishing = true;
        Interlocked.MemoryBarrier(); // either we see that none is open, or who closes the last sees that we wait
        if (Open == 0)
            return;
        try
        {
            await _empty.Task.WaitAsync(FinishTime, Time);
        }
        catch (TimeoutException)
        {
            await _end.CancelAsync();
            await _empty.Task;
        }
    }

    public void Dispose() => _end.Dispose();

    private async Task<(TlsBridge? Bridge, int LoopEnd)> OpenCountedAsync(
        int fd, ReadOnlyMemory<byte> first, Func<SslStream, Task> authenticate)
    {
        var handle = new SafeSocketHandle(fd, ownsHandle: true);
        SslStream? tls = null;
        bool handedOver = false;
        try
        {
            var network = new TlsNetworkStream(new Socket(handle), first);
            tls = new SslStream(network);
            using (_end.Token.UnsafeRegister(static socket => BreakOff((Socket)socket!), network.Socket))
            using (await network.TakeTurnAsync(CancellationToken.None))
                await authenticate(tls);
            var started = TlsBridge.Start(tls, network, this);
            handedOver = started.Bridge is not null;
            return started;
        }
        finally
        {
            if (!handedOver)
            {
                tls?.Dispose();
                handle.Dispose();
            }
            OnClosed();
        }
    }

    // The handshake reads the end of the stream, and fails.
    private static void BreakOff(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The peer has broken off already, which is as good.
        }
    }
}
