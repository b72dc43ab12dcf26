using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>How asking a saved method for money has ended.</summary>
/// <param name="Settled">The money is in the wallet.</param>
/// <param name="Waiting">The gateway has not answered, or the customer has to do something: nothing new is charged
/// meanwhile.</param>
/// <param name="Reason">In words, where it was refused.</param>
public sealed record Collection(bool Settled, bool Waiting, string Reason);

/// <summary>
/// Charges a customer's default saved method while they are away: one charge for each purpose, however often it is asked.
/// </summary>
public sealed class SavedMethodCollector(ChargeSavedMethod charge)
{
    /// <param name="key">What for: the same key is charged once.</param>
    public async Task<Collection> CollectAsync(
        long customerId, Money amount, string key, string description, CancellationToken cancellation)
    {
        var charged = await charge.ExecuteAsync(new(customerId, amount.MinorUnits, amount.Currency, RenewalPurpose.KindName, key,
            description), cancellation);
        if (!charged.IsSuccess)
            return new Collection(false, false, charged.Errors[0].Message);
        return charged.Value.State switch
        {
            PaymentState.Settled => new Collection(true, false, ""),
            PaymentState.Created or PaymentState.Sent or PaymentState.NeedsAction => new Collection(false, true, ""),
            PaymentState.Failed or PaymentState.Expired or PaymentState.Cancelled =>
                new Collection(false, false, ReasonOf(charged.Value.Failure)),
        };
    }

    private static string ReasonOf(FailureReason? failure) => failure switch
    {
        FailureReason.ExpiredCard => "The card has expired: save another one.",
        FailureReason.InsufficientFunds => "The account has not enough money.",
        FailureReason.AuthenticationRequired => "The bank wants you to confirm: pay the invoice on its page.",
        FailureReason.LostOrStolen => "The bank does not take this card any more: save another one.",
        _ => "The bank has declined the payment.",
    };
}
