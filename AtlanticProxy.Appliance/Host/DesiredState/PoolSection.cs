using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Host.DesiredState;

/// <param name="Members">PROVIDER[:TIER[:WEIGHT]] each.</param>
/// <param name="Policy">priority, weighted or cheapest.</param>
internal sealed record DesiredPool(string Name, IReadOnlyList<string> Members, string Policy = "priority");

internal sealed class PoolSection(PoolQueries pools, AddPool add, UpdatePool update)
{
    public async Task<Result> ApplyAsync(DesiredPool desired, List<string> changes, CancellationToken cancel)
    {
        if (!Enum.TryParse<PoolPolicy>(desired.Policy, ignoreCase: true, out var policy))
            return new Error(ErrorKind.Invalid, "pool.policy_unknown",
                $"'{desired.Policy}' is not one of priority, weighted, cheapest.", nameof(desired.Policy));
        var members = new List<PoolMemberSettings>();
        foreach (string text in desired.Members)
        {
            if (PoolMemberSettings.Parse(text) is not { } member)
                return new Error(ErrorKind.Invalid, "pool.member_invalid", $"'{text}' is not PROVIDER[:TIER[:WEIGHT]].",
                    nameof(desired.Members));
            members.Add(member);
        }
        var settings = new PoolSettings(policy, members);
        var present = await pools.FindByNameAsync(desired.Name, cancel);
        if (!present.IsSuccess)
        {
            present = await add.ExecuteAsync(new(desired.Name, settings), cancel);
            if (present.IsSuccess)
                changes.Add($"pool {desired.Name}: added");
            return present;
        }
        var updated = await update.ExecuteAsync(new(present.Value.Id, settings), cancel);
        if (updated is { IsSuccess: true, Value: true })
            changes.Add($"pool {desired.Name}: changed");
        return updated;
    }
}
