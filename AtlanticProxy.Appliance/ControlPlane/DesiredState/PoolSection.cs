using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <param name="Members">PROVIDER[:TIER[:WEIGHT]] each.</param>
/// <param name="Policy">priority, weighted or cheapest.</param>
internal sealed record DesiredPool(string Name, IReadOnlyList<string> Members, string Policy = "priority");

internal sealed class PoolSection(PoolQueries pools, AddPool add, UpdatePool update)
{
    public async Task<Result> ApplyAsync(DesiredPool desired, List<string> changes, CancellationToken cancel)
    {
        var policy = Spelling.Parse<PoolPolicy>(desired.Policy);
        if (!policy.IsSuccess)
            return policy.AboutField("pool.policy_unknown", nameof(desired.Policy));
        var members = new List<PoolMemberSettings>();
        foreach (string text in desired.Members)
        {
            if (PoolMemberSettings.Parse(text) is not { } member)
                return new Error(ErrorKind.Invalid, "pool.member_invalid", $"'{text}' is not PROVIDER[:TIER[:WEIGHT]].",
                    nameof(desired.Members));
            members.Add(member);
        }
        var settings = new PoolSettings(policy.Value, members);
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
