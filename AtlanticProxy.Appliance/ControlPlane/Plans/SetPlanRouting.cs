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
        var (pool, includes) = await RequireAsync(db, request.Pool, request.Includes, validation, cancellation);
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);
        (plan.PoolId, plan.Includes) = (pool, includes);
        bool changed = await db.UpdateIfChangedAsync(plan, cancellation);
        await transaction.CommitAsync(cancellation);
        return changed;
    }

    internal static async Task<(long? Pool, string[] Includes)> RequireAsync(
        AtlanticDb db, string? pool, IReadOnlyList<string> includes, Validation validation, CancellationToken cancellation)
    {
        string[]? rights = TargetingRight.Normalise(includes);
        validation.Require(rights is not null, nameof(Request.Includes), "plan.right_unknown", TargetingRight.Rule);
        long? poolId = null;
        if (!string.IsNullOrWhiteSpace(pool))
        {
            string name = pool.Trim();
            poolId = await db.Pools.Where(p => p.Name == name).Select(p => (long?)p.Id).SingleOrDefaultAsync(cancellation);
            validation.Require(poolId is not null, nameof(Request.Pool), "plan.pool_unknown", $"There is no pool '{name}'.");
        }
        return (poolId, rights ?? []);
    }
}
