using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>What a refund or dispute is of.</summary>
/// <param name="Reference">Of the payment.</param>
public sealed record ReversedPayment(string Reference, long CustomerId, string Email, string Gateway);

/// <summary>A refund in a list over all payments.</summary>
/// <param name="Currency">Of its amount.</param>
public sealed record ListedRefund(RefundView Refund, string Currency, ReversedPayment Payment);

/// <summary>A dispute in a list over all payments.</summary>
public sealed record ListedDispute(DisputeView Dispute, ReversedPayment Payment);

/// <summary>
/// Reads what goes back of payments, over all of them. A search looks for a part of a reference, of a gateway's id or of the
/// customer's email.
/// </summary>
public sealed class ReversalQueries(AtlanticDb db)
{
    /// <summary>The newest first.</summary>
    /// <param name="state">Null is any.</param>
    public async Task<Page<ListedRefund>> RefundsAsync(
        RefundState? state, PageRequest page, CancellationToken cancellation)
    {
        var rows = from refund in db.Refunds
                   join payment in db.Payments on refund.PaymentId equals payment.Id
                   join customer in db.AllCustomers on payment.CustomerId equals customer.Id
                   join gateway in db.AllGateways on payment.GatewayId equals gateway.Id
                   where state == null || refund.State == state
                   select new { refund, payment, customer, gateway };
        if (page.Search is not null)
            rows = rows.Where(row => row.refund.Reference.ILike(page.SearchPattern)
                || row.payment.Reference.ILike(page.SearchPattern) || row.customer.Email.ILike(page.SearchPattern));
        int total = await rows.CountAsync(cancellation);
        var items = await rows.OrderByDescending(row => row.refund.Id).Skip(page.Offset).Take(page.Size)
            .Select(row => new ListedRefund(
                new RefundView(row.refund.Id, row.refund.Reference, row.refund.Amount, row.refund.Target, row.refund.State,
                    row.refund.Reason, row.refund.ActionUrl, row.refund.CreatedAt, row.refund.SettledAt),
                row.payment.Currency,
                new ReversedPayment(row.payment.Reference, row.customer.Id, row.customer.Email, row.gateway.Name)))
            .ToListAsync(cancellation);
        return new Page<ListedRefund>(items, page.Number, page.Size, total);
    }

    /// <summary>Those that can still be answered first, by when that has to be; then the newest.</summary>
    /// <param name="state">Null is any.</param>
    public async Task<Page<ListedDispute>> DisputesAsync(
        DisputeState? state, PageRequest page, CancellationToken cancellation)
    {
        var rows = from dispute in db.Disputes
                   join payment in db.Payments on dispute.PaymentId equals payment.Id
                   join customer in db.AllCustomers on payment.CustomerId equals customer.Id
                   join gateway in db.AllGateways on dispute.GatewayId equals gateway.Id
                   where state == null || dispute.State == state
                   select new { dispute, payment, customer, gateway };
        if (page.Search is not null)
            rows = rows.Where(row => row.dispute.GatewayDisputeId.ILike(page.SearchPattern)
                || row.payment.Reference.ILike(page.SearchPattern) || row.customer.Email.ILike(page.SearchPattern));
        int total = await rows.CountAsync(cancellation);
        var items = await rows.OrderByDescending(row => row.dispute.DecidedAt == null).ThenBy(row => row.dispute.DueAt)
            .ThenByDescending(row => row.dispute.Id).Skip(page.Offset).Take(page.Size)
            .Select(row => new ListedDispute(
                new DisputeView(row.dispute.Id, row.dispute.GatewayDisputeId, row.dispute.Amount, row.dispute.Currency,
                    row.dispute.State, row.dispute.Reason, row.dispute.DueAt, row.dispute.OpenedAt, row.dispute.DecidedAt),
                new ReversedPayment(row.payment.Reference, row.customer.Id, row.customer.Email, row.gateway.Name)))
            .ToListAsync(cancellation);
        return new Page<ListedDispute>(items, page.Number, page.Size, total);
    }
}
