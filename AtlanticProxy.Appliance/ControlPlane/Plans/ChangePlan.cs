using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>
/// Sells a plan on other terms from now on: a new version of it. Customers who have it keep the version that they bought until
/// the plan is given to them again.
/// </summary>
public sealed class ChangePlan(AtlanticDb db, PlanQueries queries)
{
    /// <param name="Price">Minor units of the plan's currency. Kind and currency are for ever: another kind is another
    /// plan.</param>
    /// <param name="IncludedBytes">As of <see cref="CreatePlan.Request"/>.</param>
    /// <param name="Offer">Null leaves it as it is.</param>
    public sealed record Request(
        long PlanId, long Price, long? IncludedBytes, PlanLimits Limits, PlanOffer? Offer = null);

    public async Task<Result<PlanSummary>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var plan = await db.Plans.Where(p => p.Id == request.PlanId).LockedForUpdate().SingleOrDefaultAsync(cancellation);
        if (plan is null)
            return PlanQueries.NoSuchPlan;
        var validation = new Validation();
        CreatePlan.RequireTerms(validation, plan.Kind, request.Price, request.IncludedBytes);
        request.Limits.Require(validation);
        request.Offer?.Require(validation, plan.Kind);
        if (validation.Failed)
            return Result.Failure<PlanSummary>(validation.Errors);

        (plan.Price, plan.IncludedBytes) = (request.Price, request.IncludedBytes);
        plan.SetLimits(request.Limits);
        if (request.Offer is { } offer)
            plan.SetOffer(offer);
        await db.UpdateIfChangedAsync(plan, cancellation);
        await transaction.CommitAsync(cancellation);
        return await queries.FindAsync(plan.Id, cancellation);
    }
}
