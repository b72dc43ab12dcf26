using System.Net;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Egress.Resolving;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>One candidate being dialled. Whoever loses interest cancels it, and what it holds is closed.</summary>
/// <param name="user">Whose it is; null for our own.</param>
internal sealed class DialAttempt(
    EgressLoop egress, Candidate candidate, Destination destination, TimeSpan timeout, ProxyUser? user)
    : ICancellable
{
    private readonly long _since = egress.Loop.Now;
    private LoopSocket? _socket;
    private NameWait? _wait;
    private ConnectRace? _race;
    private CancellationTokenSource? _elsewhere;
    private bool _cancelled;

    public EgressLoop Egress { get; } = egress;

    public Candidate Candidate { get; } = candidate;

    public Destination Destination { get; } = destination;

    /// <summary>Whose it is; null for our own.</summary>
    public ProxyUser? User { get; } = user;

    /// <summary>Whose turn a name takes; 0 for our own.</summary>
    public long Customer => User?.CustomerId ?? 0;

    public bool IsCancelled => _cancelled;

    /// <summary>Its result is known.</summary>
    public bool HasEnded { get; set; }

    /// <summary>A tunnel that its client closes before it stands is not wanted any more.</summary>
    public bool EndsWithHalfClose => true;

    /// <summary>Addresses of a name, none when it has none; or why nobody knows. What is remembered need not come here.</summary>
    /// <param name="asker">In whose turn it is looked up.</param>
    public async LoopTask<(IReadOnlyList<IPAddress> Addresses, DialFailure? Failure)> ResolveAsync(
        HostResolver resolver, string host, long asker)
    {
        if (_cancelled)
            return ([], DialFailure.FromErrno(-Linux.ECONNABORTED));
        _wait = new NameWait(Egress.Loop);
        var (end, addresses) = await resolver.ResolveAsync(host, asker, _wait, TimeLeft);
        _wait = null;
        return (addresses, end switch
        {
            ResolveEnd.Answered => null,
            ResolveEnd.TimedOut =>
                DialFailure.Of(UpstreamFault.Silent, "the name was not resolved in time", ProxyErrors.DnsTimeout),
            ResolveEnd.Cancelled => DialFailure.FromErrno(-Linux.ECONNABORTED),
            ResolveEnd.TooMany => new DialFailure(ConnectionOutcome.Overloaded, "too many names wait to be resolved"),
        });
    }

    /// <summary>
    /// Connects to the first of <paramref name="addresses"/> that accepts. The socket's deadline is this attempt's.
    /// </summary>
    /// <param name="speaksFirst">The connector will send something as soon as the connection stands.</param>
    /// <returns>The socket, or null and why there is none.</returns>
    public async LoopTask<ConnectResult> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, bool speaksFirst)
    {
        if (_cancelled)
            return DialFailure.FromErrno(-Linux.ECONNABORTED);
        if (addresses.Count != 1)
            return await RaceAsync(addresses, port, speaksFirst);
        // Nearly always there is one, and nothing to race.
        int error = LoopSocket.Connect(Egress.Loop, new KernelAddress(addresses[0], port),
            Candidate.Local?.For(addresses[0].AddressFamily), speaksFirst, out var socket);
        if (socket is null)
            return DialFailure.FromErrno(error);
        _socket = socket;
        socket.SetDeadline(TimeLeft);
        error = await socket.WritableAsync();
        if (error == 0)
            error = socket.ConnectError;
        if (error == 0)
            return socket;
        socket.Close();
        return DialFailure.FromErrno(error);
    }

    /// <summary>Time since it began.</summary>
    public TimeSpan Elapsed => TimeSpan.FromMilliseconds(Egress.Loop.Now - _since);

    /// <summary>What is left of this attempt's time.</summary>
    public TimeSpan TimeLeft => timeout - Elapsed;

    /// <summary>Lends the connection to work off the loop, which <paramref name="stop"/> stops.</summary>
    public void GoElsewhere(CancellationTokenSource stop)
    {
        _socket = null;
        _elsewhere = stop;
    }

    /// <summary>Goes on with the socket that the work off the loop brought back; null when it failed.</summary>
    public void ComeBack(LoopSocket? socket)
    {
        _elsewhere = null;
        _socket = socket;
        if (_cancelled)
            socket?.Cancel();
        else
            socket?.SetDeadline(TimeLeft);
    }

    /// <summary>Closes what it has, after a fault.</summary>
    public void Abandon()
    {
        _race?.Cancel();
        _socket?.Close();
    }

    /// <summary>Stops the attempt; it ends soon with a failure.</summary>
    public void Cancel()
    {
        _cancelled = true;
        _wait?.Cancel();
        _race?.Cancel();
        _socket?.Cancel();
        _ = _elsewhere?.CancelAsync();
    }

    private async LoopTask<ConnectResult> RaceAsync(IReadOnlyList<IPAddress> addresses, int port, bool speaksFirst)
    {
        _race = new ConnectRace(this, addresses, port, speaksFirst);
        var (socket, error) = await _race.RunAsync();
        _race = null;
        if (socket is null)
            return DialFailure.FromErrno(error);
        return _socket = socket;
    }
}
