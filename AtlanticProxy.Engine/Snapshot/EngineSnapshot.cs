using System.Collections.Immutable;

namespace AtlanticProxy.Engine.Snapshot;

/// <summary>
/// All that the data path knows of the control plane: immutable, swapped whole, read without locks.
/// A change to a few users copies only their shards, so it costs microseconds however many users there are.
/// </summary>
public sealed class EngineSnapshot
{
    public static readonly EngineSnapshot Empty = new(ShardedMap<string, ProxyUser>.Empty, ShardedMap<long, ProxyUser>.Empty, []);

    private readonly ShardedMap<string, ProxyUser> _byName;
    private readonly ShardedMap<long, ProxyUser> _byId;

    private EngineSnapshot(ShardedMap<string, ProxyUser> byName, ShardedMap<long, ProxyUser> byId, ImmutableArray<Provider> providers)
    {
        _byName = byName;
        _byId = byId;
        Providers = providers;
    }

    public int UserCount => _byId.Count;

    /// <summary>Enabled providers only.</summary>
    public ImmutableArray<Provider> Providers { get; }

    /// <summary>The first snapshot, from everything the database holds.</summary>
    public static EngineSnapshot Build(IEnumerable<ProxyUser> users, IEnumerable<Provider> providers) =>
        Empty.With(new SnapshotDelta { Users = [.. users], Providers = [.. providers] });

    public ProxyUser? FindUser(string name) => _byName.Find(name);

    public ProxyUser? FindUser(long id) => _byId.Find(id);

    /// <summary>This snapshot with <paramref name="delta"/> applied; this one is unchanged.</summary>
    public EngineSnapshot With(SnapshotDelta delta)
    {
        var names = new List<KeyValuePair<string, ProxyUser?>>(delta.Users.Length + delta.RemovedUsers.Length);
        var ids = new List<KeyValuePair<long, ProxyUser?>>(names.Capacity);

        foreach (long removed in delta.RemovedUsers)
        {
            if (_byId.Find(removed) is { } gone)
                names.Add(new(gone.Name, null));
            ids.Add(new(removed, null));
        }
        foreach (var user in delta.Users)
        {
            if (_byId.Find(user.Id) is { } before && before.Name != user.Name)
                names.Add(new(before.Name, null));
            ids.Add(new(user.Id, user));
        }
        // After all removals: a name that one user gave up may be another's in the same delta.
        foreach (var user in delta.Users)
            names.Add(new(user.Name, user));

        return new EngineSnapshot(_byName.With(names), _byId.With(ids), delta.Providers ?? Providers);
    }
}

/// <summary>What changed since a snapshot.</summary>
public sealed record SnapshotDelta
{
    /// <summary>Users added or changed, whole.</summary>
    public ImmutableArray<ProxyUser> Users { get; init; } = [];

    /// <summary>Ids of users that are no more.</summary>
    public ImmutableArray<long> RemovedUsers { get; init; } = [];

    /// <summary>All enabled providers, when any of them changed; else null. They are few.</summary>
    public ImmutableArray<Provider>? Providers { get; init; }
}
