using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Shell;

namespace AtlanticProxy.Web.Features.Admin.Gateways;

/// <summary>A gateway as its form has it: currencies as text, secrets only when they are new.</summary>
internal sealed record GatewayForm
{
    private static readonly char[] Separators = [',', ' ', '\n', '\r'];

    public GatewayKind Kind { get; init; }
    public string? Name { get; init; }
    public string? Currencies { get; init; }
    public string? ApiKey { get; init; }
    public string? WebhookSecret { get; init; }
    public string? BaseUrl { get; init; }
    public string? Store { get; init; }
    public string? Instructions { get; init; }

    public static GatewayForm Of(GatewaySummary gateway) => new()
    {
        Kind = gateway.Kind, Name = gateway.Name, Currencies = string.Join(", ", gateway.Currencies), BaseUrl = gateway.BaseUrl,
        Store = gateway.Store, Instructions = gateway.Instructions,
    };

    /// <summary>An empty secret keeps the present one.</summary>
    public GatewaySettings ToSettings() => new(
        (Currencies ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries), Secret(ApiKey), Secret(WebhookSecret),
        BaseUrl?.Trim() ?? "", Store ?? "", Instructions ?? "");

    /// <summary>What it shows: no secrets.</summary>
    public IReadOnlyList<FormFact> Facts =>
    [
        new("Currencies", Currencies), new("Address", BaseUrl), new("Store", Store), new("Instructions", Instructions),
    ];

    private static string? Secret(string? typed) => string.IsNullOrWhiteSpace(typed) ? null : typed.Trim();
}

/// <param name="Id">Null while it is not added yet.</param>
/// <param name="WebhookUrl">Where it is to deliver; null where nothing is delivered.</param>
internal sealed record GatewayPage(long? Id, GatewayForm Form, string? WebhookUrl)
{
    /// <summary>What a kind is called.</summary>
    public static Phrase LabelOf(GatewayKind kind) => kind switch
    {
        GatewayKind.Paystack => "Paystack",
        GatewayKind.Stripe => "Stripe",
        GatewayKind.Btcpay => "BTCPay Server",
        GatewayKind.Bank => "Bank transfer",
    };

    /// <summary>What customers pay with there, in a sentence.</summary>
    public static Phrase NotesOf(GatewayKind kind) => kind switch
    {
        GatewayKind.Paystack => "Cards, bank and mobile money in Africa.",
        GatewayKind.Stripe => "Cards worldwide.",
        GatewayKind.Btcpay => "Bitcoin and other cryptocurrencies, on your own server.",
        GatewayKind.Bank => "Customers transfer to your account, and you confirm what came.",
    };
}
