using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.EntityFrameworkCore;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>Reads plans.</summary>
public sealed class PlanQueries(AtlanticDbContext db)
{
    internal static readonly Error NoSuchPlan = new(ErrorKind.NotFound, "plan.not_found", "There is no such plan.");

    /// <summary>All plans by name, withdrawn ones included. A reseller has a dozen, so there are no pages.</summary>
    public async Task<IReadOnlyList<PlanSummary>> ListAsync(CancellationToken cancellation) =>
        [.. (await db.Plans.AsNoTracking().Include(p => p.Pool).OrderBy(p => p.Name).ToListAsync(cancellation)).Select(p => p.ToSummary())];

    public async Task<Result<PlanSummary>> FindAsync(long id, CancellationToken cancellation) =>
        (await ListAsync(cancellation)).SingleOrDefault(p => p.Id == id) is { } plan ? plan : NoSuchPlan;

    /// <summary>By name, any case.</summary>
    public async Task<Result<PlanSummary>> FindByNameAsync(string name, CancellationToken cancellation) =>
        (await ListAsync(cancellation)).FirstOrDefault(p => p.Name.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase)) is { } plan
            ? plan
            : NoSuchPlan;
}
