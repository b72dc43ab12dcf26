using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Snapshot;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Pools;

/// <summary>A pool, as lists and pages show one.</summary>
/// <param name="Members">In the order of their tiers.</param>
/// <param name="Plans">Names of the plans that have it.</param>
public sealed record PoolSummary(
    long Id, string Name, PoolPolicy Policy, IReadOnlyList<PoolMemberSettings> Members, IReadOnlyList<string> Plans);

/// <summary>Reads pools.</summary>
public sealed class PoolQueries(AtlanticDb db)
{
    internal static readonly Error NoSuchPool = new(ErrorKind.NotFound, "pool.not_found", "There is no such pool.");

    /// <summary>All pools by name. A reseller has a handful, so there are no pages.</summary>
    public async Task<IReadOnlyList<PoolSummary>> ListAsync(CancellationToken cancellation)
    {
        var providers = await db.Providers.ToDictionaryAsync(p => p.Id, p => p.Name, cancellation);
        var plans = (await db.Plans.Where(plan => plan.PoolId != null).OrderBy(plan => plan.Name)
            .Select(plan => new { plan.PoolId, plan.Name }).ToListAsync(cancellation))
            .ToLookup(plan => plan.PoolId, plan => plan.Name);
        var pools = await db.Pools.LoadWith(pool => pool.Members).OrderBy(pool => pool.Name).ToListAsync(cancellation);
        return [.. pools.Select(pool => new PoolSummary(
            pool.Id, pool.Name, pool.Policy,
            [.. pool.Members.Where(member => providers.ContainsKey(member.ProviderId))
                .Select(member => new PoolMemberSettings(providers[member.ProviderId], member.Tier, member.Weight))
                .OrderBy(member => member.Tier).ThenBy(member => member.Provider, StringComparer.Ordinal)],
            [.. plans[pool.Id]]))];
    }

    public async Task<Result<PoolSummary>> FindAsync(long id, CancellationToken cancellation) =>
        (await ListAsync(cancellation)).SingleOrDefault(pool => pool.Id == id) is { } pool ? pool : NoSuchPool;

    public async Task<Result<PoolSummary>> FindByNameAsync(string name, CancellationToken cancellation) =>
        (await ListAsync(cancellation)).SingleOrDefault(pool => pool.Name == name) is { } pool ? pool : NoSuchPool;
}
