using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.ControlPlane.Payments.Gateways;

/// <summary>
/// Paystack, by plain HTTP. Its idempotency key is the reference, which it takes once: what was sent without an answer is
/// verified, not sent again. <c>status: true</c> says that a call was understood; what came of it is <c>data.status</c>.
/// </summary>
internal sealed class PaystackGateway(GatewayHttp http, string baseUrl, GatewaySecrets secrets) : IGateway
{
    public const string Address = "https://api.paystack.co";

    private const string LiveKeys = "sk_live_";

    /// <summary>The largest page that its lists have.</summary>
    private const int PageSize = 100;

    /// <summary>Far more than an hourly look at three days needs; an end, should pages repeat for ever.</summary>
    private const int MaxPages = 1000;

    /// <summary>Between their clock and ours.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    public string Account => secrets.ApiKey.StartsWith(LiveKeys, StringComparison.Ordinal) ? "live" : "test";

    public bool TakesParts => false;

    public Result Accepts(Money amount) => MinorUnits.Paystack.Of(amount);

    public async Task<GatewayAnswer> StartCheckoutAsync(CheckoutRequest request, CancellationToken cancellation)
    {
        var units = MinorUnits.Paystack.Of(request.Amount);
        if (!units.IsSuccess)
            return new GatewayAnswer(GatewayStatus.Refused) { Message = units.Errors[0].Message };
        var reply = await SendAsync(HttpMethod.Post, "/transaction/initialize", new JsonObject
        {
            ["email"] = request.Email, ["amount"] = units.Value, ["currency"] = request.Amount.Currency,
            ["reference"] = request.Reference, ["callback_url"] = request.ReturnUrl,
        }, cancellation);
        return reply.IsSuccess
            ? new GatewayAnswer(GatewayStatus.NeedsAction)
            {
                Reference = request.Reference, ActionUrl = reply.Body.Text("data", "authorization_url"),
                Raw = GatewayJson.Kept(reply.Raw),
            }
            : await RefusalAsync(reply, request.Reference, cancellation);
    }

    public async Task<GatewayAnswer> ChargeSavedAsync(SavedCharge charge, CancellationToken cancellation)
    {
        var units = MinorUnits.Paystack.Of(charge.Amount);
        if (!units.IsSuccess)
            return new GatewayAnswer(GatewayStatus.Refused) { Message = units.Errors[0].Message };
        var reply = await SendAsync(HttpMethod.Post, "/transaction/charge_authorization", new JsonObject
        {
            ["email"] = charge.Email, ["amount"] = units.Value, ["currency"] = charge.Amount.Currency,
            ["authorization_code"] = charge.Token, ["reference"] = charge.Reference,
        }, cancellation);
        return reply.IsSuccess ? Answer(reply) : await RefusalAsync(reply, charge.Reference, cancellation);
    }

    public async Task<GatewayAnswer> FindAsync(SentPayment payment, CancellationToken cancellation)
    {
        var reply = await SendAsync(HttpMethod.Get, $"/transaction/verify/{Uri.EscapeDataString(payment.Reference)}", null,
            cancellation);
        // The specification says 404, servers were seen to say 400.
        if (reply.Status is 404 or 400 && reply.Body.Text("message").Contains("not found", StringComparison.OrdinalIgnoreCase))
            return new GatewayAnswer(GatewayStatus.Unknown) { Raw = GatewayJson.Kept(reply.Raw) };
        return reply.IsSuccess ? Answer(reply) : Refusal(reply);
    }

    public async Task<RefundAnswer> RefundAsync(SentRefund refund, CancellationToken cancellation)
    {
        var reply = await SendAsync(HttpMethod.Post, "/refund", new JsonObject
        {
            ["transaction"] = refund.PaymentReference, ["amount"] = MinorUnits.Paystack.Of(refund.Amount).Value,
            ["currency"] = refund.Amount.Currency, ["customer_note"] = refund.Reason, ["merchant_note"] = refund.Reference,
        }, cancellation);
        if (reply.IsNoAnswer)
            return new RefundAnswer(RefundStatus.NoAnswer) { Raw = GatewayJson.Kept(reply.Raw) };
        return reply.IsSuccess
            ? RefundOf(reply.Body.At("data"))
            : new RefundAnswer(RefundStatus.Refused) { Message = reply.Body.Text("message"), Raw = GatewayJson.Kept(reply.Raw) };
    }

