using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>Gives a customer a plan, or takes it away.</summary>
public sealed class AssignPlan(AtlanticDb db)
{
    internal static readonly Error NoSuchPlan =
        new(ErrorKind.Invalid, "customer.plan_unknown", "There is no active plan like that.", nameof(Request.PlanId));

    /// <param name="PlanId">Null for none.</param>
    public sealed record Request(long CustomerId, long? PlanId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        if (request.PlanId is { } id && !await db.Plans.AnyAsync(p => p.Id == id && p.Active, cancellation))
            return NoSuchPlan;
        if (await db.Customers.AnyAsync(c => c.Id == request.CustomerId && c.SellerId != null, cancellation))
            return ResaleRules.HasSellersPlan;
        if (await db.RunningOf(request.CustomerId).AnyAsync(cancellation))
            return new Error(ErrorKind.Conflict, "customer.subscribed",
                "This customer has a subscription: change or end that, and its plan follows.", nameof(Request.PlanId));
        int changed = await db.Customers.Where(c => c.Id == request.CustomerId)
            .Set(c => c.PlanId, request.PlanId).Set(c => c.Billed, false).UpdateAsync(cancellation);
        return changed == 1 ? Result.Success : CustomerQueries.NoSuchCustomer;
    }
}
