using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.Providers;

/// <summary>
/// A source of exits. A removed one stays as a row without password, so that the usage it carried keeps its name; the name is free for another.
/// </summary>
internal sealed class Provider
{
    public const int MaxNameLength = 40;

    public long Id { get; set; }

    /// <summary>Unique among those not removed: <c>[a-z0-9-]{1,40}</c>. Never changes.</summary>
    public required string Name { get; set; }

    public UpstreamProtocol Protocol { get; set; }

    /// <summary>Empty for <see cref="UpstreamProtocol.Direct"/>.</summary>
    public string Host { get; set; } = "";

    /// <summary>0 for <see cref="UpstreamProtocol.Direct"/>.</summary>
    public int Port { get; set; }

    public string UsernameTemplate { get; set; } = "";

    /// <summary>Under <see cref="Secrets.SecretBox"/>; null when there is none.</summary>
    public byte[]? PasswordSealed { get; set; }

    public int Priority { get; set; }
    public int Weight { get; set; }
    public bool Enabled { get; set; } = true;
    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? DeletedAt { get; set; }
}

/// <summary>A provider, as lists and pages show one. Never its password.</summary>
/// <param name="Endpoint">As <see cref="ProviderEndpoint"/> spells it: <c>http://gw.example:8000</c>, or <c>direct://</c>.</param>
/// <param name="Priority">Lower is tried first.</param>
/// <param name="Weight">Share among providers of one priority.</param>
public sealed record ProviderSummary(
    long Id, string Name, string Endpoint, string UsernameTemplate, bool HasPassword, int Priority, int Weight, bool Enabled,
    DateTimeOffset CreatedAt);
