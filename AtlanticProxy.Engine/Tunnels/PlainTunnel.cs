using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage;

namespace AtlanticProxy.Engine.Tunnels;

/// <summary>
/// A tunnel whose bytes go as they are:
/// <code>client socket -> (scratch | pipe) -> upstream socket</code> and back the same way; what the far socket will not take is
/// held in a buffer of the loop's until it does, and nothing more is read meanwhile.
/// </summary>
internal sealed unsafe class PlainTunnel : Tunnel
{
    private BulkPath _bulkUp, _bulkDown;

    private PlainTunnel(LoopSocket client, LoopSocket upstream, UsageCounter counter, TrafficGate? gate, ITunnelOwner owner,
        EngineOptions options)
        : base(client, upstream, counter, gate, owner, options)
    {
    }

    /// <summary>Takes over both sockets. Either may have bytes already read from it that the other is still owed.</summary>
    /// <param name="owedToUpstream">Read from the client, copied here.</param>
    /// <param name="owedToClient">Read from the upstream, copied here.</param>
    public static PlainTunnel Start(LoopSocket client, LoopSocket upstream, UsageCounter counter, TrafficGate? gate,
        ITunnelOwner owner, EngineOptions options,
        ReadOnlySpan<byte> owedToUpstream, ReadOnlySpan<byte> owedToClient)
    {
        var tunnel = new PlainTunnel(client, upstream, counter, gate, owner, options);
        tunnel.Up.Hold(tunnel.Loop, owedToUpstream);
        tunnel.Down.Hold(tunnel.Loop, owedToClient);
        tunnel.Charge(owedToUpstream.Length, owedToClient.Length);
        tunnel.Begin();
        return tunnel;
    }

    protected override long MoveUp(out Side failed) => Move(ref Up, ref _bulkUp, Client, Upstream, out failed);

    protected override long MoveDown(out Side failed) => Move(ref Down, ref _bulkDown, Upstream, Client, out failed);

    protected override bool OwesUpstream => base.OwesUpstream || _bulkUp.Owes;

    protected override bool OwesClient => base.OwesClient || _bulkDown.Owes;

    protected override void Release()
    {
        _bulkUp.Rest(Loop, quiet: true);
        _bulkDown.Rest(Loop, quiet: true);
    }

    private long Move(ref Flow flow, ref BulkPath bulk, int from, int to, out Side failed)
    {
        failed = Side.None;
        long moved = 0;
        while (moved < TurnBudget)
        {
            // 1. What is owed goes first.
            if (flow.Holds || bulk.Owes)
            {
                if (!flow.CanWrite)
                    return moved;
                int paid = flow.Holds ? flow.Pay(Loop, to) : bulk.Pay(ref flow, to);
                if (paid < 0)
                {
                    failed = Side.Sink;
                    return moved;
                }
                moved += paid;
                if (paid == 0)
                    return moved;
                continue; // what took a part is asked again, until it says that it is full: only then is there an edge to come
            }

            // 2. Then the end of the stream.
            if (flow.Ended)
            {
                failed = PassEnd(ref flow, to);
                return moved;
            }
            if (!flow.CanRead)
            {
                bulk.Rest(Loop, quiet: moved is > 0 and < BulkPath.Floor);
                return moved;
            }

            // 3. Take more, as far as the gate lets: through a pipe when the direction is bulk, through the scratch buffer
            // otherwise.
            bool piped = bulk.IsBulk && bulk.TakePipe(Loop);
            int permitted = Permit(ref flow, piped ? PipePool.PipeSize : EventLoop.ScratchSize);
            if (permitted == 0)
                return moved;
            int taken;
            if (piped)
                failed = bulk.Fill(ref flow, from, permitted, out taken) ? Side.None : Side.Source;
            else
                moved += Copy(ref flow, ref bulk, from, to, permitted, out taken, out failed);
            GiveBack(ref flow, permitted - taken);
            if (failed != Side.None)
                return moved;
        }
        TakeAnotherTurn();
        return moved;
    }

    /// <summary>Reads into the scratch buffer and writes on at once: bytes delivered.</summary>
    private int Copy(ref Flow flow, ref BulkPath bulk, int from, int to, int permitted, out int taken, out Side failed)
    {
        failed = Side.None;
        taken = flow.Receive(from, Loop.Scratch, permitted);
        if (taken <= 0)
        {
            if (taken < 0)
                failed = Side.Source;
            taken = 0;
            return 0;
        }
        bulk.OnRead(full: taken == EventLoop.ScratchSize);

        var bytes = new ReadOnlySpan<byte>(Loop.Scratch, taken);
        int sent = flow.CanWrite ? flow.Send(to, bytes) : 0;
        if (sent < 0)
        {
            failed = Side.Sink;
            return 0;
        }
        flow.Hold(Loop, bytes[sent..]);
        return sent;
    }
}
