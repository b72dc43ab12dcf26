using System.Collections.Immutable;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Routing.Health;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Tests.Routing;

/// <summary>One node's view: a snapshot, and what it knows of the providers.</summary>
internal sealed class RoutingNode
{
    /// <summary>A username template that can say everything that is asked for.</summary>
    public const string AllFields = "u[-c-{country}][-st-{state}][-ct-{city}][-sid-{session}]";

    private readonly EngineSnapshot _snapshot;
    private readonly RoutingTable _table;
    private readonly RouteSelector _selector;

    public RoutingNode(
        TimeProvider time, ImmutableArray<Provider> providers, byte[]? key = null, Pool? pool = null, PlanRights? plan = null)
    {
        _snapshot = EngineSnapshot.Build(new SnapshotDelta
        {
            Providers = providers, SessionKey = key ?? [1, 2, 3], Pools = pool is null ? [] : [pool],
            Plans = plan is not null ? [plan] : [new PlanRights(1, "basic", pool?.Id, TargetingFields.All, 1)],
        });
        _table = RoutingTable.Build(_snapshot, new ProviderStates(time));
        _selector = new RouteSelector(time);
    }

    public Route Route(Targeting targeting, ProxyUser? user = null) =>
        _selector.Select(_snapshot, _table, user ?? EngineUnderTest.User() with { PlanId = 1 }, targeting);

    public ImmutableArray<Candidate> Select(Targeting targeting, ProxyUser? user = null) => Route(targeting, user).Candidates;

    public static Provider Provider(long id, string template = AllFields) =>
        new() { Id = id, Name = $"p{id}", Protocol = UpstreamProtocol.Http, Host = "192.0.2.1", Port = 1,
            UsernameTemplate = template };

    public static ImmutableArray<Provider> Providers(int count) => [.. Enumerable.Range(1, count).Select(id => Provider(id))];
}
