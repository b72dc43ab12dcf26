using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Dialects.Shadowsocks;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage;

namespace AtlanticProxy.Engine.Relay;

/// <summary>
/// A tunnel whose client side is Shadowsocks. As <see cref="Tunnel"/>: no task, no buffer while idle, ends of stream passed on one at a time. Bytes go
/// <code>client socket -> scratch -> opened -> upstream socket</code> and <code>upstream socket -> scratch -> sealed -> client socket</code>
/// What the far socket will not take, and a chunk that has not come whole, are held in buffers of the loop's. Plain bytes are counted.
/// </summary>
internal sealed unsafe class EncryptedTunnel : LoopHandle, ITunnel
{
    /// <summary>Bytes one direction may move before the other, and other connections, get their turn.</summary>
    private const int TurnBudget = 1024 * 1024;

    /// <summary>Plain bytes sealed at a time: as many whole chunks as fit a buffer with what sealing adds.</summary>
    private const int MaxPlain = 3 * ChunkOpener.MaxPayload;

    private readonly EventLoop _loop;
    private readonly UsageCounter _counter;
    private readonly ITunnelOwner _owner;
    private readonly ShadowsocksStream _stream;
    private readonly long _idleMilliseconds, _endsAt;
    private readonly int _client, _upstream;
    private readonly ISocketBridge? _upstreamBridge;
    private Flow _up, _down;
    private byte[]? _partial;
    private int _partialLength;
    private long _lastActivity;
    private bool _ended, _queued, _poisoned, _untried;

    private EncryptedTunnel(LoopSocket client, LoopSocket upstream, ShadowsocksStream stream, UsageCounter counter, ITunnelOwner owner, EngineOptions options)
    {
        _loop = client.Loop;
        _counter = counter;
        _owner = owner;
        _stream = stream;
        _idleMilliseconds = (long)options.IdleTimeout.TotalMilliseconds;
        _endsAt = options.TotalTimeout > TimeSpan.Zero ? _loop.Now + (long)options.TotalTimeout.TotalMilliseconds : long.MaxValue;
        _upstreamBridge = upstream.Bridge;
        _up = new Flow { CanRead = true, CanWrite = true, PeerEnded = client.PeerEnded };
        _down = new Flow { CanRead = true, CanWrite = true, PeerEnded = upstream.PeerEnded };
        _client = client.Detach(this);
        _upstream = upstream.Detach(this);
        _lastActivity = _loop.Now;
    }

    /// <summary>Takes over both sockets, and the bytes that were read already: the client's, opened (<see cref="ShadowsocksStream.Early"/>) and not, and the upstream's.</summary>
    public static EncryptedTunnel Start(LoopSocket client, LoopSocket upstream, ShadowsocksStream stream, UsageCounter counter, ITunnelOwner owner,
        EngineOptions options, ReadOnlySpan<byte> unopened, ReadOnlySpan<byte> owedToClient)
    {
        var tunnel = new EncryptedTunnel(client, upstream, stream, counter, owner, options);
        tunnel._up.Hold(tunnel._loop, stream.Early, counted: 0);
        stream.ReleaseEarly();
        tunnel.Keep(unopened);
        tunnel._untried = !unopened.IsEmpty;
        tunnel.ArmTimer();
        if (tunnel.HoldForClient(owedToClient))
            tunnel.Pump();
        else
            tunnel.End(ConnectionOutcome.UpstreamReset, reset: true);
        return tunnel;
    }

    public void Cut(ConnectionOutcome outcome) => End(outcome, reset: true);

    internal override void OnReady(int fd, uint events)
    {
        bool dead = (events & (Linux.EPOLLERR | Linux.EPOLLHUP)) != 0;
        ref Flow from = ref fd == _client ? ref _up : ref _down;
        ref Flow to = ref fd == _client ? ref _down : ref _up;
        from.CanRead |= dead || (events & (Linux.EPOLLIN | Linux.EPOLLRDHUP)) != 0;
        from.PeerEnded |= dead || (events & Linux.EPOLLRDHUP) != 0;
        to.CanWrite |= dead || (events & Linux.EPOLLOUT) != 0;
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
        long up = MoveUp(out var failed);
        if (up > 0)
        {
            _counter.AddUp(up);
            _lastActivity = _loop.Now;
        }
        if (failed != Side.None)
        {
            End(failed == Side.Source ? ConnectionOutcome.ClientReset : ConnectionOutcome.UpstreamReset, reset: true);
            return;
        }
        long down = MoveDown(out failed);
        if (down > 0)
        {
            _counter.AddDown(down);
            _lastActivity = _loop.Now;
        }
        if (failed != Side.None)
            End(failed == Side.Source ? ConnectionOutcome.UpstreamReset : ConnectionOutcome.ClientReset, reset: true);
        else if (_up.FinPassed && _down.FinPassed)
            End(ConnectionOutcome.Completed, reset: false);
    }

