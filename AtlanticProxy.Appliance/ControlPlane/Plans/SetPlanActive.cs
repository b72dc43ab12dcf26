using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.EntityFrameworkCore;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>Offers a plan or withdraws it. Customers that have it keep it.</summary>
public sealed class SetPlanActive(AtlanticDbContext db)
{
    public sealed record Request(long PlanId, bool Active);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        int changed = await db.Plans.Where(p => p.Id == request.PlanId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.Active, request.Active), cancellation);
        return changed == 1 ? Result.Success : PlanQueries.NoSuchPlan;
    }
}
