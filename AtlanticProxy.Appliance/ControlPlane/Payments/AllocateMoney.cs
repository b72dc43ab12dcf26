using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// Staff say whose money it is that fitted nothing: it goes to that customer's wallet, and the payment that it was meant for goes
/// on if it is enough. Or they say that it was sent back.
/// </summary>
public sealed class AllocateMoney(AtlanticDb db, PaymentDesk desk, TimeProvider time)
{
    internal static readonly Error NoSuchMoney =
        new(ErrorKind.NotFound, "unallocated.not_found", "There is no such money.");

    private static readonly Error Placed = new(ErrorKind.Conflict, "unallocated.resolved",
        "This money has found its place already.");

    /// <param name="CustomerId">Null: it was sent back to whoever paid it.</param>
    /// <param name="Note">Why, for those who look later.</param>
    public sealed record Request(long UnallocatedId, long? CustomerId, string Note = "");

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        if (request.Note.Length > UnallocatedMoney.MaxNoteLength)
            return new Error(ErrorKind.Invalid, "unallocated.note_invalid",
                $"A note has at most {UnallocatedMoney.MaxNoteLength} characters.", nameof(Request.Note));
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var meant = await db.UnallocatedMoney.Where(row => row.Id == request.UnallocatedId).Select(row => new { row.PaymentId })
            .SingleOrDefaultAsync(cancellation);
        if (meant is null)
            return NoSuchMoney;
        // The payment first, as everybody who changes one does.
        var payment = await db.Payments.Where(row => row.Id == meant.PaymentId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        var money = await db.UnallocatedMoney.Where(row => row.Id == request.UnallocatedId).LockedForUpdate()
            .SingleAsync(cancellation);
        if (money.State != UnallocatedState.Open)
            return Placed;
        if (request.CustomerId is { } id && !await db.Customers.AnyAsync(customer => customer.Id == id, cancellation))
            return CustomerQueries.NoSuchCustomer;

        (money.Note, money.ResolvedAt, money.CustomerId) = (request.Note.Trim(), time.GetUtcNow(), request.CustomerId);
        if (request.CustomerId is { } owner)
        {
            money.State = UnallocatedState.Allocated;
            await desk.Postings.AllocatedAsync(money, owner, cancellation);
        }
        else
        {
            money.State = UnallocatedState.Returned;
            var gateway = await db.AllGateways.SingleAsync(row => row.Id == money.GatewayId, cancellation);
            await desk.Postings.ReturnedAsync(money, gateway.Kind, cancellation);
        }
        await db.UpdateIfChangedAsync(money, cancellation);
        if (payment is { IsOpen: true })
            await EndAsync(payment, money, cancellation);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }

    private async Task EndAsync(Payment payment, UnallocatedMoney money, CancellationToken cancellation)
    {
        bool isTheirs = money.CustomerId == payment.CustomerId && money.Currency == payment.Currency;
        if (isTheirs)
            payment.Received += money.Amount;
        if (isTheirs && payment.Received >= payment.Amount)
            await desk.Book.SettleAsync(payment, cancellation);
        else
            await desk.Book.EndAsync(payment, PaymentState.Cancelled, null, "Its money was placed otherwise.", cancellation);
    }
}
