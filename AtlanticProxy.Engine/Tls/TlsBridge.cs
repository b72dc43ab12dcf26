using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Tls;

/// <summary>
/// Carries one connection between its TLS stream and a loop, on the thread pool:
/// <code>network socket -- TLS records -- SslStream -- this -- AF_UNIX pair -- the loop's LoopSocket</code>
/// To the loop the connection is then like any other, only that the plaintext is in it. Each direction holds a buffer only while
/// it has bytes in hand and waits for the other end to take them, so backpressure passes through. Ends of stream are passed on
/// one direction at a time; breaks are told beside the pair (<see cref="ISocketBridge"/>), since a local socket knows none.
/// </summary>
internal sealed class TlsBridge : ISocketBridge, IDisposable
{
    /// <summary>Two TLS records (RFC 8446 section 5.1: 16 KB): more does not go faster.</summary>
    private const int BufferSize = 32 * 1024;

    /// <summary>
    /// Time for the peer to take what is left once the loop has closed. Less than the kernel's 60 s for orphaned sockets: a
    /// bridge costs more.
    /// </summary>
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(15);

    private const int LoopClosed = 1, AllSent = 2, Over = 4;

    private readonly SslStream _tls;
    private readonly TlsNetworkStream _network;
    private readonly Socket _pair;
    private readonly TlsBridges _bridges;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenRegistration _end;
    private volatile bool _peerReset, _resetPeer;
    private int _state;

    private TlsBridge(SslStream tls, TlsNetworkStream network, Socket pair, TlsBridges bridges)
    {
        (_tls, _network, _pair, _bridges) = (tls, network, pair, bridges);
        _stop = new CancellationTokenSource(Timeout.InfiniteTimeSpan, bridges.Time);
        _end = bridges.End.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), _stop);
    }

    public bool PeerReset => _peerReset;

    /// <summary>Starts carrying; owns both from now on.</summary>
    /// <returns>The bridge, and the descriptor of the loop's end; or null and a negative errno, and then nothing is
    /// owned.</returns>
    public static unsafe (TlsBridge? Bridge, int LoopEnd) Start(SslStream tls, TlsNetworkStream network, TlsBridges bridges)
    {
        int* pair = stackalloc int[2];
        if (Libc.SocketPair(Linux.AF_UNIX, Linux.SOCK_STREAM | Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC, 0, pair) != 0)
            return (null, -Libc.Errno);
        if (Math.Max(pair[0], pair[1]) >= DescriptorLimit.Ceiling)
        {
            Libc.Close(pair[0]);
            Libc.Close(pair[1]);
            return (null, -Linux.EMFILE);
        }
        var bridge = new TlsBridge(tls, network, new Socket(new SafeSocketHandle(pair[1], ownsHandle: true)), bridges);
        bridges.OnOpened();
        _ = bridge.RunAsync(); // never throws
        return (bridge, pair[0]);
    }

    public void OnClosing(bool reset)
    {
        if (reset)
            _resetPeer = true;
        int before = Interlocked.Or(ref _state, LoopClosed);
        if ((before & Over) != 0)
            return;
        try
        {
            if (reset || (before & AllSent) != 0)
                _ = _stop.CancelAsync();
            else
                _stop.CancelAfter(FlushTime);
        }
        catch (ObjectDisposedException)
        {
            // It ended in this very moment.
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await Task.WhenAll(InwardAsync(), OutwardAsync());
        }
        catch (Exception fault)
        {
            _resetPeer = _peerReset = true;
            _bridges.OnFault(fault);
        }
        if (_resetPeer || _peerReset || (Interlocked.Or(ref _state, Over) & AllSent) == 0)
            _network.Socket.Close(timeout: 0); // RST, and not the FIN that disposing of the stream would send
        Dispose();
        _bridges.OnClosed();
    }

    public void Dispose()
    {
        _end.Dispose();
        _pair.Dispose();
        _tls.Dispose(); // and the network socket with it
        _stop.Dispose();
    }

    /// <summary>From the peer to the loop.</summary>
    private async Task InwardAsync()
    {
        await Task.Yield();
        while (true)
        {
            byte[]? buffer = null;
            try
            {
                int received;
                try
                {
                    using var turn = await _network.TakeTurnAsync(_stop.Token);
                    await PlaintextAsync();
                    buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                    received = await _tls.ReadAsync(buffer, _stop.Token);
                }
                catch (Exception broken) when (broken is IOException or SocketException or AuthenticationException)
                {
                    await BreakAsync();
                    return;
                }
                if (received == 0)
                {
                    _pair.Shutdown(SocketShutdown.Send);
                    return;
                }
                for (int sent = 0; sent < received;)
                    sent += await _pair.SendAsync(buffer.AsMemory(sent, received - sent), _stop.Token);
            }
            catch (Exception over) when (over is SocketException or OperationCanceledException)
            {
                return; // the loop has closed its end, or all is to end
            }
            finally
            {
                if (buffer is not null)
                    ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>From the loop to the peer.</summary>
    private async Task OutwardAsync()
    {
        await Task.Yield();
        while (true)
        {
            byte[]? buffer = null;
            try
            {
                await _pair.ReceiveAsync(Memory<byte>.Empty, _stop.Token);
                buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                int received = await _pair.ReceiveAsync(buffer, _stop.Token);
                if (_resetPeer)
                    return;
                if (received == 0)
                {
                    Task closing;
                    using (await _network.TakeTurnAsync(_stop.Token))
                        closing = _tls.ShutdownAsync(); // close_notify
                    await closing.WaitAsync(_stop.Token);
                    _network.Socket.Shutdown(SocketShutdown.Send);
                    if ((Interlocked.Or(ref _state, AllSent) & LoopClosed) != 0)
                        await _stop.CancelAsync();
                    return;
                }
                await _tls.WriteAsync(buffer.AsMemory(0, received), _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception broken) when (broken is IOException or SocketException)
            {
                await BreakAsync();
                return;
            }
            finally
            {
                if (buffer is not null)
                    ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    // Waits without a buffer.
    private ValueTask<int> PlaintextAsync() => _tls.ReadAsync(Memory<byte>.Empty, _stop.Token);

    private Task BreakAsync()
    {
        _peerReset = true;
        return _stop.CancelAsync();
    }
}
