using System.Net;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Dialects;

/// <summary>A request; or why there is none: it is refused, or the connection has ended.</summary>
internal readonly record struct ReadResult(ProxyRequest? Request, Refusal? Refusal, ConnectionOutcome Ended)
{
    public static implicit operator ReadResult(ProxyRequest request) => new(request, null, default);

    public static implicit operator ReadResult(Refusal refusal) => new(null, refusal, default);

    public static ReadResult Over(ConnectionOutcome outcome) => new(null, null, outcome);
}

/// <summary>
/// What clients speak to us. To add one: a class here, and a line in <see cref="ProxyPipeline"/> where the first byte is looked
/// at.
/// </summary>
internal interface IClientDialect
{
    /// <summary>What plans call it.</summary>
    ClientDialects Kind { get; }

    /// <summary>Step 3: reads one request from the connection's input.</summary>
    LoopTask<ReadResult> ReadRequestAsync(ClientConnection client);

    /// <summary>Step 7, no: says why, as far as the dialect can.</summary>
    /// <param name="request">Null when it could not be read.</param>
    /// <returns>Whether the connection can carry another request.</returns>
    LoopTask<bool> RefuseAsync(ClientConnection client, ProxyRequest? request, Refusal refusal);

    /// <summary>Step 7, yes: tells the client that its tunnel stands. 0, or a negative errno.</summary>
    /// <param name="datagrams">For <see cref="RequestKind.Datagrams"/>: where the client is to send them.</param>
    LoopTask<int> AcceptTunnelAsync(ClientConnection client, IPEndPoint? datagrams = null);
}
