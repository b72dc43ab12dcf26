using AtlanticProxy.Engine.Snapshot;
using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Pools;

/// <summary>Providers that plans send their customers through, by tier and weight.</summary>
[Table("pools")]
internal sealed class Pool
{
    public const int MaxNameLength = 40;

    [PrimaryKey, Identity]
    public long Id { get; set; }

    /// <summary>Unique: <c>[a-z0-9-]{1,40}</c>. Never changes.</summary>
    public required string Name { get; set; }

    public PoolPolicy Policy { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }

    [Association(ThisKey = nameof(Id), OtherKey = nameof(PoolMember.PoolId))]
    public IReadOnlyList<PoolMember> Members { get; set; } = [];
}

/// <summary>A provider's place in a pool.</summary>
[Table("pool_members")]
internal sealed class PoolMember
{
    [PrimaryKey(1)]
    public long PoolId { get; set; }

    [PrimaryKey(2)]
    public long ProviderId { get; set; }

    /// <summary>Lower is tried first: 0 to 1000.</summary>
    public int Tier { get; set; }

    /// <summary>Share within its tier: 1 to 1000.</summary>
    public int Weight { get; set; }
}
