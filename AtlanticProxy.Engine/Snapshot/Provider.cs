using System.Collections.Immutable;
using System.Net;
using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.Engine.Snapshot;

/// <summary>How the appliance speaks to an upstream provider.</summary>
public enum UpstreamProtocol
{
    /// <summary>No upstream: the appliance dials the destination from its own address.</summary>
    Direct,

    /// <summary>HTTP CONNECT and absolute-form HTTP over plain TCP.</summary>
    Http,

    /// <summary>The same inside TLS.</summary>
    Https,

    /// <summary>RFC 1928 with user/password (RFC 1929).</summary>
    Socks5,
}

/// <summary>A source of exits. Immutable.</summary>
public sealed record Provider
{
    public required long Id { get; init; }
    public required string Name { get; init; }
    public required UpstreamProtocol Protocol { get; init; }

    /// <summary>
    /// Name or address of the upstream, a template like <see cref="UsernameTemplate"/>; empty for <see
    /// cref="UpstreamProtocol.Direct"/>.
    /// </summary>
    public string Host { get; init; } = "";

    public int Port { get; init; }

    /// <summary>
    /// Username sent upstream: literal text, <c>{country}</c>-style fields, and <c>[...]</c> parts that stand only when their
    /// fields have values; for example <c>acme[-country-{country}][-session-{session}]</c>. Empty sends no credentials.
    /// </summary>
    public string UsernameTemplate { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>
    /// Password sent upstream, when targeting stands in it: a template with <c>{password}</c>. Empty sends <see cref="Password"/>
    /// as it is.
    /// </summary>
    public string PasswordTemplate { get; init; } = "";

    /// <summary>Countries that it has exits in, ISO 3166-1 alpha-2, lower case; empty for any.</summary>
    public ImmutableArray<string> Countries { get; init; } = [];

    /// <summary>
    /// The proxies of a provider that is a list of them: one is chosen for each session, and host, port and credentials are its.
    /// Empty for others.
    /// </summary>
    public ImmutableArray<ProviderExit> Exits { get; init; } = [];

    /// <summary>
    /// Of <see cref="UpstreamProtocol.Direct"/>: own addresses, and networks of them, to go out from; one is chosen for each
    /// session. Empty leaves it to the kernel.
    /// </summary>
    public ImmutableArray<IPNetwork> LocalNetworks { get; init; } = [];

    /// <summary>What a GB costs the reseller, in minor units of the appliance's currency.</summary>
    public long CostPerGb { get; init; }

    /// <summary>Connections to it at a time, on one node; null for any number.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>Its traffic of the day or month is spent: it takes nothing new until the control plane says otherwise.</summary>
    public bool CapReached { get; init; }

    /// <summary>Whether its protocol can carry datagrams.</summary>
    public bool CarriesDatagrams => Protocol is UpstreamProtocol.Direct or UpstreamProtocol.Socks5;

    /// <summary>The targeting that its templates can say: what they cannot is not sent there.</summary>
    public TargetingFields Expresses =>
        CredentialTemplate.Fields(UsernameTemplate) | CredentialTemplate.Fields(PasswordTemplate)
        | CredentialTemplate.Fields(Host);

    /// <summary>Lower is tried first.</summary>
    public int Priority { get; init; } = 100;

    /// <summary>Share among providers of one priority; at least 1.</summary>
    public int Weight { get; init; } = 1;
}
