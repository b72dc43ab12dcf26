using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// Gives up a payment that nobody has paid, so that its purpose can be paid in another way. Should money come after all, it goes
/// to the wallet.
/// </summary>
public sealed class CancelPayment(AtlanticDb db, PaymentDesk desk, TimeProvider time)
{
    private static readonly Error Undecided = new(ErrorKind.Conflict, "payment.undecided",
        "This payment may have been made: it cannot be cancelled before the gateway says what became of it.");

    private static readonly Error Over = new(ErrorKind.Conflict, "payment.over", "This payment has ended already.");

    public sealed record Request(Scope Scope, string Reference);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var payment = await db.Payments.VisibleTo(request.Scope).SingleOrDefaultAsync(row => row.Reference == request.Reference,
            cancellation);
        if (payment is null)
            return PaymentQueries.NoSuchPayment;
        var gateway = await desk.Directory.OpenAsync(payment.GatewayId, cancellation);
        bool unknown = false;
        if (payment is { IsOpen: true, Attempts: > 0 })
            unknown = !(await new PaymentRequests(db, desk, time).AskAsync(payment, gateway, cancellation)).Known;

        await using var transaction = await db.BeginTransactionAsync(cancellation);
        payment = await db.Payments.Where(row => row.Id == payment.Id).LockedForUpdate().SingleAsync(cancellation);
        if (!payment.IsOpen)
            return Over;
        if (payment.InFlightUntil > time.GetUtcNow() || (payment.State == PaymentState.Sent && !unknown))
            return Undecided;
        await desk.Book.EndAsync(payment, PaymentState.Cancelled, null, "Cancelled.", cancellation);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }
}
