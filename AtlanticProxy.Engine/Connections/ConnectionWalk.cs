using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Connections;

/// <summary>
/// Looks at every connection of a loop, some of them each turn, so that those that move bytes need not wait for it. Used on the
/// loop only.
/// </summary>
/// <param name="look">May neither open nor close a connection.</param>
/// <param name="end">Called once, after the last.</param>
internal sealed class ConnectionWalk(EventLoop loop, ConnectionTable table, Action<ClientConnection> look, Action end)
    : LoopHandle
{
    /// <summary>Connections a turn: well under a millisecond.</summary>
    public const int PerTurn = 4096;

    public void Begin()
    {
        table.BeginWalk();
        OnTurn();
    }

    internal override void OnTurn()
    {
        for (int left = PerTurn; left > 0; left--)
        {
            if (table.WalkOn() is not { } connection)
            {
                end();
                return;
            }
            look(connection);
        }
        loop.Requeue(this);
    }

    internal override void OnReady(int fd, uint events)
    {
        // it has no descriptor
    }

    internal override void OnTimer()
    {
        // nor a time
    }
}
