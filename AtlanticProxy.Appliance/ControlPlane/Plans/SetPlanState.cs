using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>Offers a plan or withdraws it. Customers that have it keep it.</summary>
public sealed class SetPlanState(AtlanticDb db)
{
    public sealed record Request(long PlanId, bool Offered);

    /// <summary>The value is whether that changed anything.</summary>
    public Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation) =>
        db.Plans.Where(p => p.Id == request.PlanId)
            .SetStateAsync(p => p.Active, request.Offered, PlanQueries.NoSuchPlan, cancellation);
}
