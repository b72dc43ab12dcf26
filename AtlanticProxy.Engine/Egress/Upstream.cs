using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>A connection to where a request goes: the destination itself, or an upstream that will pass it on.</summary>
internal sealed class Upstream(LoopSocket socket, Candidate candidate)
{
    public LoopSocket Socket { get; } = socket;

    public Candidate Candidate { get; } = candidate;

    /// <summary>Bytes read from it and not used yet: what came with its answer to CONNECT belongs to the tunnel.</summary>
    public SocketInput Input { get; } = new(socket);

    /// <summary>It served a request before: it may have died since without our knowing.</summary>
    public bool Reused { get; set; }

    /// <summary>It went to the pool (or was closed by it) and is no longer its exchange's.</summary>
    public bool Pooled { get; set; }

    public void Close(bool reset = false)
    {
        Input.Release();
        Socket.Close(reset);
    }
}

/// <summary>What came of a dial.</summary>
/// <param name="Upstream">Null when it failed.</param>
/// <param name="Failure">Why, when it failed.</param>
/// <param name="Detail">More of why, in plain ASCII.</param>
internal readonly record struct DialResult(Upstream? Upstream, ConnectionOutcome Failure, string? Detail = null)
{
    public static implicit operator DialResult(Upstream upstream) => new(upstream, default);

    public static DialResult Failed(ConnectionOutcome failure, string? detail = null) => new(null, failure, detail);

    /// <summary>The ending for a negative errno of the upstream's socket.</summary>
    public static DialResult FromErrno(int result) => -result switch
    {
        Linux.ETIMEDOUT => Failed(ConnectionOutcome.UpstreamTimeout),
        Linux.EMFILE or Linux.ENFILE or Linux.ENOMEM or Linux.ENOBUFS => Failed(ConnectionOutcome.Overloaded),
        _ => Failed(ConnectionOutcome.UpstreamFailed),
    };
}

/// <summary>Speaks one protocol towards the upstream. To add one: a class here, and a line in <see cref="Dialer"/>.</summary>
internal interface IEgressConnector
{
    /// <summary>Dials, and returns a connection on which the first byte is the client's. Expected failures are results, never exceptions.</summary>
    /// <param name="asTunnel">False when the upstream itself shall see an absolute-form request, if its protocol has them.</param>
    ValueTask<DialResult> DialAsync(DialAttempt attempt, bool asTunnel);
}