    /// <summary>Client to upstream: plain bytes delivered, and which side failed, if one did.</summary>
    private long MoveUp(out Side failed)
    {
        failed = Side.None;
        long moved = 0;
        for (long taken = 0; taken < TurnBudget;)
        {
            if (!PayOrEnd(ref _up, _upstream, ref moved, out bool goOn, out failed))
                return moved;
            if (!goOn)
                continue;

            if (_untried)
            {
                _untried = false;
                moved += OpenAndSend(_partial.AsSpan(0, _partialLength), out failed);
                if (failed != Side.None)
                    return moved;
                continue;
            }

            // A chunk that began before is in a buffer, and what comes goes behind it.
            byte[] buffer = _partial ?? _loop.ScratchArray;
            int received = _up.Receive(_client, buffer.AsSpan(_partialLength), out failed);
            if (failed != Side.None)
                return moved;
            if (received <= 0)
                continue;
            taken += received;
            var bytes = buffer.AsSpan(0, _partialLength + received);
            if (_poisoned)
                continue;
            moved += OpenAndSend(bytes, out failed);
            if (failed != Side.None)
                return moved;
        }
        TakeAnotherTurn();
        return moved;
    }

    private long OpenAndSend(Span<byte> bytes, out Side failed)
    {
        failed = Side.None;
        var plain = _loop.SecondScratch.AsSpan();
        if (!_stream.Opener.Open(bytes, plain, out int consumed, out int written))
        {
            // Damaged on purpose or not, an answer would tell whoever did it something: go on reading to nowhere, until the idle timeout.
            _poisoned = true;
            consumed = bytes.Length;
        }
        Keep(bytes[consumed..]);
        int sent = _up.Send(_upstream, plain[..written], out failed);
        _up.Hold(_loop, plain[sent..written], counted: 0);
        return sent;
    }

    /// <summary>Upstream to client: plain bytes delivered. What is held counts when the last of it is.</summary>
    private long MoveDown(out Side failed)
    {
        failed = Side.None;
        long moved = 0;
        for (long taken = 0; taken < TurnBudget;)
        {
            if (!PayOrEnd(ref _down, _client, ref moved, out bool goOn, out failed))
                return moved;
            if (!goOn)
                continue;

            var plain = _loop.ScratchArray.AsSpan(0, MaxPlain);
            int received = _down.Receive(_upstream, plain, out failed);
            if (failed != Side.None)
                return moved;
            if (received <= 0)
                continue;
            taken += received;
            var box = _loop.SecondScratch.AsSpan();
            int length = _stream.Sealer.Seal(plain[..received], box);
            int sent = _down.Send(_client, box[..length], out failed);
            if (failed != Side.None)
                return moved;
            if (sent == length)
                moved += received;
            else
                _down.Hold(_loop, box[sent..length], counted: received);
        }
        TakeAnotherTurn();
        return moved;
    }

    /// <summary>What is owed goes first, then the end of the stream. False when there is nothing to do for now; <paramref name="goOn"/> when there is more to read.</summary>
    private bool PayOrEnd(ref Flow flow, int to, ref long moved, out bool goOn, out Side failed)
    {
        failed = Side.None;
        goOn = false;
        if (flow.Owes)
        {
            if (!flow.CanWrite)
                return false;
            moved += flow.Pay(_loop, to, countsBytes: to == _upstream, out failed);
            return failed == Side.None && !flow.Owes;
        }
        if (flow.Ended)
        {
            if (!flow.FinPassed)
            {
                if (to == _client && _upstreamBridge is { PeerReset: true })
                {
                    failed = Side.Source;
                    return false;
                }
                flow.FinPassed = true;
                Libc.Shutdown(to, Linux.SHUT_WR);
            }
            return false;
        }
        goOn = flow.CanRead;
        return goOn;
    }

