using System.Collections.Immutable;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Egress.Resolving;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Routing.Health;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Egress;

/// <summary>
/// Step 6: dials the candidates of a route until one stands. A candidate that fails gives way to the next at once; one that is
/// silent is raced by it.
/// </summary>
internal sealed class Dialer(
    EngineOptions options, Resolvers resolvers, AddressGuard guard, LiveSnapshot live, TlsUpstreams tls, ILogger log)
{
    private readonly DirectConnector _direct = new(resolvers.Destinations, guard, live);
    private readonly HttpConnector _http = new(resolvers.Providers, null);
    private readonly HttpConnector _https = new(resolvers.Providers, tls);
    private readonly Socks5Connector _socks5 = new(resolvers.Providers);

    /// <summary>
    /// Dials for <paramref name="owner"/>, which stops it by going away: it is what the owner has pending. Continues on the
    /// owner's loop.
    /// </summary>
    public LoopTask<DialResult> DialAsync(
        IDialOwner owner, ImmutableArray<Candidate> route, Destination destination, bool asTunnel)
    {
        if (route.Length == 1)
        {
            var attempt = new DialAttempt(owner.Egress, route[0], destination, options.DialTimeout, owner.User);
            owner.Pending = attempt;
            return AttemptAsync(attempt, asTunnel);
        }
        var race = new DialRace(owner, this, route, destination, asTunnel, options.DialTimeout);
        owner.Pending = race;
        return race.RunAsync();
    }

    /// <summary>
    /// Dials one candidate, within its provider's limits, and remembers how that went. When it is cancelled, that is its client's
    /// doing. Ends on the attempt's loop, and with the provider's place given back, in a fault too.
    /// </summary>
    public async LoopTask<DialResult> AttemptAsync(DialAttempt attempt, bool asTunnel)
    {
        var candidate = attempt.Candidate;
        if (!candidate.State.TryEnter(candidate))
            return new DialFailure(ConnectionOutcome.NoExit, "the provider is down or at its limit", UpstreamFault.Resting);
        if (candidate.State.IsCrowded(candidate.Provider))
            attempt.Egress.Pool.MakeRoomAt(candidate.State);
        IEgressConnector connector = candidate.Provider.Protocol switch
        {
            UpstreamProtocol.Direct => _direct,
            UpstreamProtocol.Socks5 => _socks5,
            UpstreamProtocol.Http => _http,
            UpstreamProtocol.Https => _https,
        };
        DialResult result;
        try
        {
            result = await connector.DialAsync(attempt, asTunnel);
        }
        catch
        {
            await attempt.Egress.Loop.SwitchTo();
            attempt.Abandon();
            candidate.State.Leave();
            throw;
        }
        if (result.Upstream is not { } upstream)
        {
            candidate.State.Leave();
            if (attempt.IsCancelled)
                return new DialFailure(ConnectionOutcome.ClientReset);
            OnFault(attempt, result.Failure!);
            return result;
        }
        upstream.HasPlace = true;
        if (attempt.IsCancelled)
        {
            upstream.Close();
            return new DialFailure(ConnectionOutcome.ClientReset);
        }
        // An HTTP proxy that took a connection for plain requests has not shown yet whether it serves any.
        if (asTunnel || candidate.Provider.Protocol is UpstreamProtocol.Direct or UpstreamProtocol.Socks5)
        {
            candidate.State.OnDialled(candidate, attempt.Elapsed);
            attempt.Egress.Loop.Counts.Time(TimingKind.Dial, candidate.Provider.Id, (long)attempt.Elapsed.TotalMilliseconds);
        }
        upstream.Socket.ClearDeadline();
        return result;
    }

    /// <summary>Whether no rule that came since it was dialled forbids where a waiting connection goes.</summary>
    public bool StillPermits(ProxyUser user, Upstream waiting) =>
        waiting.Reached is not { } reached || live.Snapshot.ForbidAddress(user, reached) is null;

    /// <summary>Remembers what was wrong with a candidate, and tells the operator what is news.</summary>
    public void OnFault(DialAttempt attempt, DialFailure failure) =>
        OnFault(attempt.Candidate, attempt.Destination, failure.Fault, failure.Detail, perhaps: false);

    /// <inheritdoc cref="OnFault(DialAttempt, DialFailure)"/>
    /// <param name="perhaps">The destination may be what is wrong: a response in plain HTTP does not say whose it is.</param>
    public void OnFault(Candidate candidate, Destination destination, UpstreamFault fault, string? detail, bool perhaps)
    {
        var news = candidate.State.OnFailed(candidate, destination, fault, detail, perhaps);
        if (news.HasFlag(FaultNews.Rejected))
            EngineLog.ProviderRejectsUs(log, candidate.Provider.Name, detail ?? "authentication failed");
        if (news.HasFlag(FaultNews.Opened))
            EngineLog.BreakerOpened(log, candidate.Provider.Name, candidate.Exit?.ToString()
                ?? (candidate.Country.Length > 0 ? candidate.Country : "all of it"), fault, detail);
    }
}
