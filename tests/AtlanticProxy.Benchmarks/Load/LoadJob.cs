using System.Text.Json.Serialization;

namespace AtlanticProxy.Benchmarks.Load;

/// <summary>What the load generator does to a proxy.</summary>
internal enum LoadKind
{
    /// <summary>Opens tunnels with CONNECT and closes each at once.</summary>
    Connect,

    /// <summary>The same with SOCKS5, step by step as clients do.</summary>
    Socks5,

    /// <summary>The same in one packet, without waiting for the answers to the first two steps.</summary>
    Socks5AtOnce,

    /// <summary>Requests of 1 KB answers in open tunnels.</summary>
    TunnelRequests,

    /// <summary>10 MB bodies in open tunnels.</summary>
    Bulk,

    /// <summary>Requests of 1 KB answers in absolute form, over kept connections.</summary>
    Forward,

    /// <summary>The same with POST and a body of <see cref="Script.PostBytes"/>.</summary>
    Post,

    /// <summary>Opens tunnels and leaves them alone, until <see cref="Release"/>.</summary>
    Hold,

    /// <summary>Closes what <see cref="Hold"/> opened.</summary>
    Release,
}

/// <summary>One piece of work for the load process.</summary>
/// <param name="Port">The proxy's, on 127.0.0.1. The stub's own for requests without a proxy.</param>
/// <param name="Pid">Root of the process tree whose CPU time is measured; 0 for none.</param>
/// <param name="Connections">Connections at work at a time, or to hold.</param>
/// <param name="Seconds">Measured time, after <paramref name="WarmSeconds"/> that are not.</param>
/// <param name="Rate">Requests a second, evenly spaced; 0 for as many as possible.</param>
/// <param name="Limit">
/// Tunnels or answers after which it ends, from the first on; <paramref name="Seconds"/> is then how long it may take. 0 for
/// none.
/// </param>
internal sealed record LoadJob(
    LoadKind Kind, int Port, string Username, string Password, int Pid = 0, int Connections = 64,
    double Seconds = 2.5, double WarmSeconds = 0.25, double Rate = 0, long Limit = 0);

/// <summary>What came of a <see cref="LoadJob"/> in its measured time.</summary>
/// <param name="Count">Tunnels or answers.</param>
/// <param name="Bytes">Bytes of answers.</param>
/// <param name="Errors">Connections that did not get what they asked for; <paramref name="FirstError"/> is the first one's
/// reason.</param>
/// <param name="CpuSeconds">CPU time of the proxy's process tree.</param>
/// <param name="P50">Microseconds from when a request was due to its last byte.</param>
internal sealed record LoadResult(
    long Count, long Bytes, long Errors, string? FirstError, double WallSeconds, double CpuSeconds, double P50 = 0,
    double P99 = 0)
{
    [JsonIgnore]
    public double CountPerCpuSecond => CpuSeconds > 0 ? Count / CpuSeconds : 0;

    /// <summary>Megabytes (10^6).</summary>
    [JsonIgnore]
    public double MegabytesPerCpuSecond => CpuSeconds > 0 ? Bytes / 1e6 / CpuSeconds : 0;

    [JsonIgnore]
    public double CountPerSecond => Count / WallSeconds;
}
