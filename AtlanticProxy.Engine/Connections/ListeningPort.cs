namespace AtlanticProxy.Engine.Connections;

/// <summary>What is particular to one listening port, for all connections that come in on it. Immutable.</summary>
internal sealed record ListeningPort
{
    /// <summary>Every dialect, told apart by the first byte.</summary>
    public static readonly ListeningPort Mixed = new();

    /// <summary>The same, and only, inside TLS.</summary>
    public static readonly ListeningPort Tls = new() { NeedsTls = true };

    public bool NeedsTls { get; init; }
}
