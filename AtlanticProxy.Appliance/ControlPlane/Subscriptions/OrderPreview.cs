using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>One line of what is bought. Amount in minor units, with its tax.</summary>
public sealed record OrderPreviewLine(string Description, long Total);

/// <summary>What an order would cost. Amounts are minor units.</summary>
/// <param name="Total">With tax and deposit.</param>
/// <param name="FromWallet">What the wallet pays of it.</param>
/// <param name="Missing">What is to be paid at a gateway.</param>
/// <param name="LastOrderId">The customer's latest order; 0 for none.</param>
public sealed record OrderPreview(
    string Plan, IReadOnlyList<OrderPreviewLine> Lines, long Net, long Tax, long Deposit, long Total, string Currency,
    long FromWallet, long Missing, long LastOrderId)
{
    /// <summary>Within the transaction that the draft of the order's invoice is written in.</summary>
    internal static async Task<OrderPreview> OfAsync(AtlanticDb db, Order order, CancellationToken cancellation)
    {
        var invoice = await db.Invoices.SingleOrDefaultAsync(row => row.Id == order.InvoiceId, cancellation);
        var lines = await db.InvoiceLines.Where(line => line.InvoiceId == order.InvoiceId).OrderBy(line => line.Line)
            .Select(line => new OrderPreviewLine(line.Description, line.Net + line.Tax)).ToListAsync(cancellation);
        string plan = await (from version in db.PlanVersions
                             join named in db.Plans on version.PlanId equals named.Id
                             where version.Id == order.PlanVersionId
                             select named.Name).SingleAsync(cancellation);
        long spendable = await db.SpendableAsync(order.CustomerId, order.Currency, cancellation);
        long paid = Math.Clamp(spendable, 0, order.Total);
        long last = await db.Orders.Where(row => row.CustomerId == order.CustomerId)
            .MaxAsync(row => (long?)row.Id, cancellation) ?? 0;
        return new OrderPreview(plan, lines, invoice?.Net ?? 0, invoice?.Tax ?? 0, order.Deposit, order.Total, order.Currency,
            paid, order.Total - paid, last);
    }
}
