using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;

namespace AtlanticProxy.Web.Features.Billing;

/// <summary>How the payment for something stands, as its page shows it.</summary>
/// <param name="Last">The one that it was paid by, or else the latest; null when none was begun.</param>
/// <param name="Page">Address of the page.</param>
/// <param name="Back">How often it was looked at since the customer came back from the gateway; 0 for not at all.</param>
/// <param name="Next">The gateway's page, when the customer is on the way there.</param>
internal sealed record PaymentPart(PaymentView? Last, string Page, int Back, string? Next)
{
    /// <summary>Of the notice that leads on to the gateway.</summary>
    public const string NextKey = "pay-at";

    /// <summary>Seconds between two looks: gateways confirm within a few.</summary>
    public const int Pause = 5;

    /// <summary>A minute of looks. After it the gateway's webhook, or the job that asks, brings the news.</summary>
    public const int MostLooks = 12;

    /// <summary>The page comes again by itself.</summary>
    public bool Waits => Back is > 0 and < MostLooks && Last is { Kind: not GatewayKind.Bank } last && IsUnderWay(last);

    public string NextLook => $"{Page}?back={Back + 1}";

    public static bool IsUnderWay(PaymentView payment) =>
        payment.State is PaymentState.Created or PaymentState.Sent or PaymentState.NeedsAction;
}

/// <summary>Buttons to pay something with, one for each gateway.</summary>
/// <param name="Action">Address that the choice is posted to.</param>
internal sealed record PayChoice(string Action, IReadOnlyList<GatewaySummary> Gateways, Money Amount)
{
    /// <summary>Whether one of them can charge a card again.</summary>
    public bool MayKeep => Gateways.Any(each => each.Kind is GatewayKind.Paystack or GatewayKind.Stripe);
}