    /// <remarks>Its answers have no reference of ours: it is in the merchant's note.</remarks>
    public async Task<RefundAnswer> FindRefundAsync(SentRefund refund, CancellationToken cancellation)
    {
        if (refund.GatewayRefundId is { } id)
        {
            var reply = await SendAsync(HttpMethod.Get, $"/refund/{Uri.EscapeDataString(id)}", null, cancellation);
            return reply.IsSuccess ? RefundOf(reply.Body.At("data")) : new RefundAnswer(RefundStatus.NoAnswer);
        }
        var all = await ListAsync("/refund", refund.CreatedAt - ClockTolerance, cancellation);
        if (all is null)
            return new RefundAnswer(RefundStatus.NoAnswer);
        var ours = all.FirstOrDefault(each => each.Text("merchant_note") == refund.Reference);
        return ours.ValueKind == JsonValueKind.Object ? RefundOf(ours) : new RefundAnswer(RefundStatus.Unknown);
    }

    public async Task<DisputeAnswer?> FindDisputeAsync(string id, CancellationToken cancellation)
    {
        var reply = await SendAsync(HttpMethod.Get, $"/dispute/{Uri.EscapeDataString(id)}", null, cancellation);
        return reply.IsSuccess ? DisputeOf(reply.Body.At("data")) : null;
    }

    public async Task<IReadOnlyList<GatewayAnswer>?> ListSinceAsync(DateTimeOffset since, CancellationToken cancellation) =>
        await ListAsync("/transaction", since, cancellation) is { } rows ? [.. rows.Select(row => TransactionOf(row, ""))] : null;

    public async Task<IReadOnlyList<DisputeAnswer>?> ListDisputesSinceAsync(
        DateTimeOffset since, CancellationToken cancellation) =>
        await ListAsync("/dispute", since, cancellation) is { } rows ? [.. rows.Select(DisputeOf)] : null;

    public WebhookHint? VerifyWebhook(byte[] body, IHeaderDictionary headers)
    {
        string signature = headers["x-paystack-signature"].ToString();
        bool signed = WebhookSignature.IsPaystacks(body, signature, secrets.ApiKey)
            | (secrets.FormerSecret.Length > 0 && WebhookSignature.IsPaystacks(body, signature, secrets.FormerSecret));
        return signed ? Read(body) : null;
    }

