using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.EntityFrameworkCore;

namespace AtlanticProxy.ControlPlane.Pools;

/// <summary>Adds a pool.</summary>
public sealed class AddPool(AtlanticDbContext db, PoolQueries queries, TimeProvider time)
{
    /// <param name="Name"><c>[a-z0-9-]{1,40}</c>, unique.</param>
    public sealed record Request(string Name, PoolSettings Settings);

    public async Task<Result<PoolSummary>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string name = request.Name.Trim();
        var validation = new Validation();
        validation.Require(name.Length is > 0 and <= Pool.MaxNameLength && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'),
            nameof(Request.Name), "pool.name_invalid", $"A name has 1 to {Pool.MaxNameLength} small letters, digits and dashes.");
        var members = request.Settings.Require(validation, await db.Providers.ToDictionaryAsync(p => p.Name, p => p.Id, cancellation));
        if (validation.Failed)
            return Result.Failure<PoolSummary>(validation.Errors);

        var pool = new Pool { Name = name, Policy = request.Settings.Policy, CreatedAt = time.GetUtcNow() };
        pool.Members.AddRange(members);
        db.Pools.Add(pool);
        if (await db.SaveUnlessTakenAsync(cancellation) is not null)
            return new Error(ErrorKind.Conflict, "pool.name_taken", "There is a pool with this name already.", nameof(Request.Name));
        return await queries.FindAsync(pool.Id, cancellation);
    }
}
