using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>Removes a plan that no customer has, with all versions of it. What was charged for it stays in the ledger.</summary>
public sealed class RemovePlan(AtlanticDb db)
{
    public sealed record Request(long PlanId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // For update, not less: whoever is about to give the plan to a customer waits, and then finds none.
        var plans = await db.QueryAsync<long>($"select id from plans where id = {request.PlanId} for update", cancellation);
        if (plans.Count == 0)
            return PlanQueries.NoSuchPlan;
        int having = await db.Customers.CountAsync(c => c.PlanId == request.PlanId, cancellation);
        if (having > 0)
            return new Error(ErrorKind.Conflict, "plan.in_use", Phrase.Plural(having,
                $"{having} customer has this plan: give it another first, or withdraw the plan.",
                $"{having} customers have this plan: give them another first, or withdraw the plan."));
        if (await db.Site.AnyAsync(site => site.SignUpPlanId == request.PlanId, cancellation))
            return new Error(ErrorKind.Conflict, "plan.in_use",
                "New sign-ups get this plan: choose another plan for them first (sign-up set --plan).");
        await db.PlanVersions.Where(version => version.PlanId == request.PlanId).DeleteAsync(cancellation);
        await db.Plans.Where(plan => plan.Id == request.PlanId).DeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }
}
