using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage;

namespace AtlanticProxy.Engine.Relay;

/// <summary>Is told when a tunnel is over; both of its sockets are closed then.</summary>
internal interface ITunnelOwner
{
    void OnTunnelEnded(ConnectionOutcome outcome);
}

/// <summary>
/// An established tunnel: two descriptors and a few words, no task and no buffer while idle. Bytes go
/// <code>client socket -> (scratch | pipe) -> upstream socket</code> and back the same way; what the far socket will not take is held in a
/// buffer of the loop's until it does, and nothing more is read meanwhile. Ends of stream are passed on one direction at a time.
/// </summary>
internal sealed unsafe class Tunnel : LoopHandle, ITunnel
{
    /// <summary>Bytes one direction may move before others get their turn.</summary>
    private const int TurnBudget = 1024 * 1024;

    /// <summary>Full reads in a row after which a direction is bulk and worth a pipe.</summary>
    private const int FullReadsForBulk = 2;

    /// <summary>A bulk direction whose turn moved less than this is interactive again.</summary>
    private const int BulkFloor = 16 * 1024;

    private readonly EventLoop _loop;
    private readonly UsageCounter _counter;
    private readonly ITunnelOwner _owner;
    private readonly long _idleMilliseconds, _endsAt;
    private readonly int _client, _upstream;
    private readonly ISocketBridge? _clientBridge, _upstreamBridge;
    private Flow _up, _down;
    private long _lastActivity;
    private bool _ended, _queued;

    private Tunnel(LoopSocket client, LoopSocket upstream, UsageCounter counter, ITunnelOwner owner, EngineOptions options)
    {
        _loop = client.Loop;
        _counter = counter;
        _owner = owner;
        _idleMilliseconds = (long)options.IdleTimeout.TotalMilliseconds;
        _endsAt = options.TotalTimeout > TimeSpan.Zero ? _loop.Now + (long)options.TotalTimeout.TotalMilliseconds : long.MaxValue;
        (_up.CanRead, _up.PeerEnded, _down.CanWrite) = (client.CanRead, client.PeerEnded, true);
        (_down.CanRead, _down.PeerEnded, _up.CanWrite) = (upstream.CanRead, upstream.PeerEnded, true);
        _clientBridge = client.Bridge;
        _upstreamBridge = upstream.Bridge;
        _client = client.Detach(this);
        _upstream = upstream.Detach(this);
    }

    /// <summary>Bytes carried so far.</summary>
    public long BytesUp { get; private set; }

    public long BytesDown { get; private set; }

    /// <summary>Takes over both sockets. Either may have bytes already read from it that the other is still owed.</summary>
    /// <param name="owedToUpstream">Read from the client, copied here.</param>
    /// <param name="owedToClient">Read from the upstream, copied here.</param>
    public static Tunnel Start(LoopSocket client, LoopSocket upstream, UsageCounter counter, ITunnelOwner owner, EngineOptions options,
        ReadOnlySpan<byte> owedToUpstream, ReadOnlySpan<byte> owedToClient)
    {
        var tunnel = new Tunnel(client, upstream, counter, owner, options);
        tunnel._up.Hold(tunnel._loop, owedToUpstream);
        tunnel._down.Hold(tunnel._loop, owedToClient);
        tunnel._lastActivity = tunnel._loop.Now;
        tunnel.ArmTimer();
        tunnel.Pump();
        return tunnel;
    }

    public void Cut(ConnectionOutcome outcome) => End(outcome, reset: true);

    internal override void OnReady(int fd, uint events)
    {
        bool dead = (events & (Linux.EPOLLERR | Linux.EPOLLHUP)) != 0;
        bool read = dead || (events & (Linux.EPOLLIN | Linux.EPOLLRDHUP)) != 0;
        bool write = dead || (events & Linux.EPOLLOUT) != 0;
        bool ended = dead || (events & Linux.EPOLLRDHUP) != 0;

        ref Flow from = ref fd == _client ? ref _up : ref _down;
        ref Flow to = ref fd == _client ? ref _down : ref _up;
        from.CanRead |= read;
        from.PeerEnded |= ended;
        to.CanWrite |= write;
        Pump();
    }

    internal override void OnTurn()
    {
        _queued = false;
        if (!_ended)
            Pump();
    }

