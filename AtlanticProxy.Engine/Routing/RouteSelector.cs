using System.Collections.Immutable;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Routing;

/// <summary>
/// Step 5: turns targeting into an ordered list of candidates: those of the user's pool that can give what is asked for and are
/// healthy, by the pool's policy, and by weighted rendezvous hashing among equals.
/// </summary>
internal sealed class RouteSelector(TimeProvider time)
{
    /// <param name="datagrams">Only providers that carry datagrams.</param>
    public Route Select(EngineSnapshot snapshot, RoutingTable table, ProxyUser user, Targeting targeting, bool datagrams = false)
    {
        var pool = table.PoolOf(table.RightsOf(user));
        bool sticky = targeting.Session.Length > 0;
        if (!sticky && !datagrams && pool.Members is [var sole] && targeting == Targeting.None
            && sole.Provider.PlainRoute is { IsEmpty: false } plain)
            return sole.Provider.State.MaySend(sole.Provider.Provider, "")
                ? plain
                : AllResting; // what nearly every small reseller's requests are

        var identity = sticky ? SessionIdentity.Of(snapshot.SessionKey.Span, user, targeting.Session) : default;
        // Without a session the choice is anew each time, by the same rule from a random seed.
        ulong seed = sticky ? identity.Seed : (ulong)Random.Shared.NextInt64();
        bool strict = sticky && targeting.Strict;

        // 1. Who could serve it, and who of them may now.
        var ranked = new RankedProviders();
        bool resting = false;
        foreach (var member in pool.Members)
        {
            var provider = member.Provider;
            if ((datagrams && !provider.Provider.CarriesDatagrams) || !provider.CanServe(targeting, seed, out var chosen))
                continue;
            if (!strict && !provider.State.MaySend(provider.Provider, chosen.Country))
                resting = true;
            else
                ranked.Add(new Ranked(provider, chosen, RankOf(pool.Policy, member),
                    Rendezvous.Score(seed, (ulong)provider.Provider.Id, member.Weight)));
        }
        if (ranked.Count == 0)
            return resting ? AllResting : Route.None(ConnectionOutcome.NoExit, "no provider can serve this targeting");

        // 2. A strict session has one exit, or none.
        string Name(Targeting of, int move) => sticky
            ? identity.Upstream(snapshot.SessionKey.Span, of.TtlMinutes, time.GetUtcNow(), move)
            : "";
        var route = ImmutableArray.CreateBuilder<Candidate>(RankedProviders.Capacity);
        if (strict)
        {
            var only = ranked[0];
            if (!only.Provider.State.MaySend(only.Provider.Provider, only.Chosen.Country))
                return Route.None(ConnectionOutcome.UpstreamFailed, "the session is strict and its provider is down");
            only.Provider.AddCandidates(route, only.Chosen, Name(only.Chosen, 0), seed, all: true);
            return ImmutableArray.Create(route[0]);
        }

        // 3. Others are tried in order; a session without another provider moves to another exit of its own.
        for (int i = 0; i < ranked.Count && route.Count < RankedProviders.Capacity; i++)
            ranked[i].Provider.AddCandidates(route, ranked[i].Chosen, Name(ranked[i].Chosen, 0), seed, all: false);
        if (sticky && route is [{ Exit: null, Local: null }])
            ranked[0].Provider.AddCandidates(route, ranked[0].Chosen, Name(ranked[0].Chosen, 1), seed, all: false);
        if (route.Count == 0)
            return Route.None(ConnectionOutcome.NoExit, "all proxies of the list that could serve it are down");
        return route.Count <= RankedProviders.Capacity ? route.DrainToImmutable() : [.. route.Take(RankedProviders.Capacity)];
    }

    private static Route AllResting =>
        Route.None(ConnectionOutcome.NoExit, "all providers that could serve it are down or at their limits");

    private static long RankOf(PoolPolicy policy, RoutedMember member) => policy switch
    {
        PoolPolicy.Priority => member.Tier,
        PoolPolicy.Cheapest => member.Provider.Provider.CostPerGb,
        PoolPolicy.Weighted => 0,
    };
}
