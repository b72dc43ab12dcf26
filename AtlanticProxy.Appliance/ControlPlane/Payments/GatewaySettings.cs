using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>What staff set of a gateway.</summary>
/// <param name="Currencies">ISO 4217, any case.</param>
/// <param name="ApiKey">Null keeps the present one.</param>
/// <param name="WebhookSecret">Null keeps the present one. Paystack has none of its own.</param>
/// <param name="BaseUrl">Of BTCPay Servers, required; of others a stand-in's, for trials.</param>
/// <param name="Store">Of BTCPay: the store's id.</param>
/// <param name="Instructions">Of banks: where to transfer to.</param>
public sealed record GatewaySettings(
    IReadOnlyList<string> Currencies, string? ApiKey = null, string? WebhookSecret = null, string BaseUrl = "", string Store = "",
    string Instructions = "")
{
    private const int MaxSecretLength = 300;

    /// <summary>Without the secrets, so that a stray log line cannot leak them.</summary>
    public override string ToString() => $"{nameof(GatewaySettings)} {string.Join(' ', Currencies)} {BaseUrl}";

    /// <param name="isNew">There is no present secret to keep.</param>
    internal void Require(Validation validation, GatewayKind kind, bool isNew)
    {
        bool isBank = kind == GatewayKind.Bank;
        validation.Require(Currencies.Count > 0 && Currencies.All(code => Money.FindCurrency(code) is not null),
            nameof(Currencies),
            "gateway.currency_invalid", Money.CurrencyRule);
        validation.Require(isBank || IsSecret(ApiKey, isNew), nameof(ApiKey), "gateway.api_key_required",
            "Give the API key of your account with the gateway, without spaces.");
        validation.Require(kind is GatewayKind.Bank or GatewayKind.Paystack || IsSecret(WebhookSecret, isNew),
            nameof(WebhookSecret), "gateway.webhook_secret_required",
            "Give the secret that the gateway signs its webhooks with, without spaces.");
        validation.Require(BaseUrl.Length == 0 ? kind != GatewayKind.Btcpay
            : Uri.TryCreate(BaseUrl, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"
                && url.UserInfo.Length == 0,
            nameof(BaseUrl), "gateway.base_url_invalid", "Give the server's address, such as https://pay.example.com.");
        validation.Require(kind != GatewayKind.Btcpay || Store.Trim().Length > 0, nameof(Store), "gateway.store_required",
            "Give the store's id, as BTCPay shows it in the store's settings.");
        validation.Require(Instructions.Length <= Gateway.MaxInstructionsLength && (!isBank || Instructions.Trim().Length > 0),
            nameof(Instructions), "gateway.instructions_required",
            $"Say where to transfer to, in at most {Gateway.MaxInstructionsLength} characters: account holder, IBAN, bank.");
    }

    internal void Write(Gateway gateway)
    {
        gateway.Currencies = [.. Currencies.Select(code => Money.FindCurrency(code)!).Distinct()];
        (gateway.BaseUrl, gateway.Store, gateway.Instructions) = (BaseUrl.Trim().TrimEnd('/'), Store.Trim(), Instructions.Trim());
    }

    private static bool IsSecret(string? secret, bool isNew) => secret is null ? !isNew
        : secret.Length is > 0 and <= MaxSecretLength && secret.All(c => c is > ' ' and < '\x7f');
}
