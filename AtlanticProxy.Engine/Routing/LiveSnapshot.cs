using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Routing;

/// <summary>
/// The snapshot that is served now, and its routing table. One writer at a time; readers on any thread see one or the other
/// whole.
/// </summary>
internal sealed class LiveSnapshot(ProviderStates providers)
{
    private EngineSnapshot _snapshot = EngineSnapshot.Empty;
    private RoutingTable _routing = RoutingTable.Build(EngineSnapshot.Empty, providers);

    public EngineSnapshot Snapshot
    {
        get => Volatile.Read(ref _snapshot);
        set
        {
            var before = _snapshot;
            if (value.Providers != before.Providers || value.Pools != before.Pools || value.Plans != before.Plans)
                Volatile.Write(ref _routing, RoutingTable.Build(value, providers));
            Volatile.Write(ref _snapshot, value);
        }
    }

    /// <summary>The snapshot's pools, ready to choose from.</summary>
    public RoutingTable Routing => Volatile.Read(ref _routing);
}
