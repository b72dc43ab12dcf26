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

    /// <summary>Name or address of the upstream; empty for <see cref="UpstreamProtocol.Direct"/>.</summary>
    public string Host { get; init; } = "";

    public int Port { get; init; }

    /// <summary>Username sent upstream: literal text, <c>{country}</c>-style fields, and <c>[...]</c> parts that stand only when their
    /// fields have values; for example <c>acme[-country-{country}][-session-{session}]</c>. Empty sends no credentials.</summary>
    public string UsernameTemplate { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>Whether its protocol can carry datagrams.</summary>
    public bool CarriesDatagrams => Protocol is UpstreamProtocol.Direct or UpstreamProtocol.Socks5;

    /// <summary>Lower is tried first.</summary>
    public int Priority { get; init; } = 100;

    /// <summary>Share among providers of one priority; at least 1.</summary>
    public int Weight { get; init; } = 1;
}
