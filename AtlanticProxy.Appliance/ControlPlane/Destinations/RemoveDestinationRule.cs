using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Destinations;

/// <summary>Takes a rule away. Staff only.</summary>
public sealed class RemoveDestinationRule(AtlanticDb db)
{
    public sealed record Request(long Id);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation) =>
        await db.DestinationRules.Where(rule => rule.Id == request.Id).DeleteAsync(cancellation) == 1
            ? Result.Success
            : DestinationRuleQueries.NoSuchRule;
}
