using AtlanticProxy.ControlPlane.Ledger;
using Stripe;
using Stripe.Checkout;
using StripeDispute = Stripe.Dispute;
using StripeRefund = Stripe.Refund;

namespace AtlanticProxy.ControlPlane.Payments.Gateways;

/// <summary>What Stripe's objects and errors mean.</summary>
internal static class StripeObjects
{
    public static GatewayAnswer Read(Session session) => new(session.Status switch
    {
        "open" => GatewayStatus.NeedsAction,
        "expired" => GatewayStatus.Expired,
        _ => GatewayStatus.Pending, // complete: what became of it is its intent's to say
    })
    {
        GatewayPaymentId = session.Id, Reference = session.ClientReferenceId ?? "", Account = Mode(session.Livemode),
        ActionUrl = session.Status == "open" ? session.Url ?? "" : "", Raw = Raw(session),
    };

    public static GatewayAnswer Read(PaymentIntent intent)
    {
        string currency = intent.Currency?.ToUpperInvariant() ?? "";
        var status = intent.Status switch
        {
            "succeeded" => GatewayStatus.Settled,
            "canceled" => GatewayStatus.Failed,
            "requires_payment_method" when intent.LastPaymentError is not null => GatewayStatus.Failed,
            "requires_action" or "requires_confirmation" or "requires_payment_method" => GatewayStatus.NeedsAction,
            _ => GatewayStatus.Pending,
        };
        return new GatewayAnswer(status)
        {
            GatewayPaymentId = intent.Id, Reference = intent.Metadata?.GetValueOrDefault("reference") ?? "",
            Received = status == GatewayStatus.Settled ? MinorUnits.Stripe.Read(intent.AmountReceived, currency) : null,
            Account = Mode(intent.Livemode),
            Fee = intent.LatestCharge?.BalanceTransaction is { } booked
                && string.Equals(booked.Currency, currency, StringComparison.OrdinalIgnoreCase)
                    ? MinorUnits.Stripe.Read(booked.Fee, currency)?.MinorUnits ?? 0 : 0,
            ActionUrl = intent.NextAction?.RedirectToUrl?.Url ?? "",
            Failure = status == GatewayStatus.Failed ? ReasonOf(intent.LastPaymentError) : null,
            Message = intent.LastPaymentError?.Message ?? "",
            Method = status == GatewayStatus.Settled ? MethodOf(intent) : null, CardCountry = intent.PaymentMethod?.Card?.Country,
            Raw = GatewayJson.Kept(Raw(intent), intent.PaymentMethodId ?? "", intent.ClientSecret ?? ""),
        };
    }

    public static RefundAnswer Read(StripeRefund refund) => new(refund.Status switch
    {
        "succeeded" => RefundStatus.Settled,
        "failed" or "canceled" => RefundStatus.Failed,
        "requires_action" => RefundStatus.NeedsAction,
        _ => RefundStatus.Pending,
    })
    {
        GatewayRefundId = refund.Id, Message = refund.FailureReason ?? "", Raw = Raw(refund),
    };

    public static DisputeAnswer Read(StripeDispute dispute) => new(
        dispute.Id, dispute.PaymentIntent?.Metadata?.GetValueOrDefault("reference") ?? "", dispute.PaymentIntentId,
        MinorUnits.Stripe.Read(dispute.Amount, dispute.Currency ?? ""), dispute.Status switch
        {
            "won" or "prevented" => DisputeState.Won,
            "lost" => DisputeState.Lost,
            "warning_closed" => DisputeState.Won,
            not null when dispute.Status.StartsWith("warning_", StringComparison.Ordinal) => DisputeState.Inquiry,
            _ => DisputeState.Opened,
        }, dispute.Reason ?? "", dispute.EvidenceDetails?.DueBy is { } due ? new DateTimeOffset(due, TimeSpan.Zero) : null);

    /// <summary>Whether a call ended by Stripe's or the network's doing: what the SDK cannot read is no answer either.</summary>
    public static bool IsAnswer(Exception fault, CancellationToken cancellation) =>
        fault is StripeException or Newtonsoft.Json.JsonException || GatewayHttp.IsNoAnswer(fault, cancellation);

    public static GatewayAnswer Read(Exception fault)
    {
        if (fault is not StripeException { StripeError: { } error } refusal)
            return new GatewayAnswer(GatewayStatus.NoAnswer) { Message = fault.Message };
        string raw = GatewayJson.Kept(refusal.StripeResponse?.Content ?? "", error.PaymentIntent?.PaymentMethodId ?? "",
            error.PaymentMethod?.Id ?? "", error.PaymentIntent?.ClientSecret ?? "");
        if (error.Type == "card_error")
            return new GatewayAnswer(GatewayStatus.Failed)
            {
                GatewayPaymentId = error.PaymentIntent?.Id, Reference =
                    error.PaymentIntent?.Metadata?.GetValueOrDefault("reference") ?? "",
                Failure = ReasonOf(error), Message = error.Message ?? "", Raw = raw,
            };
        // Another request under the key is under way (409), or had other content: what became of that one is not known.
        bool unknown = (int)refusal.HttpStatusCode is 0 or 409 or 429 or >= 500 || error.Type == "idempotency_error";
        return new GatewayAnswer((int)refusal.HttpStatusCode == 404 ? GatewayStatus.Unknown
            : unknown ? GatewayStatus.NoAnswer : GatewayStatus.Refused)
        {
            Message = error.Message ?? "", Raw = raw,
        };
    }

    private static FailureReason ReasonOf(StripeError? error) => (error?.DeclineCode ?? error?.Code) switch
    {
        "authentication_required" => FailureReason.AuthenticationRequired,
        "insufficient_funds" => FailureReason.InsufficientFunds,
        "expired_card" => FailureReason.ExpiredCard,
        "lost_card" or "stolen_card" or "pickup_card" => FailureReason.LostOrStolen,
        _ => error?.Code is "card_declined" ? FailureReason.Declined : FailureReason.Other,
    };

    private static MethodToken? MethodOf(PaymentIntent intent) =>
        intent is { SetupFutureUsage: "off_session", CustomerId.Length: > 0, PaymentMethod: { } method }
            ? new MethodToken(method.Id, method.Card?.Fingerprint ?? method.Id, intent.CustomerId, "",
                method.Card?.Brand ?? method.Type ?? "",
                method.Card?.Last4 ?? "", (int?)method.Card?.ExpMonth, (int?)method.Card?.ExpYear)
            : null;

    private static string Mode(bool live) => live ? "live" : "test";

    private static string Raw(StripeEntity entity) => GatewayJson.Kept(entity.StripeResponse?.Content ?? "");
}
