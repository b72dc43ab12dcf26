using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Egress.Resolving;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>
/// Connects to a provider's own endpoint, to which its client speaks first in every protocol, and which the reseller chose and
/// the address guard does not concern.
/// </summary>
internal static class UpstreamAddress
{
    public static LoopTask<ConnectResult> ConnectAsync(DialAttempt attempt, HostResolver resolver) =>
        attempt.Candidate.Literal is { } literal
            ? attempt.ConnectAsync(literal, attempt.Candidate.Port, speaksFirst: true)
            : ResolveAndConnectAsync(attempt, resolver);

    private static async LoopTask<ConnectResult> ResolveAndConnectAsync(DialAttempt attempt, HostResolver resolver)
    {
        var candidate = attempt.Candidate;
        var addresses = resolver.TryGet(candidate.Host);
        if (addresses is null)
        {
            (addresses, var failure) = await attempt.ResolveAsync(resolver, candidate.Host, candidate.Provider.Id);
            if (failure is not null)
                return failure;
        }
        return addresses.Count == 0
            ? DialFailure.Of(UpstreamFault.Unreachable, "the provider's name does not resolve", ProxyErrors.DnsError)
            : await attempt.ConnectAsync(addresses, candidate.Port, speaksFirst: true);
    }
}
