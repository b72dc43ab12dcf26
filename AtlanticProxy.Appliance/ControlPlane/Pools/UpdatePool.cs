using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.EntityFrameworkCore;

namespace AtlanticProxy.ControlPlane.Pools;

/// <summary>Replaces a pool's policy and members. Sessions keep their exits where their provider stays.</summary>
public sealed class UpdatePool(AtlanticDbContext db)
{
    public sealed record Request(long PoolId, PoolSettings Settings);

    /// <summary>The value says whether anything changed.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var whole = await db.Database.BeginTransactionAsync(cancellation);
        // Apart from its members: those are read once the pool is held.
        var pool = await db.Pools.Held(request.PoolId).SingleOrDefaultAsync(cancellation);
        if (pool is null)
            return PoolQueries.NoSuchPool;
        await db.Entry(pool).Collection(p => p.Members).LoadAsync(cancellation);
        var validation = new Validation();
        var members = request.Settings.Require(validation, await db.Providers.ToDictionaryAsync(p => p.Name, p => p.Id, cancellation));
        if (validation.Failed)
            return Result.Failure<bool>(validation.Errors);

        pool.Policy = request.Settings.Policy;
        pool.Members.RemoveAll(present => members.All(member => member.ProviderId != present.ProviderId));
        foreach (var member in members)
        {
            if (pool.Members.Find(present => present.ProviderId == member.ProviderId) is { } present)
                (present.Tier, present.Weight) = (member.Tier, member.Weight);
            else
                pool.Members.Add(member);
        }
        bool changed = await db.SaveChangesAsync(cancellation) > 0;
        await whole.CommitAsync(cancellation);
        return changed;
    }
}
