using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Routing.Health;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Routing;

/// <summary>
/// The pools of a snapshot, ready to choose from, and what this node knows of their providers. Immutable; a new one is made when
/// providers, pools or plans change.
/// </summary>
internal sealed class RoutingTable
{
    private readonly FrozenDictionary<long, RoutedPool> _pools;
    private readonly RoutedPool _everything;
    private readonly ImmutableDictionary<long, PlanRights> _plans;
    private readonly ImmutableArray<PlanRights> _byRank;

    private RoutingTable(EngineSnapshot snapshot, ProviderStates states)
    {
        var providers = snapshot.Providers.ToDictionary(provider =>
            provider.Id, provider => new RoutedProvider(provider, states.Of(provider.Id)));
        _pools = snapshot.Pools.Values.ToFrozenDictionary(pool => pool.Id, pool => new RoutedPool(pool.Policy,
        [
            .. pool.Members.Where(member => providers.ContainsKey(member.ProviderId))
                .Select(member => new RoutedMember(providers[member.ProviderId], member.Tier, member.Weight)),
        ]));
        _everything = new RoutedPool(PoolPolicy.Priority,
            [.. snapshot.Providers.Select(provider =>
                new RoutedMember(providers[provider.Id], provider.Priority, provider.Weight))]);
        _plans = snapshot.Plans;
        _byRank = [.. snapshot.Plans.Values.OrderBy(plan => plan.Rank)];
        Providers = [.. providers.Values];
    }

    public static RoutingTable Build(EngineSnapshot snapshot, ProviderStates states) => new(snapshot, states);

    public ImmutableArray<RoutedProvider> Providers { get; }

    public PlanRights RightsOf(ProxyUser user) =>
        user.PlanId is { } id && _plans.TryGetValue(id, out var rights) ? rights : PlanRights.Default;

    /// <summary>
    /// The plan to take for targeting that includes all of <paramref name="fields"/>, by a client that speaks <paramref
    /// name="dialect"/>; null when there is none.
    /// </summary>
    public PlanRights? PlanThatIncludes(TargetingFields fields, ClientDialects dialect)
    {
        foreach (var plan in _byRank)
            if ((fields & ~plan.Includes) == 0 && (dialect & ~plan.Dialects) == 0)
                return plan;
        return null;
    }

    /// <summary>What a plan's customers go out through. A pool that is gone has nobody in it: no route, no traffic.</summary>
    public RoutedPool PoolOf(PlanRights rights) =>
        rights.PoolId is not { } id ? _everything : _pools.TryGetValue(id, out var pool) ? pool : RoutedPool.Empty;
}

/// <summary>The providers of a pool. Immutable.</summary>
internal sealed record RoutedPool(PoolPolicy Policy, ImmutableArray<RoutedMember> Members)
{
    public static readonly RoutedPool Empty = new(PoolPolicy.Priority, []);
}

/// <param name="Tier">Lower is tried first.</param>
/// <param name="Weight">Share within its tier.</param>
internal sealed record RoutedMember(RoutedProvider Provider, int Tier, int Weight);

/// <summary>
/// What this node knows of providers, by id. It outlives snapshots; a provider that is removed leaves a few bytes behind.
/// </summary>
internal sealed class ProviderStates(TimeProvider time)
{
    private readonly ConcurrentDictionary<long, ProviderState> _states = new();

    public ProviderState Of(long providerId) => _states.GetOrAdd(providerId, _ => new ProviderState(time));
}
