using System.Net;
using AtlanticProxy.Engine.Diagnostics;

namespace AtlanticProxy.Engine.ConnectionLog;

/// <summary>
/// What support wants to know of one tunnel, one forwarded HTTP request, one association of datagrams, or one refusal, when it is
/// over.
/// </summary>
public readonly record struct ConnectionRecord
{
    public required long ProxyUserId { get; init; }

    public required ConnectionOutcome Outcome { get; init; }

    /// <summary>The token, rule or fault behind the outcome, in plain ASCII; null when the outcome says it all.</summary>
    public string? Detail { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>From the request, or the connection when there was none, to the end: dialling included.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The peer's, or what a trusted balancer said.</summary>
    public required IPAddress ClientAddress { get; init; }

    /// <summary>
    /// Where to, lower case; empty for datagrams, of which each has its own, and for refusals that came before a destination was
    /// read.
    /// </summary>
    public string Host { get; init; }

    /// <summary>0 without a host.</summary>
    public int Port { get; init; }

    /// <summary>The provider whose exit was used; 0 when none was reached.</summary>
    public long ProviderId { get; init; }

    /// <summary>ISO 3166-1 alpha-2 of the exit that was asked for, lower case; empty for any.</summary>
    public string Country { get; init; }

    /// <summary>
    /// Milliseconds from the request to an exit that was ready for it; null when none was reached, or one was open already.
    /// </summary>
    public long? ConnectMs { get; init; }

    /// <summary>From client to destination, as they are billed.</summary>
    public long BytesUp { get; init; }

    /// <summary>From destination to client, as they are billed.</summary>
    public long BytesDown { get; init; }
}

/// <summary>
/// Takes endings, one at a time, from all loops at once: it must neither wait nor throw, and drops what it cannot hold.
/// </summary>
public interface IConnectionLog
{
    void Accept(in ConnectionRecord record);
}
