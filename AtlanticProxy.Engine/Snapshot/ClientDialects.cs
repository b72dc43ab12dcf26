namespace AtlanticProxy.Engine.Snapshot;

/// <summary>What clients speak, as plans are sold by.</summary>
[Flags]
public enum ClientDialects
{
    None = 0,

    /// <summary>Plain requests and CONNECT, within TLS too.</summary>
    Http = 1 << 0,

    Socks5 = 1 << 1,
    Shadowsocks = 1 << 2,
    All = Http | Socks5 | Shadowsocks,
}
