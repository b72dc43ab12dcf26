using System.Collections.Immutable;
using AtlanticProxy.Engine.Limits;
using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.Engine.Snapshot;

/// <summary>In what order the healthy providers of a pool are tried.</summary>
public enum PoolPolicy
{
    /// <summary>The lowest tier first; within a tier, by weight.</summary>
    Priority,

    /// <summary>By weight over all tiers.</summary>
    Weighted,

    /// <summary>The lowest cost per GB first; at the same cost, by weight.</summary>
    Cheapest,
}

/// <summary>The providers that a plan's customers go out through. Immutable.</summary>
public sealed record Pool(long Id, string Name, PoolPolicy Policy, ImmutableArray<PoolMember> Members);

/// <summary>A provider's place in a pool.</summary>
/// <param name="Tier">Lower is tried first.</param>
/// <param name="Weight">Share within its tier; at least 1.</param>
public sealed record PoolMember(long ProviderId, int Tier, int Weight);

/// <summary>What a plan gives whoever has it. Immutable, and shared by all its customers.</summary>
/// <param name="Name">As refusals name it.</param>
/// <param name="PoolId">Null: all providers, by their own priority and weight.</param>
/// <param name="Includes">Targeting that may be asked for.</param>
/// <param name="Rank">Of several plans that would include something, the lowest is named to those who lack it.</param>
public sealed record PlanRights(long Id, string Name, long? PoolId, TargetingFields Includes, long Rank)
{
    public ClientDialects Dialects { get; init; } = ClientDialects.All;

    /// <summary>Of one customer, all of its proxy users together.</summary>
    public UseLimits Limits { get; init; } = UseLimits.None;

    /// <summary>Bytes per second at which a customer goes on whose quota is used up; null cuts.</summary>
    public long? FloorSpeed { get; init; }

    /// <summary>Of customers without a plan.</summary>
    public static readonly PlanRights Default = new(0, "", null, TargetingFields.All, 0);
}
