using System.Net.Sockets;

namespace AtlanticProxy.Simulator.Transport;

/// <summary>Copies a tunnel's bytes both ways until both sides have ended; either may end first (half-close).</summary>
internal static class Relay
{
    /// <param name="maxDown">Bytes towards the client after which the tunnel is cut.</param>
    public static Task RunAsync(Peer client, Peer origin, BillMeter meter, long maxDown = long.MaxValue) =>
        Task.WhenAll(PumpAsync(client, origin, meter.Up, long.MaxValue), PumpAsync(origin, client, meter.Down, maxDown));

    private static async Task PumpAsync(Peer from, Peer to, Action<int> count, long max)
    {
        try
        {
            while (!from.Buffered.IsEmpty || await from.FillAsync())
            {
                var chunk = from.Buffered;
                if (chunk.Length >= max)
                    chunk = chunk[..(int)max];
                // Counted before it is sent: whoever has received a byte finds it on the bill.
                count(chunk.Length);
                await to.SendAsync(chunk);
                from.Advance(chunk.Length);
                max -= chunk.Length;
                if (max == 0)
                {
                    to.FinishSending();
                    from.Abort();
                    return;
                }
            }
            to.FinishSending();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A side was reset: so is the other, which ends the other direction too.
            from.Abort();
            to.Abort();
        }
    }
}
