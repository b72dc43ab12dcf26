using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Protocols.Shadowsocks;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage;

namespace AtlanticProxy.Engine.Tunnels;

/// <summary>
/// A tunnel whose client side is Shadowsocks:
/// <code>client socket -> scratch -> opened -> upstream socket</code> and <code>upstream socket -> scratch -> sealed -> client
/// socket</code> What the far socket will not take, and a chunk that has not come whole, are held in buffers of the loop's. Plain
/// bytes are counted.
/// </summary>
internal sealed unsafe class EncryptedTunnel : Tunnel
{
    /// <summary>Plain bytes sealed at a time: as many whole chunks as fit a buffer with what sealing adds.</summary>
    private const int MaxPlain = 3 * ChunkOpener.MaxPayload;

    private readonly ShadowsocksStream _stream;
    private byte[]? _partial;
    private int _partialLength;
    private int _sealedPlain;
    private bool _poisoned, _untried;

    private EncryptedTunnel(
        LoopSocket client, LoopSocket upstream, ShadowsocksStream stream, UsageCounter counter, TrafficGate? gate,
        ITunnelOwner owner, EngineOptions options)
        : base(client, upstream, counter, gate, owner, options) => _stream = stream;

    /// <summary>
    /// Takes over both sockets, and the bytes that were read already: the client's, opened (<see
    /// cref="ShadowsocksStream.Early"/>) and not, and the upstream's.
    /// </summary>
    public static EncryptedTunnel Start(
        LoopSocket client, LoopSocket upstream, ShadowsocksStream stream, UsageCounter counter, TrafficGate? gate,
        ITunnelOwner owner, EngineOptions options, ReadOnlySpan<byte> unopened, ReadOnlySpan<byte> owedToClient)
    {
        var tunnel = new EncryptedTunnel(client, upstream, stream, counter, gate, owner, options);
        int early = stream.Early.Length;
        tunnel.Up.Hold(tunnel.Loop, stream.Early);
        stream.ReleaseEarly();
        tunnel.Keep(unopened);
        tunnel._untried = !unopened.IsEmpty;
        tunnel.Charge(early + unopened.Length, owedToClient.Length);
        if (tunnel.HoldForClient(owedToClient))
            tunnel.Begin();
        else
            tunnel.End(ConnectionOutcome.UpstreamReset, reset: true);
        return tunnel;
    }

    protected override long MoveUp(out Side failed)
    {
        long moved = 0;
        for (long taken = 0; taken < TurnBudget;)
        {
            if (!MayRead(ref Up, Upstream, ref moved, out failed))
                return moved;

            if (_untried)
            {
                _untried = false;
                moved += OpenAndSend(_partial.AsSpan(0, _partialLength), out failed);
                if (failed != Side.None)
                    return moved;
                continue;
            }

            // A chunk that began before is in a buffer, and what comes goes behind it.
            byte[] buffer = _partial ?? Loop.ScratchArray;
            int permitted = Permit(ref Up, buffer.Length - _partialLength);
            if (permitted == 0)
                return moved;
            int received = Receive(ref Up, Client, buffer.AsSpan(_partialLength, permitted), out failed);
            GiveBack(ref Up, permitted - received);
            if (failed != Side.None)
                return moved;
            taken += received;
            if (received == 0 || _poisoned)
                continue;
            moved += OpenAndSend(buffer.AsSpan(0, _partialLength + received), out failed);
            if (failed != Side.None)
                return moved;
        }
        TakeAnotherTurn();
        failed = Side.None;
        return moved;
    }

    /// <summary>
    /// What is held counts when the last of it is delivered: of half a sealed chunk, the client can use nothing.
    /// </summary>
    protected override long MoveDown(out Side failed)
    {
        long moved = 0;
        for (long taken = 0; taken < TurnBudget;)
        {
            if (!MayRead(ref Down, Client, ref moved, out failed))
                return moved;

            int permitted = Permit(ref Down, MaxPlain);
            if (permitted == 0)
                return moved;
            var plain = Loop.ScratchArray.AsSpan(0, permitted);
            int received = Receive(ref Down, Upstream, plain, out failed);
            GiveBack(ref Down, permitted - received);
            if (failed != Side.None)
                return moved;
            if (received == 0)
                continue;
            taken += received;
            var box = Loop.SecondScratch.AsSpan();
            int length = _stream.Sealer.Seal(plain[..received], box);
            int sent = Send(ref Down, Client, box[..length], out failed);
            if (failed != Side.None)
                return moved;
            if (sent == length)
                moved += received;
            else
            {
                Down.Hold(Loop, box[sent..length]);
                _sealedPlain = received;
            }
        }
        TakeAnotherTurn();
        failed = Side.None;
        return moved;
    }

    protected override void Release() => Keep([]);

    /// <summary>What is owed goes first, then the end of the stream. Whether there is more to read after that.</summary>
    private bool MayRead(ref Flow flow, int to, ref long moved, out Side failed)
    {
        failed = Side.None;
        if (flow.Holds)
        {
            if (!flow.CanWrite)
                return false;
            int paid = flow.Pay(Loop, to);
            if (paid < 0)
            {
                failed = Side.Sink;
                return false;
            }
            if (to == Upstream)
                moved += paid;
            if (flow.Holds)
                return false;
            if (to == Client)
                moved += _sealedPlain;
        }
        if (flow.Ended)
        {
            failed = PassEnd(ref flow, to);
            return false;
        }
        return flow.CanRead || (_untried && to == Upstream);
    }

    private int OpenAndSend(Span<byte> bytes, out Side failed)
    {
        var plain = Loop.SecondScratch.AsSpan();
        if (!_stream.Opener.Open(bytes, plain, out int consumed, out int written))
        {
            // Damaged on purpose or not, an answer would tell whoever did it something: go on reading to nowhere, until the idle
            // timeout.
            _poisoned = true;
            consumed = bytes.Length;
        }
        Keep(bytes[consumed..]);
        int sent = Send(ref Up, Upstream, plain[..written], out failed);
        Up.Hold(Loop, plain[sent..written]);
        return sent;
    }

    private static int Receive(ref Flow flow, int from, Span<byte> into, out Side failed)
    {
        int received;
        fixed (byte* start = into)
            received = flow.Receive(from, start, into.Length);
        failed = received < 0 ? Side.Source : Side.None;
        return Math.Max(received, 0);
    }

    private static int Send(ref Flow flow, int to, ReadOnlySpan<byte> bytes, out Side failed)
    {
        failed = Side.None;
        if (bytes.IsEmpty || !flow.CanWrite)
            return 0;
        int sent = flow.Send(to, bytes);
        if (sent < 0)
            failed = Side.Sink;
        return Math.Max(sent, 0);
    }

    // An HTTP upstream's answer to CONNECT may have had the destination's first bytes behind it. False when they are more than
    // any sane one sends.
    private bool HoldForClient(ReadOnlySpan<byte> plain)
    {
        if (plain.Length > MaxPlain)
            return false;
        var box = Loop.SecondScratch.AsSpan();
        if (!plain.IsEmpty)
            Down.Hold(Loop, box[.._stream.Sealer.Seal(plain, box)]);
        _sealedPlain = plain.Length;
        return true;
    }

    /// <summary>Keeps what cannot be opened yet, which may be in the buffer already.</summary>
    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            if (_partial is not null)
                Loop.Buffers.Return(_partial);
            _partial = null;
        }
        else
        {
            _partial ??= Loop.Buffers.RentLarge();
            bytes.CopyTo(_partial);
        }
        _partialLength = bytes.Length;
    }
}
