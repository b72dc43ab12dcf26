using System.Net;
using System.Runtime.CompilerServices;
using AtlanticProxy.Engine.Egress.Health;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>Connects to a provider's own endpoint, which the reseller chose and the address guard does not concern.</summary>
internal static class UpstreamAddress
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<(LoopSocket? Socket, DialResult Failure)> ConnectAsync(DialAttempt attempt, HostResolver resolver)
    {
        var candidate = attempt.Candidate;
        IReadOnlyList<IPAddress> addresses;
        if (IPAddress.TryParse(candidate.Host, out var literal))
            addresses = [literal];
        else
        {
            addresses = resolver.TryGet(candidate.Host) ?? await resolver.ResolveAsync(candidate.Host);
            await attempt.Worker.Loop.SwitchTo();
        }
        if (addresses.Count == 0)
            return (null, DialResult.Faulty(UpstreamFault.Unreachable, "the provider's name does not resolve"));
        var (socket, error) = await attempt.ConnectAsync(addresses, candidate.Port);
        return (socket, socket is null ? DialResult.FromErrno(error) : default);
    }
}
