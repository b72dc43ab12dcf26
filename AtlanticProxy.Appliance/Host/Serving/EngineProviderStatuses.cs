using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.Engine;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Routing.Health;
using EngineCondition = AtlanticProxy.Engine.Routing.Health.ProviderCondition;
using ProviderCondition = AtlanticProxy.ControlPlane.Providers.ProviderCondition;

namespace AtlanticProxy.Host.Serving;

/// <summary>Shows the portal how the engine finds its providers.</summary>
internal sealed class EngineProviderStatuses(ProxyEngine engine) : IProviderStatuses
{
    public IReadOnlyList<ProviderStatus> Current => [.. engine.Providers.Select(Describe)];

    private static ProviderStatus Describe(ProviderHealth provider) => new(
        provider.ProviderId, provider.Name, ConditionOf(provider.Condition), provider.Connections, provider.Dials,
        provider.Failures, provider.Latency, provider.CountriesDown,
        provider.LastFault is { } last ? $"{WordsOf(last.Fault)}{(last.Detail.Length > 0 ? $" ({last.Detail})" : "")}" : "",
        provider.LastFault?.At);

    private static ProviderCondition ConditionOf(EngineCondition condition) => condition switch
    {
        EngineCondition.Healthy => ProviderCondition.Healthy,
        EngineCondition.Degraded => ProviderCondition.Degraded,
        EngineCondition.Down => ProviderCondition.Down,
        EngineCondition.RejectsUs => ProviderCondition.RejectsUs,
        EngineCondition.CapReached => ProviderCondition.CapReached,
    };

    private static string WordsOf(UpstreamFault fault) => fault switch
    {
        UpstreamFault.None or UpstreamFault.Resting => "not dialled",
        UpstreamFault.Unreachable => "unreachable",
        UpstreamFault.Silent => "silent",
        UpstreamFault.Broken => "closed instead of answering",
        UpstreamFault.Tls => "TLS failed",
        UpstreamFault.Garbage => "did not speak its protocol",
        UpstreamFault.RejectsUs => "rejects our account",
        UpstreamFault.Limited => "limits our rate",
        UpstreamFault.Unserved => "could not serve a request",
    };
}