    internal override void OnTimer()
    {
        if (_loop.Now >= _endsAt)
            End(ConnectionOutcome.TotalTimeout, reset: true);
        else if (_loop.Now - _lastActivity >= _idleMilliseconds)
            End(ConnectionOutcome.IdleTimeout, reset: false);
        else
            ArmTimer();
    }

    private void ArmTimer() => _loop.Timers.Arm(this, Math.Min(_lastActivity + _idleMilliseconds, _endsAt));

    private void Pump()
    {
        if (!PumpUp() || !PumpDown())
            return;
        if (_up.FinPassed && _down.FinPassed)
            End(ConnectionOutcome.Completed, reset: false);
    }

    private bool PumpUp()
    {
        long moved = Move(ref _up, _client, _upstream, out var failure);
        if (moved > 0)
        {
            BytesUp += moved;
            _counter.AddUp(moved);
            _lastActivity = _loop.Now;
        }
        return Survives(failure, ConnectionOutcome.ClientReset, ConnectionOutcome.UpstreamReset);
    }

    private bool PumpDown()
    {
        long moved = Move(ref _down, _upstream, _client, out var failure);
        if (moved > 0)
        {
            BytesDown += moved;
            _counter.AddDown(moved);
            _lastActivity = _loop.Now;
        }
        return Survives(failure, ConnectionOutcome.UpstreamReset, ConnectionOutcome.ClientReset);
    }

    private bool Survives(Side failure, ConnectionOutcome ifSource, ConnectionOutcome ifSink)
    {
        if (failure == Side.None)
            return true;
        End(failure == Side.Source ? ifSource : ifSink, reset: true);
        return false;
    }

    /// <summary>Moves what it can from <paramref name="from"/> to <paramref name="to"/>: bytes delivered, and which side failed, if one did.</summary>
    private long Move(ref Flow flow, int from, int to, out Side failure)
    {
        failure = Side.None;
        long moved = 0;
        while (moved < TurnBudget)
        {
            // 1. What is owed goes first.
            if (flow.Owes)
            {
                if (!flow.CanWrite)
                    return moved;
                long paid = flow.Pay(_loop, to);
                if (paid < 0)
                {
                    failure = Side.Sink;
                    return moved;
                }
                moved += paid;
                if (flow.Owes)
                    return moved;
                continue;
            }

            // 2. The end of the stream is passed on once, after the last byte.
            if (flow.Ended)
            {
                if (!flow.FinPassed)
                {
                    if ((from == _client ? _clientBridge : _upstreamBridge) is { PeerReset: true })
                    {
                        failure = Side.Source;
                        return moved;
                    }
                    flow.FinPassed = true;
                    // The second end closes both sockets, which says it as well.
                    if (!(_up.FinPassed && _down.FinPassed))
                        Libc.Shutdown(to, Linux.SHUT_WR);
                }
                return moved;
            }
            if (!flow.CanRead)
            {
                flow.Rest(_loop, moved < BulkFloor && moved > 0);
                return moved;
            }

            // 3. Take more: through a pipe when the direction is bulk, through the scratch buffer otherwise.
            bool alive = flow.Bulk && flow.TakePipe(_loop) ? flow.Splice(from) : flow.Copy(_loop, from, to, ref moved, out failure);
            if (!alive && failure == Side.None)
                failure = Side.Source;
            if (failure != Side.None)
                return moved;
        }
        if (!_queued)
        {
            _queued = true;
            _loop.Requeue(this);
        }
        return moved;
    }

    private void End(ConnectionOutcome outcome, bool reset)
    {
        if (_ended)
            return;
        _ended = true;
        _loop.Timers.Disarm(this);
        _up.Release(_loop);
        _down.Release(_loop);
        if (reset)
        {
            SocketOptions.ResetOnClose(_client);
            SocketOptions.ResetOnClose(_upstream);
        }
        _clientBridge?.OnClosing(reset);
        _upstreamBridge?.OnClosing(reset);
        _loop.Close(_client);
        _loop.Close(_upstream);
        _owner.OnTunnelEnded(outcome);
    }

    private enum Side
    {
        None,
        Source,
        Sink,
    }

    /// <summary>One direction.</summary>
    private struct Flow
    {
        public bool CanRead, CanWrite, PeerEnded, Ended, FinPassed, Bulk;
        private byte _fullReads;
        private byte[]? _held;
        private int _heldStart, _heldEnd;
        private Pipe? _pipe;