    /// <remarks>No event has an id. Events on refunds name none either: the same body is the same delivery.</remarks>
    public WebhookHint Read(byte[] body)
    {
        var root = GatewayJson.Parse(body);
        string type = root.Text("event");
        var data = root.At("data");
        string digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body));
        if (type.StartsWith("charge.dispute.", StringComparison.Ordinal))
            return new($"{type}/{data.Text("id")}/{data.Text("status")}", type, DeliverySubject.Dispute, "", data.Text("id"));
        if (type.StartsWith("refund.", StringComparison.Ordinal))
            return new($"{type}/{digest}", type, DeliverySubject.Refund, data.Text("transaction_reference"), null);
        return type.StartsWith("charge.", StringComparison.Ordinal) && data.Text("reference").Length > 0
            ? new($"{type}/{data.Text("id")}/{data.Text("reference")}/{data.Text("status")}", type, DeliverySubject.Payment,
                data.Text("reference"), data.Text("id"))
            : new($"{type}/{digest}", type, DeliverySubject.Unknown, "", null);
    }

    private static GatewayAnswer Answer(GatewayReply reply)
    {
        var data = reply.Body.At("data");
        if (data.Text("paused") == "true")
            return new GatewayAnswer(GatewayStatus.NeedsAction)
            {
                Reference = data.Text("reference"), ActionUrl = data.Text("authorization_url"),
                Failure = FailureReason.AuthenticationRequired, Raw = GatewayJson.Kept(reply.Raw),
            };
        return TransactionOf(data, reply.Raw);
    }

    private static GatewayAnswer TransactionOf(JsonElement data, string raw)
    {
        var status = data.Text("status") switch
        {
            "success" => GatewayStatus.Settled,
            "failed" => GatewayStatus.Failed,
            "reversed" => GatewayStatus.TakenBack,
            "abandoned" => GatewayStatus.NeedsAction, // it may still be paid
            _ => GatewayStatus.Pending,
        };
        string said = data.Text("gateway_response");
        string token = data.Text("authorization", "authorization_code");
        return new GatewayAnswer(status)
        {
            GatewayPaymentId = data.Text("id") is { Length: > 0 } id ? id : null,
            Reference = data.Text("reference"),
            Received = status == GatewayStatus.Settled && data.Whole("amount") is { } amount
                ? MinorUnits.Paystack.Read(amount, data.Text("currency")) : null,
            Account = data.Text("domain") is { Length: > 0 } domain ? domain : null,
            Fee = data.Whole("fees") is { } fees ? MinorUnits.Paystack.Read(fees, data.Text("currency"))?.MinorUnits ?? 0 : 0,
            Failure = status == GatewayStatus.Failed ? ReasonOf(said) : null,
            Message = said,
            Method = status == GatewayStatus.Settled ? MethodOf(data) : null,
            CardCountry = data.Text("authorization", "country_code"),
            Raw = GatewayJson.Kept(raw, token),
        };
    }

    private static MethodToken? MethodOf(JsonElement data)
    {
        var card = data.At("authorization");
        string token = card.Text("authorization_code");
        if (token.Length == 0 || card.Text("reusable") is not ("true" or "1"))
            return null;
        string signature = card.Text("signature");
        return new MethodToken(token, signature.Length > 0 ? signature : token, data.Text("customer", "customer_code"),
            data.Text("customer", "email"), card.Text("card_type").Trim(), card.Text("last4"), (int?)card.Whole("exp_month"),
            (int?)card.Whole("exp_year"));
    }

    private static FailureReason ReasonOf(string said) =>
        Says(said, "insufficient") ? FailureReason.InsufficientFunds
        : Says(said, "expired") ? FailureReason.ExpiredCard
        : Says(said, "lost") || Says(said, "stolen") ? FailureReason.LostOrStolen
        : Says(said, "declined") || Says(said, "denied") || Says(said, "refer to card issuer") ? FailureReason.Declined
        : FailureReason.Other;

    private static bool Says(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static RefundAnswer RefundOf(JsonElement data) => new(data.Text("status") switch
    {
        "processed" => RefundStatus.Settled,
        "failed" => RefundStatus.Failed,
        "needs-attention" => RefundStatus.NeedsAction,
        _ => RefundStatus.Pending,
    })
    {
        GatewayRefundId = data.Text("id") is { Length: > 0 } id ? id : null, Message = data.Text("status"),
        Raw = GatewayJson.Kept(data.ValueKind == JsonValueKind.Object ? data.GetRawText() : ""),
    };

    private static DisputeAnswer DisputeOf(JsonElement data)
    {
        var payment = data.At("transaction");
        string currency = data.Text("currency") is { Length: > 0 } own ? own : payment.Text("currency");
        return new DisputeAnswer(data.Text("id"), payment.Text("reference"),
            payment.Text("id") is { Length: > 0 } id ? id : null,
            (data.Whole("refund_amount") ?? payment.Whole("amount")) is { } amount
                ? MinorUnits.Paystack.Read(amount, currency) : null,
            data.Text("status") == "resolved"
                ? data.Text("resolution") == "declined" ? DisputeState.Won : DisputeState.Lost // declined: the claim was
                : DisputeState.Opened,
            data.Text("category"), data.Instant("dueAt"));
    }

    /// <remarks>A second request under one reference is refused; what became of the first is what counts.</remarks>
    private async Task<GatewayAnswer> RefusalAsync(GatewayReply reply, string reference, CancellationToken cancellation) =>
        Says(reply.Body.Text("message"), "Duplicate Transaction Reference")
            ? await FindAsync(new(reference, null, default, default), cancellation)
            : Refusal(reply);

    private static GatewayAnswer Refusal(GatewayReply reply) =>
        new(reply.IsNoAnswer ? GatewayStatus.NoAnswer : GatewayStatus.Refused)
        {
            Message = reply.Body.Text("message"), Raw = GatewayJson.Kept(reply.Raw),
        };

    /// <summary>
    /// All pages. Rows move from page to page while they are read, so each is taken once, and one that slips away between two
    /// pages is the caller's to ask for.
    /// </summary>
    private async Task<IReadOnlyList<JsonElement>?> ListAsync(
        string path, DateTimeOffset since, CancellationToken cancellation)
    {
        var rows = new Dictionary<string, JsonElement>();
        string from = Uri.EscapeDataString(since.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        for (int page = 1; page <= MaxPages; page++)
        {
            var reply = await SendAsync(HttpMethod.Get,
                string.Create(CultureInfo.InvariantCulture, $"{path}?perPage={PageSize}&page={page}&from={from}"), null,
                cancellation);
            if (!reply.IsSuccess)
                return null;
            foreach (var row in reply.Body.Items("data"))
                rows[row.Text("id")] = row;
            if (page >= (reply.Body.Whole("meta", "pageCount") ?? 1))
                break;
        }
        return [.. rows.Values];
    }

    private Task<GatewayReply> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellation) =>
        http.SendAsync(method, (baseUrl.Length > 0 ? baseUrl : Address) + path,
            new AuthenticationHeaderValue("Bearer", secrets.ApiKey), body, cancellation);
}
