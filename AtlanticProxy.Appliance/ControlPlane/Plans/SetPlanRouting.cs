using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>
/// Says which pool a plan's customers go out through, and what targeting the plan includes. New connections follow within a
/// second.
/// </summary>
public sealed class SetPlanRouting(AtlanticDb db)
{
    /// <param name="Pool">Its name; null or empty for all providers.</param>
    /// <param name="Includes">Names of <see cref="TargetingRight"/>s.</param>
    public sealed record Request(long PlanId, string? Pool, IReadOnlyList<string> Includes);

    /// <summary>The value says whether anything changed.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var plan = await db.Plans.Where(row => row.Id == request.PlanId).LockedForUpdate().SingleOrDefaultAsync(cancellation);
        if (plan is null)
            return PlanQueries.NoSuchPlan;
        var validation = new Validation();
        string[] includes = RequireRights(request.Includes, validation);
        long? pool = await FindPoolAsync(db, request.Pool, validation, cancellation);
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);
        (plan.PoolId, plan.Includes) = (pool, includes);
        bool changed = await db.UpdateIfChangedAsync(plan, cancellation);
        await transaction.CommitAsync(cancellation);
        return changed;
    }

    /// <summary>The rights, after noting what is wrong with them.</summary>
    internal static string[] RequireRights(IReadOnlyList<string> includes, Validation validation)
    {
        string[]? rights = TargetingRight.Normalise(includes);
        validation.Require(rights is not null, nameof(Request.Includes), "plan.right_unknown", TargetingRight.Rule);
        return rights ?? [];
    }

    /// <summary>
    /// The pool of a name, which then stays until the present transaction ends; null for all providers, and after noting that
    /// there is no such pool.
    /// </summary>
    internal static async Task<long?> FindPoolAsync(
        AtlanticDb db, string? pool, Validation validation, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(pool))
            return null;
        string name = pool.Trim();
        var found = await db.Pools.Where(row => row.Name == name).LockedForUpdate().SingleOrDefaultAsync(cancellation);
        validation.Require(found is not null, nameof(Request.Pool), "plan.pool_unknown", $"There is no pool '{name}'.");
        return found?.Id;
    }
}
