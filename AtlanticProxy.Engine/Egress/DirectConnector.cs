using System.Net;
using AtlanticProxy.Engine.Admission;
using AtlanticProxy.Engine.Diagnostics;

namespace AtlanticProxy.Engine.Egress;

/// <summary>client -> appliance -> destination. Resolves once, checks that very answer, and dials that very address.</summary>
internal sealed class DirectConnector(HostResolver resolver, AddressGuard guard) : IEgressConnector
{
    public async ValueTask<DialResult> DialAsync(DialAttempt attempt, bool asTunnel)
    {
        var destination = attempt.Destination;
        IReadOnlyList<IPAddress> addresses;
        if (destination.Literal is { } literal)
            addresses = [literal];
        else
        {
            addresses = resolver.TryGet(destination.Host) ?? await resolver.ResolveAsync(destination.Host);
            await attempt.Worker.Loop.SwitchTo();
            if (addresses.Count == 0)
                return DialResult.Failed(ConnectionOutcome.NameNotResolved);
        }

        // One forbidden address among good ones is an attack or a mistake: refuse all.
        foreach (var address in addresses)
            if (!guard.Permits(address, destination.Port))
                return DialResult.Failed(ConnectionOutcome.DestinationForbidden);

        var (socket, error) = await attempt.ConnectAsync(addresses, destination.Port);
        return socket is null ? DialResult.FromErrno(error) : new Upstream(socket, attempt.Candidate);
    }
}
