using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Egress.Udp;

namespace AtlanticProxy.Engine.Connections;

// What it carries now, for those who look at open connections.
internal sealed partial class ClientConnection
{
    private long _up, _down;
    private SpeedLook? _look;

    /// <summary>
    /// Of its tunnel, its present request, or its association of datagrams, in the list of what is carried; 0 while an exit
    /// carries nothing for it.
    /// </summary>
    public long Number { get; private set; }

    /// <summary>What carries its datagrams, if it sends any.</summary>
    public UdpExit? Datagrams { private get; set; }

    /// <summary>The present request is over, and there may be another.</summary>
    public void EndRequest()
    {
        EndTrace(ConnectionOutcome.Completed);
        Destination = null;
        HasServed = true;
        (Number, _up, _down, _look) = (0, 0, 0, null);
    }

    /// <summary>Tells <paramref name="selection"/> what it carries, if that is anything.</summary>
    public void Tell(CarriageSelection selection)
    {
        if (Number == 0 || _counter is not { } counter || Entry is not { } entry)
            return;
        long up = _up + (_tunnel?.BytesUp ?? Datagrams?.BytesUp ?? 0);
        long down = _down + (_tunnel?.BytesDown ?? Datagrams?.BytesDown ?? 0);
        selection.Offer(new Carriage(Number, entry, counter, Destination, Remote.Address, RequestedAt, up, down), Home.Loop.Now,
            ref _look);
    }

    /// <summary>A request that is tried through several exits keeps its number.</summary>
    private void BeginToBeListed()
    {
        if (Number == 0)
            Number = Home.Numbers.Next();
    }
}
