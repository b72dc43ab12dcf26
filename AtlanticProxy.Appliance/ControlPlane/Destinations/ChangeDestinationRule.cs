using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Destinations;

/// <summary>Changes what a rule forbids, to whom, and its note. Staff only.</summary>
public sealed class ChangeDestinationRule(AtlanticDb db, AddDestinationRule add)
{
    /// <param name="Rule">All of it, as it is to be.</param>
    public sealed record Request(long Id, AddDestinationRule.Request Rule);

    /// <summary>Whether anything was changed.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var read = add.Read(request.Rule);
        if (!read.IsSuccess)
            return Result.Failure<bool>(read.Errors);
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await add.MissingAsync(request.Rule.Owner, cancellation) is { } missing)
            return missing;
        if (await db.DestinationRules.Where(rule => rule.Id == request.Id).LockedForUpdate().SingleOrDefaultAsync(cancellation)
            is not { } present)
            return DestinationRuleQueries.NoSuchRule;
        (read.Value.Id, read.Value.CreatedAt) = (present.Id, present.CreatedAt);
        try
        {
            bool changed = await db.UpdateIfChangedAsync(read.Value, cancellation);
            await transaction.CommitAsync(cancellation);
            return changed;
        }
        catch (PostgresException refusal) when (refusal.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return new Error(ErrorKind.Conflict, "rule.exists", "There is such a rule already.",
                nameof(AddDestinationRule.Request.Value));
        }
    }
}
