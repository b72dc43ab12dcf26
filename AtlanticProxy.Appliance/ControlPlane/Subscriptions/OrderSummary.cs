using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Plans;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>An order, as pages and lists show it.</summary>
/// <param name="Plan">Its plan's name.</param>
/// <param name="Amount">Bytes or minutes of packages and top-ups, proxy users of seats.</param>
/// <param name="InMinutes">Its plan is sold by time; else by bytes.</param>
/// <param name="Total">Minor units with tax and deposit.</param>
/// <param name="Missing">What the wallet lacks for it, in minor units; 0 unless it is open.</param>
public sealed record OrderSummary(
    long Id, long CustomerId, string Email, OrderKind Kind, OrderState State, string Plan, long? Amount, bool InMinutes,
    long Total, long Deposit, string Currency, long Missing, long? InvoiceId, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt,
    DateTimeOffset? ClosedAt)
{
    internal static async Task<OrderSummary> OfAsync(AtlanticDb db, Order order, CancellationToken cancellation) =>
        (await ListAsync(db, db.Orders.Where(row => row.Id == order.Id), cancellation)).Single();

    internal static async Task<List<OrderSummary>> ListAsync(
        AtlanticDb db, IQueryable<Order> orders, CancellationToken cancellation) =>
        await (from order in orders
               join version in db.PlanVersions on order.PlanVersionId equals version.Id
               join plan in db.Plans on version.PlanId equals plan.Id
               join customer in db.AllCustomers on order.CustomerId equals customer.Id
               select new OrderSummary(order.Id, order.CustomerId, customer.Email, order.Kind, order.State, plan.Name,
                   order.Amount, plan.Kind == PlanKind.Hourly, order.Total, order.Deposit, order.Currency,
                   order.State != OrderState.Open ? 0 : Math.Max(order.Total
                       - Sql.Expr<long>($"wallet_spendable({order.CustomerId}, {order.Currency})"), 0),
                   order.InvoiceId, order.CreatedAt, order.ExpiresAt, order.ClosedAt))
        .ToListAsync(cancellation);
}
