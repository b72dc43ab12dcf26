using System.Globalization;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.Pools;

/// <summary>A provider's place in a pool, as one text: <c>NAME</c>, <c>NAME:TIER</c> or <c>NAME:TIER:WEIGHT</c>.</summary>
/// <param name="Tier">Lower is tried first: 0 to 1000.</param>
/// <param name="Weight">Share within its tier: 1 to 1000.</param>
public sealed record PoolMemberSettings(string Provider, int Tier = 0, int Weight = 1)
{
    /// <summary>Null when <paramref name="text"/> is none.</summary>
    public static PoolMemberSettings? Parse(string text)
    {
        string[] parts = text.Split(':', StringSplitOptions.TrimEntries);
        int tier = 0, weight = 1;
        return parts.Length <= 3 && parts[0].Length > 0
            && (parts.Length < 2 || int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out tier))
            && (parts.Length < 3 || int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out weight))
                ? new PoolMemberSettings(parts[0], tier, weight) : null;
    }

    public override string ToString() => $"{Provider}:{Tier}:{Weight}";
}

/// <summary>All of a pool that can be set, but its name.</summary>
public sealed record PoolSettings(PoolPolicy Policy, IReadOnlyList<PoolMemberSettings> Members)
{
    /// <summary>The members as they are stored, after noting what is wrong with the settings.</summary>
    /// <param name="providers">Ids by name.</param>
    internal List<PoolMember> Require(Validation validation, IReadOnlyDictionary<string, long> providers)
    {
        validation.Require(Enum.IsDefined(Policy), nameof(Policy), "pool.policy_unknown",
            "Choose priority, weighted or cheapest.");
        validation.Require(Members.Count > 0, nameof(Members), "pool.empty",
            "A pool needs a provider: without one, it refuses all traffic.");
        foreach (var member in Members)
        {
            validation.Require(providers.ContainsKey(member.Provider), nameof(Members), "pool.provider_unknown",
                $"There is no provider '{member.Provider}'.");
            validation.Require(member.Tier is >= 0 and <= ProviderSettings.MaxPriority, nameof(Members), "pool.tier_invalid",
                $"A tier is 0 to {ProviderSettings.MaxPriority}.");
            validation.Require(member.Weight is >= 1 and <= ProviderSettings.MaxWeight, nameof(Members), "pool.weight_invalid",
                $"A weight is 1 to {ProviderSettings.MaxWeight}.");
        }
        validation.Require(Members.DistinctBy(member => member.Provider).Count() == Members.Count, nameof(Members),
            "pool.provider_twice",
            "A provider has one place in a pool.");
        return validation.Failed
            ? []
            : [.. Members.Select(member =>
                new PoolMember { ProviderId = providers[member.Provider], Tier = member.Tier, Weight = member.Weight })];
    }
}
