using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>A provider, as lists and pages show one. Never its passwords.</summary>
public sealed record ProviderSummary
{
    public required long Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Name of a <see cref="ProviderPreset"/>.</summary>
    public required string Preset { get; init; }

    public required UpstreamProtocol Protocol { get; init; }

    /// <summary>
    /// As <see cref="ProviderEndpoint"/> spells it: <c>http://gw.example:8000</c>, or <c>direct://</c>; empty for a list.
    /// </summary>
    public required string Endpoint { get; init; }

    /// <summary>The account's name; empty for custom providers, lists and direct ones.</summary>
    public required string Username { get; init; }

    /// <summary>What is sent as username, the account's name filled in.</summary>
    public required string UsernameTemplate { get; init; }

    /// <summary>What is sent as password, unless it is the password as it is.</summary>
    public required string PasswordTemplate { get; init; }

    public required bool HasPassword { get; init; }

    /// <summary>Lower is tried first.</summary>
    public required int Priority { get; init; }

    /// <summary>Share among providers of one priority.</summary>
    public required int Weight { get; init; }

    /// <summary>ISO 3166-1 alpha-2, lower case; empty for any.</summary>
    public required IReadOnlyList<string> Countries { get; init; }

    /// <summary>In CIDR form; of direct ones.</summary>
    public required IReadOnlyList<string> LocalNetworks { get; init; }

    /// <summary>Proxies of a list.</summary>
    public required int ExitCount { get; init; }

    /// <summary>Minor units.</summary>
    public required long CostPerGb { get; init; }

    /// <summary>Bytes; null for any number.</summary>
    public required long? DailyCapBytes { get; init; }

    /// <summary>Bytes; null for any number.</summary>
    public required long? MonthlyCapBytes { get; init; }

    /// <summary>At a time, on one node; null for any number.</summary>
    public required int? MaxConnections { get; init; }

    /// <summary>When it takes traffic again; null when no cap is spent.</summary>
    public required DateTimeOffset? CapReachedUntil { get; init; }

    public required bool Enabled { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
