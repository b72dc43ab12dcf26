using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Pools;

/// <summary>Removes a pool that no plan has.</summary>
public sealed class RemovePool(AtlanticDb db)
{
    public sealed record Request(long PoolId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // Locked: a plan that is being given the pool comes first or finds it gone.
        if (await db.Pools.Where(pool => pool.Id == request.PoolId).LockedForUpdate().SingleOrDefaultAsync(cancellation) is null)
            return PoolQueries.NoSuchPool;
        var plans = await db.Plans.Where(plan => plan.PoolId == request.PoolId).OrderBy(plan => plan.Name)
            .Select(plan => plan.Name).ToListAsync(cancellation);
        // Falling back to all providers behind a customer's back could cost the reseller dearly.
        if (plans.Count > 0)
            return new Error(ErrorKind.Conflict, "pool.in_use",
                $"Plans send their customers through it: give {string.Join(", ", plans)} another pool first.");
        await db.Pools.Where(pool => pool.Id == request.PoolId).DeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }
}
