using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Features.Admin.Payments;

/// <summary>How it is said where money stands. A mood is a class of <c>badge-state</c>; null for a quiet one.</summary>
internal static class PaymentWords
{
    public static Phrase Of(PaymentState state) => state switch
    {
        PaymentState.Created => "Created",
        PaymentState.Sent => "Undecided",
        PaymentState.NeedsAction => "Waiting for customer",
        PaymentState.Settled => "Paid",
        PaymentState.Failed => "Failed",
        PaymentState.Expired => "Expired",
        PaymentState.Cancelled => "Cancelled",
    };

    public static string? MoodOf(PaymentState state) => state switch
    {
        PaymentState.Settled => "good",
        PaymentState.Failed => "bad",
        PaymentState.Sent or PaymentState.NeedsAction => "warn",
        _ => null,
    };

    public static Phrase Of(FailureReason reason) => reason switch
    {
        FailureReason.Declined => "The bank declined it",
        FailureReason.InsufficientFunds => "Not enough funds",
        FailureReason.ExpiredCard => "The card has expired",
        FailureReason.AuthenticationRequired => "The bank wants the customer to confirm it",
        FailureReason.LostOrStolen => "The card was reported lost or stolen",
        FailureReason.Other => "Refused; the gateway's answer says why",
    };

    public static Phrase Of(RefundState state) => state switch
    {
        RefundState.Created => "Not sent yet",
        RefundState.Sent => "On its way",
        RefundState.NeedsAction => "Needs action",
        RefundState.Settled => "Refunded",
        RefundState.Failed => "Failed: back in the wallet",
    };

    public static string? MoodOf(RefundState state) => state switch
    {
        RefundState.Settled => "good",
        RefundState.Failed => "bad",
        _ => "warn",
    };

    public static Phrase Of(DisputeState state) => state switch
    {
        DisputeState.Inquiry => "Inquiry: no money was taken",
        DisputeState.Opened => "Open: the gateway holds the money",
        DisputeState.Won => "Won",
        DisputeState.Lost => "Lost",
    };

    public static string? MoodOf(DisputeState state) => state switch
    {
        DisputeState.Won => "good",
        DisputeState.Lost => "bad",
        _ => "warn",
    };

    public static Phrase Of(UnallocatedState state) => state switch
    {
        UnallocatedState.Open => "To be placed",
        UnallocatedState.Allocated => "In a wallet",
        UnallocatedState.Returned => "Sent back",
    };

    public static Phrase Of(DeliveryState state) => state switch
    {
        DeliveryState.Received => "Waiting",
        DeliveryState.Handled => "Handled",
        DeliveryState.Parked => "Parked",
        DeliveryState.Failed => "Failed",
    };

    public static string? MoodOf(DeliveryState state) => state switch
    {
        DeliveryState.Handled => "good",
        DeliveryState.Parked => "warn",
        DeliveryState.Failed => "bad",
        _ => null,
    };

    public static Phrase Of(DifferenceKind kind) => kind switch
    {
        DifferenceKind.UnknownToUs => "Missing here: the gateway took money that was not asked for",
        DifferenceKind.MissingAtGateway => "Missing there: the gateway does not know a payment that is booked here",
        DifferenceKind.Differs => "Another amount, currency or account",
        DifferenceKind.TakenBack => "Taken back at the gateway without a refund or dispute",
    };
}
