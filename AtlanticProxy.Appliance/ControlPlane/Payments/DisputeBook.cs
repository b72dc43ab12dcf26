using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// Books what a gateway says of a dispute. While one is open, the gateway holds the money back; a lost one takes from the wallet
/// what the customer still has of it, and the rest is our loss.
/// </summary>
internal sealed class DisputeBook(AtlanticDb db, PaymentDesk desk, TimeProvider time)
{
    /// <summary>Answers what came of it, in a sentence.</summary>
    public async Task<string> ApplyAsync(OpenGateway gateway, DisputeAnswer answer, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var payment = await db.Payments.Where(row => row.GatewayId == gateway.Row.Id && (row.Reference == answer.Reference
                || (answer.GatewayPaymentId != null && row.GatewayPaymentId == answer.GatewayPaymentId)))
            .LockedForUpdate().FirstOrDefaultAsync(cancellation);
        if (payment is null || answer.Amount is not { } amount || amount.Currency != payment.Currency || amount.MinorUnits <= 0)
        {
            await desk.Unallocated.DifferAsync(gateway.Row.Id, DifferenceKind.UnknownToUs, answer.Id,
                payment is null ? "no such payment" : $"{new Money(payment.Amount, payment.Currency)}",
                $"dispute of {answer.Reference}{answer.GatewayPaymentId}: {answer.Amount}", cancellation);
            await transaction.CommitAsync(cancellation);
            return "A dispute of no payment of ours.";
        }

        await db.HoldCustomerAsync(payment.CustomerId, cancellation);
        var dispute = await db.Disputes.SingleOrDefaultAsync(row => row.GatewayId == gateway.Row.Id
            && row.GatewayDisputeId == answer.Id, cancellation);
        if (dispute is null)
        {
            dispute = new Dispute
            {
                GatewayId = gateway.Row.Id, GatewayDisputeId = answer.Id, PaymentId = payment.Id, Amount = amount.MinorUnits,
                Currency = amount.Currency, State = DisputeState.Inquiry, Reason = answer.Reason, DueAt = answer.DueAt,
                OpenedAt = time.GetUtcNow(),
            };
            dispute.Id = await db.InsertWithInt64IdentityAsync(dispute, token: cancellation);
            if (answer.State == DisputeState.Inquiry)
                await TellAsync(PaymentEvents.DisputeInquiry, payment, dispute, cancellation);
        }
        await FollowAsync(dispute, payment, answer, cancellation);
        await transaction.CommitAsync(cancellation);
        return $"Dispute {answer.Id} is {dispute.State}.";
    }

    /// <summary>
    /// Steps that were missed are made up for, and none is taken back: the last word on a dispute is the first.
    /// </summary>
    private async Task FollowAsync(Dispute dispute, Payment payment, DisputeAnswer answer, CancellationToken cancellation)
    {
        dispute.DueAt = answer.DueAt ?? dispute.DueAt;
        bool opens = answer.State is DisputeState.Opened or DisputeState.Lost;
        if (dispute.State == DisputeState.Inquiry && opens)
        {
            dispute.State = DisputeState.Opened;
            await desk.Postings.DisputeOpenedAsync(dispute, cancellation);
            await desk.Book.PurposeOf(payment).DisputedAsync(payment, isOpen: true, cancellation);
            await TellAsync(PaymentEvents.DisputeOpened, payment, dispute, cancellation);
        }
        if (answer.State == DisputeState.Won && dispute.State is DisputeState.Inquiry or DisputeState.Opened)
        {
            if (dispute.State == DisputeState.Opened) // an inquiry took no money
                await desk.Postings.DisputeWonAsync(dispute, cancellation);
            await desk.Book.PurposeOf(payment).DisputedAsync(payment, isOpen: false, cancellation);
            (dispute.State, dispute.DecidedAt) = (DisputeState.Won, time.GetUtcNow());
            await TellAsync(PaymentEvents.DisputeWon, payment, dispute, cancellation);
        }
        else if (answer.State == DisputeState.Lost && dispute.State == DisputeState.Opened)
        {
            // What was bought is over: its money is in the wallet, and goes from there. A purpose that refuses loses us more.
            await desk.Book.PurposeOf(payment).TakeBackAsync(payment, dispute.Amount, cancellation);
            long left = await PaidPartAsync(payment, cancellation);
            await desk.Postings.DisputeLostAsync(dispute, payment.CustomerId, Math.Clamp(left, 0, dispute.Amount), cancellation);
            (dispute.State, dispute.DecidedAt) = (DisputeState.Lost, time.GetUtcNow());
            await TellAsync(PaymentEvents.DisputeLost, payment, dispute, cancellation);
        }
        await db.UpdateIfChangedAsync(dispute, cancellation);
    }

    /// <summary>
    /// What of the wallet was paid for, and is not spoken for: read under the locks in which money moves, so that it is still
    /// there when it is taken.
    /// </summary>
    private async Task<long> PaidPartAsync(Payment payment, CancellationToken cancellation)
    {
        long held = await db.ScalarAsync<long>($"select ledger_held({payment.CustomerId}, {payment.Currency})", cancellation);
        return await db.ScalarAsync<long>($"""
            select balance - bonus - {held} from ledger_accounts
            where kind = 'wallet' and customer_id = {payment.CustomerId} and currency = {payment.Currency} for no key update
            """, cancellation);
    }

    private Task TellAsync(string kind, Payment payment, Dispute dispute, CancellationToken cancellation) =>
        desk.Events.OfPaymentAsync(kind, payment, dispute.Amount, dispute.Reason, cancellation);
}
