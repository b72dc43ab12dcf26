using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// Staff give money of a payment back. What was bought with it is taken back first. The money leaves the wallet before the
/// gateway is asked, so that nobody spends it meanwhile, and returns to it when the refund fails.
/// </summary>
public sealed class RefundPayment(AtlanticDb db, PaymentDesk desk, TimeProvider time)
{
    private static readonly Error InWallet = new(ErrorKind.Conflict, "refund.in_wallet",
        "This money is in the wallet already: refund it to where it came from, or leave it there.");

    /// <param name="Amount">Minor units of the payment's currency.</param>
    /// <param name="Reason">Shown to the customer.</param>
    public sealed record Request(
        string PaymentReference, long Amount, string Reason = "", RefundTarget Target = RefundTarget.Method);

    /// <summary>The value is how far it is.</summary>
    public async Task<Result<RefundState>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var written = await WriteAsync(request, cancellation);
        if (!written.IsSuccess)
            return Result.Failure<RefundState>(written.Errors);
        var refund = written.Value;
        if (refund.Target == RefundTarget.Method)
        {
            long gatewayId = await db.Payments.Where(payment => payment.Id == refund.PaymentId)
                .Select(payment => payment.GatewayId).SingleAsync(cancellation);
            await new RefundWork(db, desk, time).SendAsync(refund, await desk.Directory.OpenAsync(gatewayId, cancellation),
                cancellation);
        }
        return await db.Refunds.Where(row => row.Id == refund.Id).Select(row => row.State).SingleAsync(cancellation);
    }

    private async Task<Result<Refund>> WriteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var payment = await db.Payments.Where(row => row.Reference == request.PaymentReference).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (payment is null)
            return PaymentQueries.NoSuchPayment;
        await db.HoldCustomerAsync(payment.CustomerId, cancellation);
        long left = payment.Received - payment.Refunded;
        var validation = new Validation();
        validation.Require(request.Amount > 0 && request.Amount <= left, nameof(Request.Amount), "refund.amount_invalid",
            left <= 0 ? "Nothing of this payment is left to refund." : (Phrase)
                $"Give an amount of at most {new Money(left, payment.Currency)}, which is what was paid and not refunded.");
        validation.Require(request.Reason.Length <= Refund.MaxReasonLength && !request.Reason.Any(char.IsControl),
            nameof(Request.Reason), "refund.reason_invalid", $"A reason has at most {Refund.MaxReasonLength} characters.");
        if (validation.Failed)
            return Result.Failure<Refund>(validation.Errors);
        if (request.Target == RefundTarget.Wallet && payment.PurposeKind == TopUp.KindName)
            return InWallet;
        if (await desk.Book.PurposeOf(payment).TakeBackAsync(payment, request.Amount, cancellation) is { IsSuccess: false } kept)
            return Result.Failure<Refund>(kept.Errors);

        var now = time.GetUtcNow();
        bool stays = request.Target == RefundTarget.Wallet;
        var refund = new Refund
        {
            Reference = PaymentRequests.NewReference(), PaymentId = payment.Id, Amount = request.Amount, Target = request.Target,
            State = stays ? RefundState.Settled : RefundState.Created, Reason = request.Reason.Trim(), CreatedAt = now,
            SettledAt = stays ? now : null,
        };
        refund.Id = await db.InsertWithInt64IdentityAsync(refund, token: cancellation);
        if (stays)
            await desk.Events.OfPaymentAsync(PaymentEvents.Refunded, payment, refund.Amount, refund.Reason, cancellation);
        else if (await TakeAsync(payment, refund, cancellation) is { IsSuccess: false } refused)
            return Result.Failure<Refund>(refused.Errors);
        await transaction.CommitAsync(cancellation);
        return refund;
    }

    private async Task<Result> TakeAsync(Payment payment, Refund refund, CancellationToken cancellation)
    {
        var kind = await db.AllGateways.Where(gateway => gateway.Id == payment.GatewayId).Select(gateway => gateway.Kind)
            .SingleAsync(cancellation);
        var posted = await desk.Postings.RefundAsync(payment, refund, kind, cancellation);
        if (!posted.IsSuccess)
            return Spent(payment);
        // The posting locked the wallet: what it says now holds until the end.
        long bonus = await db.LedgerAccounts.Where(account => account.Kind == AccountKind.Wallet
                && account.CustomerId == payment.CustomerId && account.Currency == payment.Currency)
            .Select(account => account.Bonus).SingleAsync(cancellation);
        if (posted.Value.Balance < bonus)
            return Spent(payment);
        payment.Refunded += refund.Amount;
        await db.UpdateIfChangedAsync(payment, cancellation);
        return Result.Success;
    }

    private static Error Spent(Payment payment) => new(ErrorKind.Conflict, "refund.spent",
        $"The wallet has not got that much {payment.Currency} that was paid in and is free: some was spent, is in use, or was a "
            + $"gift. Refund less, or take back what was bought with it first.", nameof(Request.Amount));
}
