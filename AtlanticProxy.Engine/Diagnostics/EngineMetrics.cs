using System.Diagnostics.Metrics;

namespace AtlanticProxy.Engine.Diagnostics;

/// <summary>The engine's own instruments; labels are the names of <see cref="ConnectionOutcome"/>.</summary>
internal static class EngineMetrics
{
    private static readonly Meter Meter = new("AtlanticProxy.Engine");
    private static readonly Counter<long> EndedCounter = Meter.CreateCounter<long>("atlantic.connections.ended", "{connection}",
        "Client connections closed, by outcome");
    private static readonly Counter<long> RefusedCounter = Meter.CreateCounter<long>("atlantic.requests.refused", "{request}",
        "Requests refused, by outcome");
    private static readonly string[] Names = Enum.GetNames<ConnectionOutcome>();

    public static void Ended(ConnectionOutcome outcome) => Count(EndedCounter, outcome);

    public static void Refused(ConnectionOutcome outcome) => Count(RefusedCounter, outcome);

    private static void Count(Counter<long> counter, ConnectionOutcome outcome)
    {
        if (counter.Enabled)
            counter.Add(1, new KeyValuePair<string, object?>("outcome", Names[(int)outcome]));
    }
}
