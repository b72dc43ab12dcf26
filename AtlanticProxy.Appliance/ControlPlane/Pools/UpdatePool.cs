using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Pools;

/// <summary>Replaces a pool's policy and members. Sessions keep their exits where their provider stays.</summary>
public sealed class UpdatePool(AtlanticDb db)
{
    public sealed record Request(long PoolId, PoolSettings Settings);

    /// <summary>The value says whether anything changed.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var pool = await db.Pools.Where(row => row.Id == request.PoolId).LockedForUpdate().SingleOrDefaultAsync(cancellation);
        if (pool is null)
            return PoolQueries.NoSuchPool;
        var validation = new Validation();
        var members = request.Settings.Require(validation,
            await db.Providers.ToDictionaryAsync(p => p.Name, p => p.Id, cancellation));
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);

        pool.Policy = request.Settings.Policy;
        bool changed = await db.UpdateIfChangedAsync(pool, cancellation);
        changed |= await ReplaceMembersAsync(pool.Id, members, cancellation);
        await transaction.CommitAsync(cancellation);
        return changed;
    }

    private async Task<bool> ReplaceMembersAsync(long pool, IReadOnlyList<PoolMember> members, CancellationToken cancellation)
    {
        long[] providers = [.. members.Select(member => member.ProviderId)];
        int changes = await db.PoolMembers.Where(member => member.PoolId == pool && !providers.Contains(member.ProviderId))
            .DeleteAsync(cancellation);
        foreach (var member in members)
            changes += await db.ExecuteSqlAsync($"""
                insert into pool_members as present (pool_id, provider_id, tier, weight) values ({pool}, {member.ProviderId},
                    {member.Tier}, {member.Weight})
                on conflict (pool_id, provider_id) do update set tier = excluded.tier, weight = excluded.weight
                where (present.tier, present.weight) is distinct from (excluded.tier, excluded.weight)
                """, cancellation);
        return changes > 0;
    }
}
