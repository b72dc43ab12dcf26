using System.Net;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Routing.Health;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>A connection to where a request goes: the destination itself, or an upstream that will pass it on.</summary>
internal sealed class Upstream(LoopSocket socket, Candidate candidate)
{
    public LoopSocket Socket { get; } = socket;

    public Candidate Candidate { get; } = candidate;

    /// <summary>Bytes read from it and not used yet: what came with its answer to CONNECT belongs to the tunnel.</summary>
    public SocketInput Input { get; } = new(socket);

    /// <summary>The address that the destination's name stood for, where this appliance resolved it; null otherwise.</summary>
    public IPAddress? Reached { get; init; }

    /// <summary>It served a request before: it may have died since without our knowing.</summary>
    public bool Reused { get; set; }

    /// <summary>It went to the pool (or was closed by it) and is no longer its exchange's.</summary>
    public bool Pooled { get; set; }

    /// <summary>It holds one of its provider's places for connections, until it is closed or the place is handed on.</summary>
    public bool HasPlace { get; set; }

    /// <summary>It waits for another request: its place is others' to use.</summary>
    public bool Rests { get; private set; }

    public void Rest()
    {
        Rests = true;
        Candidate.State.Rest();
    }

    /// <summary>Ends the rest. False when others use all of the provider's places; then it rests on.</summary>
    public bool TryUse()
    {
        if (!Candidate.State.TryUse(Candidate.Provider))
            return false;
        Rests = false;
        return true;
    }

    /// <summary>
    /// Hands on its place among the provider's connections: whose it is then to give back; null when there is none.
    /// </summary>
    public ProviderState? TakePlace()
    {
        bool had = HasPlace;
        HasPlace = false;
        return had ? Candidate.State : null;
    }

    public void Close(bool reset = false)
    {
        Input.Release();
        Socket.Close(reset);
        TakePlace()?.Leave(Rests);
    }
}

/// <summary>What came of a dial: an upstream, or a failure.</summary>
internal readonly record struct DialResult(Upstream? Upstream, DialFailure? Failure)
{
    public static implicit operator DialResult(Upstream upstream) => new(upstream, null);

    public static implicit operator DialResult(DialFailure failure) => new(null, failure);
}

/// <summary>A connection that stands, or why it does not.</summary>
internal readonly record struct ConnectResult(LoopSocket? Socket, DialFailure? Failure)
{
    public static implicit operator ConnectResult(LoopSocket socket) => new(socket, null);

    public static implicit operator ConnectResult(DialFailure failure) => new(null, failure);
}

/// <summary>Why a dial failed.</summary>
/// <param name="Outcome">What a client is told, if no other candidate does better.</param>
/// <param name="Detail">More of why, in plain ASCII.</param>
/// <param name="Fault">What it says of the provider; nothing, when the destination or we are to blame.</param>
/// <param name="Error">What happened, one of <see cref="ProxyErrors"/>; null where it is what the outcome usually means.</param>
internal sealed record DialFailure(
    ConnectionOutcome Outcome, string? Detail = null, UpstreamFault Fault = UpstreamFault.None, string? Error = null)
{
    /// <summary>As a client is told.</summary>
    public Refusal Refusal => new(Outcome, Detail, Error);

    /// <summary>The ending for what a provider did.</summary>
    /// <param name="error">What happened, where the fault does not say it.</param>
    public static DialFailure Of(UpstreamFault fault, string? detail = null, string? error = null) => new(fault switch
    {
        UpstreamFault.Silent => ConnectionOutcome.UpstreamTimeout,
        UpstreamFault.RejectsUs => ConnectionOutcome.UpstreamRejectedUs,
        _ => ConnectionOutcome.UpstreamFailed,
    }, detail, fault, error ?? fault switch
    {
        UpstreamFault.Unreachable => ProxyErrors.DestinationIpUnroutable,
        UpstreamFault.Broken => ProxyErrors.ConnectionTerminated,
        UpstreamFault.Tls => ProxyErrors.TlsProtocolError,
        UpstreamFault.Garbage => ProxyErrors.HttpProtocolError,
        UpstreamFault.Limited => ProxyErrors.ConnectionLimitReached,
        UpstreamFault.Unserved => ProxyErrors.DestinationUnavailable,
        _ => null,
    });

    /// <summary>The ending for a negative errno of the upstream's socket, while it was dialled.</summary>
    public static DialFailure FromErrno(int result) => -result switch
    {
        Linux.ETIMEDOUT => Of(UpstreamFault.Silent),
        Linux.EMFILE or Linux.ENFILE or Linux.ENOMEM or Linux.ENOBUFS or Linux.EADDRNOTAVAIL => new(ConnectionOutcome.Overloaded),
        Linux.ECONNABORTED => new(ConnectionOutcome.UpstreamFailed),
        Linux.ECONNREFUSED => Of(UpstreamFault.Unreachable, error: ProxyErrors.ConnectionRefused),
        Linux.EHOSTUNREACH or Linux.ENETUNREACH => Of(UpstreamFault.Unreachable),
        _ => Of(UpstreamFault.Broken),
    };
}

/// <summary>Speaks one protocol towards the upstream. To add one: a class here, and a line in <see cref="Dialer"/>.</summary>
internal interface IEgressConnector
{
    /// <summary>
    /// Dials, and returns a connection on which the first byte is the client's. Expected failures are results, never exceptions.
    /// </summary>
    /// <param name="asTunnel">False when the upstream itself shall see an absolute-form request, if its protocol has
    /// them.</param>
    LoopTask<DialResult> DialAsync(DialAttempt attempt, bool asTunnel);
}
