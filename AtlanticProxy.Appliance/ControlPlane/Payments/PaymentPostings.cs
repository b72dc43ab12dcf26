using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>How payments move money in the ledger. Each has a key that says what it is of, so that it moves once.</summary>
internal sealed class PaymentPostings(AtlanticDb db, TimeProvider time)
{
    private readonly LedgerBook _ledger = new(db, time);

    /// <summary>Money came for a payment: into the wallet, whatever it is for.</summary>
    public Task ReceivedAsync(Payment payment, GatewayKind kind, long amount, CancellationToken cancellation) => MustAsync(
        TransactionKind.Payment, payment.Received == 0 ? $"payment/{payment.Reference}"
            : $"payment/{payment.Reference}/{payment.Received}",
        $"Payment {payment.Reference}", payment.Currency,
        [new(AccountKind.Wallet, payment.CustomerId, amount), new(HolderOf(kind), null, -amount)], cancellation);

    public Task FeeAsync(Payment payment, GatewayKind kind, long fee, CancellationToken cancellation) => MustAsync(
        TransactionKind.Fee, $"fee/{payment.Reference}", $"Fee of payment {payment.Reference}", payment.Currency,
        [new(HolderOf(kind), null, fee), new(AccountKind.Fees, null, -fee)], cancellation);

    /// <summary>Takes a refund out of the wallet. Refused: the wallet has not got it, or tunnels may still use it.</summary>
    public Task<Result<LedgerPosted>> RefundAsync(
        Payment payment, Refund refund, GatewayKind kind, CancellationToken cancellation) => _ledger.PostAsync(new(
            TransactionKind.Refund, $"refund/{refund.Reference}", $"Refund of payment {payment.Reference}", payment.Currency,
            [new(AccountKind.Wallet, payment.CustomerId, -refund.Amount), new(HolderOf(kind), null, refund.Amount)]),
                cancellation);

    /// <summary>A refund did not arrive: it is in the wallet again.</summary>
    public Task RefundFailedAsync(Payment payment, Refund refund, GatewayKind kind, CancellationToken cancellation) => MustAsync(
        TransactionKind.Refund, $"refund/{refund.Reference}/failed", $"Refund of payment {payment.Reference} failed",
        payment.Currency,
        [new(AccountKind.Wallet, payment.CustomerId, refund.Amount), new(HolderOf(kind), null, -refund.Amount)], cancellation);

    public Task DisputeOpenedAsync(Dispute dispute, CancellationToken cancellation) => MustAsync(TransactionKind.Dispute,
        $"dispute/{dispute.Id}/opened", $"Dispute {dispute.GatewayDisputeId}", dispute.Currency,
        [new(AccountKind.PaymentsClearing, null, dispute.Amount), new(AccountKind.DisputesHeld, null, -dispute.Amount)],
        cancellation);

    public Task DisputeWonAsync(Dispute dispute, CancellationToken cancellation) => MustAsync(TransactionKind.Dispute,
        $"dispute/{dispute.Id}/won", $"Dispute {dispute.GatewayDisputeId} won", dispute.Currency,
        [new(AccountKind.DisputesHeld, null, dispute.Amount), new(AccountKind.PaymentsClearing, null, -dispute.Amount)],
        cancellation);

    /// <param name="fromWallet">What the customer still has of it; the rest is our loss.</param>
    public Task DisputeLostAsync(Dispute dispute, long customerId, long fromWallet, CancellationToken cancellation)
    {
        var lines = new List<LedgerLine> { new(AccountKind.DisputesHeld, null, dispute.Amount) };
        if (fromWallet > 0)
            lines.Add(new(AccountKind.Wallet, customerId, -fromWallet));
        if (fromWallet < dispute.Amount)
            lines.Add(new(AccountKind.Losses, null, fromWallet - dispute.Amount));
        return MustAsync(TransactionKind.Dispute, $"dispute/{dispute.Id}/lost", $"Dispute {dispute.GatewayDisputeId} lost",
            dispute.Currency, lines, cancellation);
    }

    public Task UnallocatedAsync(UnallocatedMoney money, GatewayKind kind, CancellationToken cancellation) => MustAsync(
        TransactionKind.Payment, $"unallocated/{money.GatewayId}/{money.ReceiptKey}", $"Unallocated: {money.ReceiptKey}",
        money.Currency,
        [new(AccountKind.Unallocated, null, money.Amount), new(HolderOf(kind), null, -money.Amount)], cancellation);

    public Task AllocatedAsync(UnallocatedMoney money, long customerId, CancellationToken cancellation) => MustAsync(
        TransactionKind.Allocation, $"allocation/{money.Id}", $"Payment {money.ReceiptKey}", money.Currency,
        [new(AccountKind.Wallet, customerId, money.Amount), new(AccountKind.Unallocated, null, -money.Amount)], cancellation);

    public Task ReturnedAsync(UnallocatedMoney money, GatewayKind kind, CancellationToken cancellation) => MustAsync(
        TransactionKind.Refund, $"allocation/{money.Id}", $"Returned: {money.ReceiptKey}", money.Currency,
        [new(HolderOf(kind), null, money.Amount), new(AccountKind.Unallocated, null, -money.Amount)], cancellation);

    /// <summary>Whose hands a gateway's money is in.</summary>
    private static AccountKind HolderOf(GatewayKind kind) =>
        kind == GatewayKind.Bank ? AccountKind.Bank : AccountKind.PaymentsClearing;

    /// <summary>What no state of a wallet refuses: a refusal is a fault of ours, and ends the transaction.</summary>
    private async Task MustAsync(
        TransactionKind kind, string key, string memo, string currency, IReadOnlyList<LedgerLine> lines,
        CancellationToken cancellation)
    {
        var posted = await _ledger.PostAsync(new(kind, key, memo, currency, lines), cancellation);
        if (!posted.IsSuccess)
            throw new InvalidOperationException($"The ledger refused {key}: {posted.Errors[0].Message}");
    }
}
