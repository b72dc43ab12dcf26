using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>Offers a plan or withdraws it. Customers that have it keep it.</summary>
public sealed class SetPlanActive(AtlanticDb db)
{
    public sealed record Request(long PlanId, bool Active);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        int changed = await db.Plans.Where(p => p.Id == request.PlanId)
            .Set(p => p.Active, request.Active).UpdateAsync(cancellation);
        return changed == 1 ? Result.Success : PlanQueries.NoSuchPlan;
    }
}
