using System.Net;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Egress.Resolving;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress.Udp;

/// <summary>What came of opening an exit for datagrams.</summary>
internal readonly record struct UdpDialResult(UdpExit? Exit, Refusal Refusal);

/// <summary>Step 6 for datagrams: the first candidate of a route that carries them and answers.</summary>
internal sealed class UdpDialer(EngineOptions options, Resolvers resolvers, AddressGuard guard, Dialer dialer)
{
    /// <summary>
    /// The request of an association says from where the client will send; "I do not know" is what everybody says.
    /// </summary>
    private static readonly Destination Unspecified = Destination.Of(IPAddress.Any, 0);

    private readonly Socks5Connector _socks5 = new(resolvers.Providers);

    /// <summary>Opens an exit. Continues on the loop.</summary>
    /// <param name="onAttempt">Is told what is being tried, to cancel it.</param>
    public async LoopTask<UdpDialResult> OpenAsync(
        EgressLoop egress, ProxyUser user, Route route, Action<ICancellable>? onAttempt = null)
    {
        var refusal = route.Refusal;
        foreach (var candidate in route.Candidates)
        {
            if (candidate.Provider.Protocol == UpstreamProtocol.Direct)
                return new(new DirectUdpExit(egress, candidate, resolvers.Destinations, guard, options.DialTimeout,
                    user.CustomerId), default);
            if (!candidate.State.TryEnter(candidate))
            {
                refusal = new Refusal(ConnectionOutcome.NoExit, "the provider is down or at its limit");
                continue;
            }
            if (candidate.State.IsCrowded(candidate.Provider))
                egress.Pool.MakeRoomAt(candidate.State);
            var attempt = new DialAttempt(egress, candidate, Unspecified, options.DialTimeout, user);
            onAttempt?.Invoke(attempt);
            DialResult dialled;
            IPEndPoint? bound;
            try
            {
                (dialled, bound) = await _socks5.AssociateAsync(attempt);
            }
            catch
            {
                await egress.Loop.SwitchTo();
                attempt.Abandon();
                candidate.State.Leave();
                throw;
            }
            if (dialled.Upstream is not { } control)
            {
                candidate.State.Leave();
                refusal = dialled.Failure!.Refusal;
                if (attempt.IsCancelled)
                    return new(null, new Refusal(ConnectionOutcome.ClientReset));
                dialer.OnFault(attempt, dialled.Failure);
                continue;
            }
            control.HasPlace = true;
            candidate.State.OnDialled(candidate, attempt.Elapsed);
            if (attempt.IsCancelled)
            {
                control.Close();
                return new(null, new Refusal(ConnectionOutcome.ClientReset));
            }
            if (RelayOf(control, bound!) is not { } relay)
            {
                control.Close();
                refusal = new Refusal(ConnectionOutcome.UpstreamFailed, "the upstream's relay address is not its own");
                continue;
            }
            if (control.Socket.PeerEnded)
            {
                // Its end came along with its answer, and nobody would be told of it again.
                control.Close();
                refusal = new Refusal(ConnectionOutcome.UpstreamFailed, "the upstream ended the association at once");
                continue;
            }
            return Socks5UdpExit.Open(egress, guard, control, relay) is { } exit
                ? new(exit, default)
                : new(null, new Refusal(ConnectionOutcome.Overloaded));
        }
        return new(null, refusal);
    }

    // An upstream may name another machine as its relay, but never one that it could not be asked to reach for a client: this
    // appliance's own network.
    private IPEndPoint? RelayOf(Upstream control, IPEndPoint bound)
    {
        if (control.Socket.RemoteEndPoint() is not { } peer)
            return null;
        if (bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any) || bound.Address.Equals(peer.Address))
            return new IPEndPoint(peer.Address, bound.Port);
        return guard.Permits(bound.Address, bound.Port) ? bound : null;
    }
}