        /// <summary>Bytes were taken that the far side has not got.</summary>
        public readonly bool Owes => _held is not null || _pipe is { Filled: > 0 };

        public void Hold(EventLoop loop, ReadOnlySpan<byte> bytes)
        {
            if (bytes.IsEmpty)
                return;
            _held = loop.Buffers.RentLarge();
            bytes.CopyTo(_held);
            (_heldStart, _heldEnd) = (0, bytes.Length);
        }

        /// <summary>Writes what is owed: bytes, or -1 when the far side is gone.</summary>
        public long Pay(EventLoop loop, int to)
        {
            if (_held is null)
                return PayFromPipe(to);
            int sent = Send(to, _held.AsSpan(_heldStart, _heldEnd - _heldStart));
            if (sent < 0)
                return -1;
            _heldStart += sent;
            if (_heldStart == _heldEnd)
            {
                loop.Buffers.Return(_held);
                _held = null;
            }
            return sent;
        }

        /// <summary>Has a pipe, or gets one. Without, the direction copies.</summary>
        public bool TakePipe(EventLoop loop) => (_pipe ??= loop.Pipes.Rent()) is not null;

        /// <summary>Fills the pipe from the source. False when the source failed.</summary>
        public bool Splice(int from)
        {
            var pipe = _pipe!;
            nint taken = Libc.Splice(from, null, pipe.WriteEnd, null, PipePool.PipeSize, Linux.SPLICE_F_MOVE | Linux.SPLICE_F_NONBLOCK);
            if (taken > 0)
                pipe.Filled += (int)taken;
            else if (taken == 0)
                Ended = true;
            else if (Libc.Errno == Linux.EAGAIN)
                CanRead = false;
            else
                return false;
            return true;
        }

        /// <summary>Reads into the scratch buffer and writes on at once. False when the source failed.</summary>
        public bool Copy(EventLoop loop, int from, int to, ref long moved, out Side failure)
        {
            failure = Side.None;
            nint taken = Libc.Recv(from, loop.Scratch, EventLoop.ScratchSize, 0);
            if (taken <= 0)
            {
                if (taken == 0)
                    Ended = true;
                else if (Libc.Errno == Linux.EAGAIN)
                    CanRead = false;
                else
                    return false;
                return true;
            }

            if (taken == EventLoop.ScratchSize)
                Bulk = ++_fullReads >= FullReadsForBulk;
            else
            {
                _fullReads = 0;
                // A short read emptied the socket (epoll(7)), unless the end is behind it.
                CanRead = PeerEnded;
            }

            var bytes = new ReadOnlySpan<byte>(loop.Scratch, (int)taken);
            int sent = CanWrite ? Send(to, bytes) : 0;
            if (sent < 0)
            {
                failure = Side.Sink;
                return true;
            }
            moved += sent;
            Hold(loop, bytes[sent..]);
            return true;
        }

        /// <summary>Nothing to read for now: the pipe goes back, and a direction that has become quiet is no longer bulk.</summary>
        public void Rest(EventLoop loop, bool quiet)
        {
            if (_pipe is not null)
            {
                loop.Pipes.Return(_pipe);
                _pipe = null;
            }
            if (quiet)
            {
                Bulk = false;
                _fullReads = 0;
            }
        }

        public void Release(EventLoop loop)
        {
            if (_held is not null)
                loop.Buffers.Return(_held);
            _held = null;
            Rest(loop, quiet: true);
        }

        private long PayFromPipe(int to)
        {
            var pipe = _pipe!;
            nint sent = Libc.Splice(pipe.ReadEnd, null, to, null, pipe.Filled, Linux.SPLICE_F_MOVE | Linux.SPLICE_F_NONBLOCK);
            if (sent >= 0)
            {
                pipe.Filled -= (int)sent;
                return sent;
            }
            if (Libc.Errno != Linux.EAGAIN)
                return -1;
            CanWrite = false;
            return 0;
        }

        private int Send(int to, ReadOnlySpan<byte> bytes)
        {
            fixed (byte* start = bytes)
            {
                nint sent = Libc.Send(to, start, bytes.Length, Linux.MSG_NOSIGNAL);
                if (sent < bytes.Length)
                    CanWrite = false;
                if (sent >= 0)
                    return (int)sent;
                return Libc.Errno == Linux.EAGAIN ? 0 : -1;
            }
        }
    }
}
