namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>How a provider is, as this node sees it.</summary>
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

/// <summary>What this node knows of a provider from dialling it.</summary>
/// <param name="Connections">Open now.</param>
/// <param name="Dials">Since this node started, failures included.</param>
/// <param name="Latency">Running average of the time until it can carry a client's bytes; zero before the first dial.</param>
/// <param name="CountriesDown">ISO codes, lower case, of countries that fail while the provider does not.</param>
/// <param name="LastFault">What was wrong last, a few words; empty when nothing ever was.</param>
/// <param name="LastFaultAt">Null when nothing ever was wrong.</param>
public sealed record ProviderStatus(
    long ProviderId, string Name, ProviderCondition Condition, int Connections, long Dials, long Failures, TimeSpan Latency,
    IReadOnlyList<string> CountriesDown, string LastFault, DateTimeOffset? LastFaultAt)
{
    /// <summary>Whether it takes new connections now.</summary>
    public bool Works => Condition is ProviderCondition.Healthy or ProviderCondition.Degraded;
}

/// <summary>The providers as the engine of this process finds them. The host brings it.</summary>
public interface IProviderStatuses
{
    /// <summary>One of each enabled provider that the engine has; empty where no engine runs.</summary>
    IReadOnlyList<ProviderStatus> Current { get; }
}

/// <summary>For processes without an engine.</summary>
internal sealed class NoProviderStatuses : IProviderStatuses
{
    public IReadOnlyList<ProviderStatus> Current => [];
}
