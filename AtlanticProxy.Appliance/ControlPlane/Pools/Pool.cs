using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.Pools;

/// <summary>Providers that plans send their customers through, by tier and weight.</summary>
internal sealed class Pool
{
    public const int MaxNameLength = 40;

    public long Id { get; set; }

    /// <summary>Unique: <c>[a-z0-9-]{1,40}</c>. Never changes.</summary>
    public required string Name { get; set; }

    public PoolPolicy Policy { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public List<PoolMember> Members { get; } = [];
}

/// <summary>A provider's place in a pool.</summary>
internal sealed class PoolMember
{
    public long PoolId { get; set; }
    public long ProviderId { get; set; }

    /// <summary>Lower is tried first: 0 to 1000.</summary>
    public int Tier { get; set; }

    /// <summary>Share within its tier: 1 to 1000.</summary>
    public int Weight { get; set; }
}
