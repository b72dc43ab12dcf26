using AtlanticProxy.Engine.ConnectionLog;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Egress;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage;

namespace AtlanticProxy.Engine.Connections;

/// <summary>
/// What client connections use of the loop that they are on, and the table that they stand in while they are open. Used on its
/// loop only.
/// </summary>
/// <param name="recorder">Tells the connection log of endings; null when it is off.</param>
internal sealed class ClientLoop(
    EgressLoop egress, UsageCounters counters, LoopLimits limits, NodeConnections node, ConnectionRecorder? recorder,
    EngineOptions options)
{
    public EventLoop Loop { get; } = egress.Loop;

    public EgressLoop Egress { get; } = egress;

    public UsageCounters Counters { get; } = counters;

    public LoopLimits Limits { get; } = limits;

    public NodeConnections Node { get; } = node;

    public ConnectionRecorder? Recorder { get; } = recorder;

    public EngineOptions Options { get; } = options;

    /// <summary>Numbers of what is carried.</summary>
    public CarriageNumbers Numbers { get; } = new(egress.Loop.Index);

    /// <summary>Connections that are open.</summary>
    public ConnectionTable Open { get; } = new();

    public void OnOpened(ClientConnection client)
    {
        Open.Add(client);
        Node.CountOpened();
    }

    public void OnClosed(ClientConnection client, ConnectionOutcome outcome)
    {
        Open.Remove(client);
        Node.CountClosed();
        Loop.Counts.CountEnding(outcome);
    }
}
