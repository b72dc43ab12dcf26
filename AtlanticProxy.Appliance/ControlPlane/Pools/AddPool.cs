using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Pools;

/// <summary>Adds a pool.</summary>
public sealed class AddPool(AtlanticDb db, PoolQueries queries, TimeProvider time)
{
    /// <param name="Name"><c>[a-z0-9-]{1,40}</c>, unique.</param>
    public sealed record Request(string Name, PoolSettings Settings);

    public async Task<Result<PoolSummary>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string name = request.Name.Trim();
        var validation = new Validation();
        validation.Require(name.Length is > 0 and <= Pool.MaxNameLength
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'),
            nameof(Request.Name), "pool.name_invalid", $"A name has 1 to {Pool.MaxNameLength} small letters, digits and dashes.");
        var members = request.Settings.Require(validation,
            await db.Providers.ToDictionaryAsync(p => p.Name, p => p.Id, cancellation));
        if (validation.Failed)
            return Result.Failure<PoolSummary>(validation.Errors);

        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var pool = new Pool { Name = name, Policy = request.Settings.Policy, CreatedAt = time.GetUtcNow() };
        if (await db.InsertWithIdUnlessTakenAsync(pool, cancellation) is not { } id)
            return new Error(ErrorKind.Conflict, "pool.name_taken", "There is a pool with this name already.",
                nameof(Request.Name));
        foreach (var member in members)
        {
            member.PoolId = id;
            await db.InsertAsync(member, token: cancellation);
        }
        await transaction.CommitAsync(cancellation);
        return await queries.FindAsync(id, cancellation);
    }
}
