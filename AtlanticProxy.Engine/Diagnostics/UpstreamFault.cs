namespace AtlanticProxy.Engine.Diagnostics;

/// <summary>What was wrong with a provider, as seen from one dial.</summary>
public enum UpstreamFault
{
    None,

    /// <summary>Not dialled at all: its breaker is open, or it has as many connections as it may.</summary>
    Resting,

    /// <summary>No connection: refused, unreachable, or its name does not resolve.</summary>
    Unreachable,

    /// <summary>It took the connection, or not even that, and said nothing in time.</summary>
    Silent,

    /// <summary>It closed or reset the connection instead of answering.</summary>
    Broken,

    /// <summary>TLS towards it failed.</summary>
    Tls,

    /// <summary>What it answered is not its protocol.</summary>
    Garbage,

    /// <summary>
    /// It does not accept our credentials, or our account is out of money: 407, 402, a SOCKS authentication failure.
    /// </summary>
    RejectsUs,

    /// <summary>It wants us to slow down: 429.</summary>
    Limited,

    /// <summary>
    /// It answered that it cannot serve this request: 5xx, a SOCKS failure. The destination may be what is wrong.
    /// </summary>
    Unserved,
}
