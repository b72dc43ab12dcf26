using AtlanticProxy.Engine.Diagnostics;

namespace AtlanticProxy.Engine.Routing.Health;

/// <summary>How a provider is, as one node sees it.</summary>
public enum ProviderCondition
{
    Healthy,

    /// <summary>Some of it fails: countries, or proxies of its list.</summary>
    Degraded,

    /// <summary>It fails, and is only tried once in a while.</summary>
    Down,

    /// <summary>It does not accept our credentials, or our account there is out of money.</summary>
    RejectsUs,

    /// <summary>Its cap of traffic is reached.</summary>
    CapReached,
}

/// <summary>What went wrong with a provider last.</summary>
/// <param name="Detail">In plain ASCII; may be empty.</param>
public sealed record FaultReport(UpstreamFault Fault, string Detail, DateTimeOffset At);

/// <summary>A provider as one node sees it, for operators.</summary>
/// <param name="Connections">Open now.</param>
/// <param name="Dials">Since this node started, those that failed included.</param>
/// <param name="Latency">Running average of the time from the start of a dial until it can carry the client's bytes; zero before
/// the first.</param>
/// <param name="CountriesDown">Countries that fail while the provider does not.</param>
/// <param name="LastFault">Null when nothing was ever wrong.</param>
public sealed record ProviderHealth(
    long ProviderId, string Name, ProviderCondition Condition, int Connections, long Dials, long Failures, TimeSpan Latency,
    IReadOnlyList<string> CountriesDown, FaultReport? LastFault);