    // An HTTP upstream's answer to CONNECT may have had the destination's first bytes behind it. False when they are more than any sane one sends.
    private bool HoldForClient(ReadOnlySpan<byte> plain)
    {
        if (plain.Length > MaxPlain)
            return false;
        var box = _loop.SecondScratch.AsSpan();
        if (!plain.IsEmpty)
            _down.Hold(_loop, box[.._stream.Sealer.Seal(plain, box)], counted: plain.Length);
        return true;
    }

    /// <summary>Keeps what cannot be opened yet, which may be in the buffer already.</summary>
    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            if (_partial is not null)
                _loop.Buffers.Return(_partial);
            _partial = null;
        }
        else
        {
            _partial ??= _loop.Buffers.RentLarge();
            bytes.CopyTo(_partial);
        }
        _partialLength = bytes.Length;
    }

    private void TakeAnotherTurn()
    {
        if (_queued)
            return;
        _queued = true;
        _loop.Requeue(this);
    }

    private void End(ConnectionOutcome outcome, bool reset)
    {
        if (_ended)
            return;
        _ended = true;
        _loop.Timers.Disarm(this);
        _up.Release(_loop);
        _down.Release(_loop);
        Keep([]);
        if (reset)
        {
            SocketOptions.ResetOnClose(_client);
            SocketOptions.ResetOnClose(_upstream);
        }
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
        public bool CanRead, CanWrite, PeerEnded, Ended, FinPassed;
        private byte[]? _held;
        private int _heldStart, _heldEnd, _heldCounted;

        /// <summary>Bytes were taken that the far side has not got.</summary>
        public readonly bool Owes => _held is not null;

        /// <param name="counted">What is to be counted when all of it is delivered.</param>
        public void Hold(EventLoop loop, ReadOnlySpan<byte> bytes, int counted)
        {
            if (bytes.IsEmpty)
                return;
            _held = loop.Buffers.RentLarge();
            bytes.CopyTo(_held);
            (_heldStart, _heldEnd, _heldCounted) = (0, bytes.Length, counted);
        }

        /// <summary>Sends what is owed.</summary>
        /// <param name="countsBytes">Each byte counts as it goes; otherwise what <see cref="Hold"/> was told, when all is gone.</param>
        /// <returns>Bytes to count.</returns>
        public int Pay(EventLoop loop, int to, bool countsBytes, out Side failed)
        {
            int sent = Send(to, _held.AsSpan(_heldStart, _heldEnd - _heldStart), out failed);
            _heldStart += sent;
            if (_heldStart < _heldEnd)
                return countsBytes ? sent : 0;
            Release(loop);
            return countsBytes ? sent : _heldCounted;
        }

        /// <summary>Bytes received; 0 when there are none now, or at the end.</summary>
        public int Receive(int from, Span<byte> into, out Side failed)
        {
            failed = Side.None;
            nint received;
            fixed (byte* start = into)
                received = Libc.Recv(from, start, into.Length, 0);
            if (received > 0)
            {
                if (received < into.Length)
                    CanRead = PeerEnded; // a short read emptied the socket (epoll(7)), unless the end is behind it
                return (int)received;
            }
            if (received == 0)
                Ended = true;
            else if (Libc.Errno == Linux.EAGAIN)
                CanRead = false;
            else
                failed = Side.Source;
            return 0;
        }

        public int Send(int to, ReadOnlySpan<byte> bytes, out Side failed)
        {
            failed = Side.None;
            if (bytes.IsEmpty || !CanWrite)
                return 0;
            nint sent;
            fixed (byte* start = bytes)
                sent = Libc.Send(to, start, bytes.Length, Linux.MSG_NOSIGNAL);
            if (sent < bytes.Length)
                CanWrite = false;
            if (sent < 0 && Libc.Errno != Linux.EAGAIN)
                failed = Side.Sink;
            return (int)Math.Max(sent, 0);
        }

        public void Release(EventLoop loop)
        {
            if (_held is not null)
                loop.Buffers.Return(_held);
            _held = null;
        }
    }
}
