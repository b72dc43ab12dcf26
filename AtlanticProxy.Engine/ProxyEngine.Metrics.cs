namespace AtlanticProxy.Engine;

// What the engine tells of itself in numbers.
public sealed partial class ProxyEngine
{
    /// <summary>Name of the meter that has the engine's instruments; docs/metrics.md lists them.</summary>
    public const string MeterName = "AtlanticProxy.Engine";

    private readonly EngineMetrics _metrics;
}
