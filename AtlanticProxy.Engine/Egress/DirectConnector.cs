using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Egress.Resolving;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>client -> appliance -> destination. Resolves once, checks that very answer, and dials that very address.</summary>
internal sealed class DirectConnector(HostResolver resolver, AddressGuard guard, LiveSnapshot live) : IEgressConnector
{
    public async LoopTask<DialResult> DialAsync(DialAttempt attempt, bool asTunnel)
    {
        var destination = attempt.Destination;
        var addresses = destination.Literal is { } literal ? [literal] : resolver.TryGet(destination.Host);
        if (addresses is null)
        {
            (addresses, var failure) = await attempt.ResolveAsync(resolver, destination.Host, attempt.Customer);
            if (failure is not null)
                return failure with { Fault = UpstreamFault.None };
        }
        if (addresses.Count == 0)
            return new DialFailure(ConnectionOutcome.NameNotResolved);

        // One forbidden address among good ones is an attack or a mistake: refuse all.
        foreach (var address in addresses)
        {
            if (!guard.Permits(address, destination.Port))
                return new DialFailure(ConnectionOutcome.DestinationForbidden);
            if (attempt.User is { } user && live.Snapshot.ForbidAddress(user, address) is { } rule)
                return new DialFailure(ConnectionOutcome.DestinationForbidden, rule, Error: ProxyErrors.HttpRequestDenied);
        }

        // An address of a family that the route has no own address for would leave from another one of this machine's: it is not
        // used.
        if (attempt.Candidate.Local is { } local)
        {
            addresses = [.. addresses.Where(address => local.For(address.AddressFamily) is not null)];
            if (addresses.Count == 0)
                return new DialFailure(ConnectionOutcome.NoExit, "no own address of the destination's family");
        }
        var connected = await attempt.ConnectAsync(addresses, destination.Port, speaksFirst: !asTunnel);
        if (connected.Socket is { } socket)
            return new Upstream(socket, attempt.Candidate)
            {
                Reached = destination.Literal is null ? socket.RemoteEndPoint()?.Address : null,
            };
        return connected.Failure! with { Fault =
            UpstreamFault.None }; // what fails here is the destination, and no provider's fault
    }
}
