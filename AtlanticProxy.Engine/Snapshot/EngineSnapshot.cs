using System.Collections.Immutable;
using System.Net;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.Engine.Snapshot;

/// <summary>
/// All that the data path knows of the control plane: immutable, swapped whole, read without locks.
/// A change to a few users copies only their shards, so it costs microseconds however many users there are.
/// </summary>
public sealed class EngineSnapshot
{
    public static readonly EngineSnapshot Empty = new(ShardedMap<string, UserEntry>.Empty, ShardedMap<long, UserEntry>.Empty, [],
        [], []);

    private readonly ShardedMap<string, UserEntry> _byName;
    private readonly ShardedMap<long, UserEntry> _byId;

    /// <summary>Users with allowed source networks: few, so they are looked through.</summary>
    private readonly ImmutableArray<UserEntry> _withSources;

    private EngineSnapshot(
        ShardedMap<string, UserEntry> byName, ShardedMap<long, UserEntry> byId, ImmutableArray<UserEntry> withSources,
        ImmutableArray<UserEntry> withShadowsocksKeys, ImmutableArray<Provider> providers)
    {
        _byName = byName;
        _byId = byId;
        _withSources = withSources;
        WithShadowsocksKeys = withShadowsocksKeys;
        Providers = providers;
    }

    public int UserCount => _byId.Count;

    internal IEnumerable<ProxyUser> Users => _byId.Values.Select(entry => entry.User);

    /// <summary>Users that Shadowsocks clients may be: looked through when one comes from an address that is not known.</summary>
    internal ImmutableArray<UserEntry> WithShadowsocksKeys { get; }

    /// <summary>Enabled providers only.</summary>
    public ImmutableArray<Provider> Providers { get; }

    /// <summary>Where nobody may go.</summary>
    public DestinationRules Rules { get; private init; } = DestinationRules.None;

    /// <summary>
    /// The rule of everybody or of the user that forbids the address, or the IPv4 address that it carries, or null: of a
    /// destination that is an address, and of a name that this appliance resolved.
    /// </summary>
    internal string? ForbidAddress(ProxyUser user, IPAddress address)
    {
        address = EmbeddedAddress.Unmapped(address);
        return Rules.ForbidAddress(address) ?? user.Rules.ForbidAddress(address)
            ?? (EmbeddedAddress.Of(address) is { } inner ? ForbidAddress(user, inner) : null);
    }

    /// <summary>By id.</summary>
    public ImmutableDictionary<long, Pool> Pools { get; private init; } = ImmutableDictionary<long, Pool>.Empty;

    /// <summary>By id.</summary>
    public ImmutableDictionary<long, PlanRights> Plans { get; private init; } = ImmutableDictionary<long, PlanRights>.Empty;

    /// <summary>
    /// Key of the names that sessions have upstream: the same on every node of one appliance, so that all give a session the same
    /// exit.
    /// </summary>
    public ReadOnlyMemory<byte> SessionKey { get; private init; }

    /// <summary>The first snapshot, from everything the database holds.</summary>
    public static EngineSnapshot Build(
        IEnumerable<ProxyUser> users, IEnumerable<Provider> providers, DestinationRules? rules = null) =>
        Empty.With(new SnapshotDelta { Users = [.. users], Providers = [.. providers], Rules = rules });

    /// <summary>The first snapshot, from <paramref name="content"/> alone.</summary>
    public static EngineSnapshot Build(SnapshotDelta content) => Empty.With(content);

    public ProxyUser? FindUser(string name) => _byName.Find(name)?.User;

    public ProxyUser? FindUser(long id) => _byId.Find(id)?.User;

    internal UserEntry? FindEntry(string name) => _byName.Find(name);

    internal UserEntry? FindEntry(long id) => _byId.Find(id);

