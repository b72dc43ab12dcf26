using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>Reads plans.</summary>
public sealed class PlanQueries(AtlanticDb db)
{
    internal static readonly Error NoSuchPlan = new(ErrorKind.NotFound, "plan.not_found", "There is no such plan.");

    /// <summary>All plans by name, withdrawn ones included. A reseller has a dozen, so there are no pages.</summary>
    public async Task<IReadOnlyList<PlanSummary>> ListAsync(CancellationToken cancellation) =>
        [.. (await db.Plans.LoadWith(p => p.Pool).OrderBy(p => p.Name).ToListAsync(cancellation)).Select(p => p.ToSummary())];

    public async Task<Result<PlanSummary>> FindAsync(long id, CancellationToken cancellation) =>
        (await ListAsync(cancellation)).SingleOrDefault(p => p.Id == id) is { } plan ? plan : NoSuchPlan;

    /// <summary>One that is sold: hidden ones too, and none that is withdrawn.</summary>
    public async Task<Result<PlanSummary>> FindSoldAsync(long id, CancellationToken cancellation) =>
        (await ListAsync(cancellation)).SingleOrDefault(p => p.Id == id && p.Active) is { } plan ? plan : NoSuchPlan;

    /// <summary>How many customers have a plan, on whichever terms.</summary>
    public Task<int> CustomersOfAsync(long id, CancellationToken cancellation) =>
        db.Customers.CountAsync(customer => customer.PlanId == id, cancellation);

    /// <summary>Of a customer in <paramref name="scope"/>; of nobody there, what a customer without a plan has.</summary>
    public async Task<CustomerRights> RightsOfAsync(Scope scope, long customerId, CancellationToken cancellation)
    {
        var customer = await db.Customers.VisibleTo(scope).Where(c => c.Id == customerId)
            .Select(c => new { c.PlanId, c.SellerId }).SingleOrDefaultAsync(cancellation);
        var plans = await ListAsync(cancellation);
        // A reseller's customer is told of no plans: it cannot buy them.
        return new CustomerRights(plans.SingleOrDefault(plan => plan.Id == customer?.PlanId),
            plans.Where(plan => plan.Active && customer?.SellerId is null));
    }

    /// <summary>By name, any case.</summary>
    public async Task<Result<PlanSummary>> FindByNameAsync(string name, CancellationToken cancellation) =>
        (await ListAsync(cancellation))
            .FirstOrDefault(p => p.Name.Equals(name.Trim(), StringComparison.OrdinalIgnoreCase)) is { } plan
                ? plan
                : NoSuchPlan;
}
