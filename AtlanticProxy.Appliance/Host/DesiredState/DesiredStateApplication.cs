using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Host.Cli.Verbs;

namespace AtlanticProxy.Host.DesiredState;

/// <summary>Compares a <see cref="DesiredStateDocument"/> with what is stored and changes what differs.</summary>
internal sealed class DesiredStateApplication(
    ProviderQueries providers, AddProvider addProvider, UpdateProvider updateProvider, SetProviderState setProviderState,
    PoolQueries pools, AddPool addPool, UpdatePool updatePool,
    PlanQueries plans, CreatePlan createPlan, ChangePlan changePlan, SetPlanRouting setPlanRouting, SetPlanActive setPlanActive)
{
    /// <summary>The value is what was changed, a line each. It stops at the first thing that is refused; what was changed before stays, and a
    /// second run goes on from there.</summary>
    public async Task<Result<IReadOnlyList<string>>> ApplyAsync(DesiredStateDocument document, CancellationToken cancel)
    {
        var changes = new List<string>();
        foreach (var provider in document.Providers)
            if (await ApplyAsync(provider, changes, cancel) is { IsSuccess: false } refused)
                return Result.Failure<IReadOnlyList<string>>(Named($"provider {provider.Name}", refused));
        foreach (var pool in document.Pools)
            if (await ApplyAsync(pool, changes, cancel) is { IsSuccess: false } refused)
                return Result.Failure<IReadOnlyList<string>>(Named($"pool {pool.Name}", refused));
        foreach (var plan in document.Plans)
            if (await ApplyAsync(plan, changes, cancel) is { IsSuccess: false } refused)
                return Result.Failure<IReadOnlyList<string>>(Named($"plan {plan.Name}", refused));
        return changes;
    }

    private async Task<Result> ApplyAsync(DesiredProvider desired, List<string> changes, CancellationToken cancel)
    {
        var settings = desired.ToSettings();
        var present = await providers.FindByNameAsync(desired.Name, cancel);
        if (!present.IsSuccess)
        {
            present = await addProvider.ExecuteAsync(new(desired.Name, settings), cancel);
            if (!present.IsSuccess)
                return present;
            changes.Add($"provider {desired.Name}: added");
        }
        else
        {
            var updated = await updateProvider.ExecuteAsync(new(present.Value.Id, settings), cancel);
            if (!updated.IsSuccess)
                return updated;
            if (updated.Value)
                changes.Add($"provider {desired.Name}: changed");
        }
        if (present.Value.Enabled == desired.Enabled)
            return Result.Success;
        changes.Add($"provider {desired.Name}: {(desired.Enabled ? "enabled" : "disabled")}");
        return await setProviderState.ExecuteAsync(new(present.Value.Id, desired.Enabled), cancel);
    }

    private async Task<Result> ApplyAsync(DesiredPool desired, List<string> changes, CancellationToken cancel)
    {
        if (!Enum.TryParse<PoolPolicy>(desired.Policy, ignoreCase: true, out var policy))
            return new Error(ErrorKind.Invalid, "pool.policy_unknown", $"'{desired.Policy}' is not one of priority, weighted, cheapest.", nameof(desired.Policy));
        var members = new List<PoolMemberSettings>();
        foreach (string text in desired.Members)
        {
            if (PoolMemberSettings.Parse(text) is not { } member)
                return new Error(ErrorKind.Invalid, "pool.member_invalid", $"'{text}' is not PROVIDER[:TIER[:WEIGHT]].", nameof(desired.Members));
            members.Add(member);
        }
        var settings = new PoolSettings(policy, members);
        var present = await pools.FindByNameAsync(desired.Name, cancel);
        if (!present.IsSuccess)
        {
            present = await addPool.ExecuteAsync(new(desired.Name, settings), cancel);
            if (present.IsSuccess)
                changes.Add($"pool {desired.Name}: added");
            return present;
        }
        var updated = await updatePool.ExecuteAsync(new(present.Value.Id, settings), cancel);
        if (updated is { IsSuccess: true, Value: true })
            changes.Add($"pool {desired.Name}: changed");
        return updated;
    }

    private async Task<Result> ApplyAsync(DesiredPlan desired, List<string> changes, CancellationToken cancel)
    {
        if (!PlanKinds.Names.TryGetValue(desired.Kind, out var kind))
            return new Error(ErrorKind.Invalid, "plan.kind_unknown", $"'{desired.Kind}' is not one of {string.Join(", ", PlanKinds.Names.Keys)}.", nameof(desired.Kind));
        long? included = desired.IncludedGb * PlanKinds.BytesPerGb;
        var present = await plans.FindByNameAsync(desired.Name, cancel);
        if (!present.IsSuccess)
        {
            present = await createPlan.ExecuteAsync(new(desired.Name, kind, desired.Price, desired.Currency, included, desired.Pool, desired.Includes), cancel);
            if (!present.IsSuccess)
                return present;
            changes.Add($"plan {desired.Name}: added");
        }
        else if (present.Value.Kind != kind || !present.Value.Currency.Equals(desired.Currency, StringComparison.OrdinalIgnoreCase))
            return new Error(ErrorKind.Conflict, "plan.kind_fixed", "A plan's kind and currency do not change: add one with another name and set this one's active to false.");
        else
        {
            bool terms = (present.Value.Price, present.Value.IncludedBytes) != (desired.Price, included);
            if (terms)
            {
                var changed = await changePlan.ExecuteAsync(new(present.Value.Id, desired.Price, included, present.Value.Limits), cancel);
                if (!changed.IsSuccess)
                    return changed;
                changes.Add($"plan {desired.Name}: on other terms for new customers");
            }
            var includes = desired.Includes ?? [.. TargetingRight.All.Select(right => right.Name)];
            var set = await setPlanRouting.ExecuteAsync(new(present.Value.Id, desired.Pool, includes), cancel);
            if (!set.IsSuccess)
                return set;
            if (set.Value)
                changes.Add($"plan {desired.Name}: changed");
        }
        if (present.Value.Active == desired.Active)
            return Result.Success;
        changes.Add($"plan {desired.Name}: {(desired.Active ? "offered" : "withdrawn")}");
        return await setPlanActive.ExecuteAsync(new(present.Value.Id, desired.Active), cancel);
    }

    private static IReadOnlyList<Error> Named(string what, Result refused) => [.. refused.Errors.Select(error => error with { Message = $"{what}: {error.Message}" })];
}