    /// <summary>The user whose allowed networks hold <paramref name="source"/>, the narrowest if several do.</summary>
    internal UserEntry? FindBySource(IPAddress source)
    {
        UserEntry? found = null;
        int narrowest = -1;
        foreach (var entry in _withSources)
            foreach (var network in entry.User.AllowedSources)
                if (network.PrefixLength > narrowest && network.BaseAddress.AddressFamily == source.AddressFamily
                    && network.Contains(source))
                    (found, narrowest) = (entry, network.PrefixLength);
        return found;
    }

    /// <summary>This snapshot with <paramref name="delta"/> applied; this one is unchanged.</summary>
    public EngineSnapshot With(SnapshotDelta delta) => With(delta, this);

    /// <summary>
    /// This snapshot (a new, whole one), with what the engine remembers of users taken over from <paramref name="previous"/>.
    /// </summary>
    internal EngineSnapshot Remembering(EngineSnapshot previous) =>
        Empty.With(new SnapshotDelta { Users = [.. Users], Providers = Providers, Rules = Rules,
            Pools = [.. Pools.Values], Plans = [.. Plans.Values], SessionKey = SessionKey }, previous);

    private EngineSnapshot With(SnapshotDelta delta, EngineSnapshot remembered)
    {
        var names = new List<KeyValuePair<string, UserEntry?>>(delta.Users.Length + delta.RemovedUsers.Length);
        var ids = new List<KeyValuePair<long, UserEntry?>>(names.Capacity);
        var touched = new HashSet<long>(names.Capacity);

        foreach (long removed in delta.RemovedUsers)
        {
            if (_byId.Find(removed) is { } gone)
                names.Add(new(gone.User.Name, null));
            ids.Add(new(removed, null));
            touched.Add(removed);
        }
        var entries = new List<UserEntry>(delta.Users.Length);
        foreach (var user in delta.Users)
        {
            if (_byId.Find(user.Id) is { } before && before.User.Name != user.Name)
                names.Add(new(before.User.Name, null));
            var entry = new UserEntry(user, remembered._byId.Find(user.Id)?.Activity ?? new UserActivity());
            entries.Add(entry);
            ids.Add(new(user.Id, entry));
            touched.Add(user.Id);
        }
        // After all removals: a name that one user gave up may be another's in the same delta.
        foreach (var entry in entries)
            names.Add(new(entry.User.Name, entry));

        ImmutableArray<UserEntry> withSources =
        [
            .. _withSources.Where(entry => !touched.Contains(entry.User.Id)),
            .. entries.Where(entry => entry.User.AllowedSources.Count > 0),
        ];
        ImmutableArray<UserEntry> withKeys =
        [
            .. WithShadowsocksKeys.Where(entry => !touched.Contains(entry.User.Id)),
            .. entries.Where(entry => entry.User.ShadowsocksKeys.Count > 0),
        ];
        return new EngineSnapshot(_byName.With(names), _byId.With(ids), withSources, withKeys, delta.Providers ?? Providers)
        {
            Rules = delta.Rules ?? Rules,
            Pools = delta.Pools is { } pools ? pools.ToImmutableDictionary(pool => pool.Id) : Pools,
            Plans = delta.Plans is { } plans ? plans.ToImmutableDictionary(plan => plan.Id) : Plans,
            SessionKey = delta.SessionKey ?? SessionKey,
        };
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

    /// <summary>All pools, when any of them changed; else null.</summary>
    public ImmutableArray<Pool>? Pools { get; init; }

    /// <summary>What all plans give, when any of them changed; else null.</summary>
    public ImmutableArray<PlanRights>? Plans { get; init; }

    /// <summary>The key of the sessions' names, in a first snapshot; else null.</summary>
    public ReadOnlyMemory<byte>? SessionKey { get; init; }

    /// <summary>The rules for everybody, when they changed; else null.</summary>
    public DestinationRules? Rules { get; init; }

    /// <summary>
    /// Quota accounts that may have something to lease again: topped up, reset, or given another plan. Nothing of it is kept in a
    /// snapshot.
    /// </summary>
    public ImmutableArray<long> RefilledAccounts { get; init; } = [];
}
