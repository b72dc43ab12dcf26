
namespace AtlanticProxy.Engine.Connections;

/// <summary>What is particular to one listening port, for all connections that come in on it. Immutable.</summary>
internal sealed record ListeningPort
{
    /// <summary>Every dialect, told apart by the first byte.</summary>
    public static readonly ListeningPort Mixed = new();

    /// <summary>The same, and only, inside TLS.</summary>
    public static readonly ListeningPort Tls = new() { NeedsTls = true };

    /// <summary>Shadowsocks only, whose first bytes look like nothing.</summary>
    public static readonly ListeningPort Shadowsocks = new() { IsShadowsocks = true };

    public bool NeedsTls { get; init; }

    public bool IsShadowsocks { get; init; }

    /// <summary>Whose port it is, when it is one user's.</summary>
    public PortOwner? Owner { get; init; }
}
