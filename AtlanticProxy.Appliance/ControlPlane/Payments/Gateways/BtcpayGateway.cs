using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.ControlPlane.Payments.Gateways;

/// <summary>
/// A BTCPay Server, by its Greenfield API. It has no idempotency key: our reference is the order's id, which is looked for before
/// an invoice is made. An invoice is paid in as many parts as people like, in time or late: what counts is the sum of what
/// settled.
/// </summary>
internal sealed class BtcpayGateway(GatewayHttp http, string baseUrl, string store, GatewaySecrets secrets) : IGateway
{
    /// <summary>Of lists.</summary>
    private const int PageSize = 100;

    /// <summary>What a test delivery's invoice is called.</summary>
    private const string TestInvoice = "__test__";

    public string Account => store;

    public bool TakesParts => true;

    public Result Accepts(Money amount) => Result.Success; // it takes decimals, in any currency that it has a rate for

    public async Task<GatewayAnswer> StartCheckoutAsync(CheckoutRequest request, CancellationToken cancellation)
    {
        var found = await FindAsync(new(request.Reference, null, request.Amount, default), cancellation);
        if (found.Status != GatewayStatus.Unknown)
            return found;
        var reply = await SendAsync(HttpMethod.Post, "/invoices", new JsonObject
        {
            ["amount"] = request.Amount.Amount, ["currency"] = request.Amount.Currency,
            ["metadata"] = new JsonObject { ["orderId"] = request.Reference, ["itemDesc"] = request.Description,
                ["buyerEmail"] = request.Email },
            ["checkout"] = new JsonObject { ["redirectURL"] = request.ReturnUrl },
        }, cancellation);
        return reply.IsSuccess
            ? new GatewayAnswer(GatewayStatus.NeedsAction)
            {
                Reference = request.Reference, GatewayPaymentId = reply.Body.Text("id"),
                ActionUrl = reply.Body.Text("checkoutLink"), Account = reply.Body.Text("storeId"),
                Raw = GatewayJson.Kept(reply.Raw),
            }
            : Refusal(reply);
    }

    public Task<GatewayAnswer> ChargeSavedAsync(SavedCharge charge, CancellationToken cancellation) =>
        Task.FromResult(new GatewayAnswer(GatewayStatus.Refused) { Message = "Nothing can be charged by itself here." });

    public async Task<GatewayAnswer> FindAsync(SentPayment payment, CancellationToken cancellation)
    {
        var reply = await SendAsync(HttpMethod.Get, $"/invoices?orderId={Uri.EscapeDataString(payment.Reference)}", null,
            cancellation);
        if (!reply.IsSuccess)
            return Refusal(reply);
        var answers = new List<GatewayAnswer>();
        foreach (var invoice in reply.Body.Items())
            answers.Add(await InvoiceAsync(invoice, cancellation));
        return answers switch
        {
            [] => new GatewayAnswer(GatewayStatus.Unknown),
            [var only] => only,
            _ => Summed(answers),
        };
    }

    /// <remarks>
    /// It only makes a page where the customer collects the money. Nothing stops it from making a second one, so ours is looked
    /// for by its name before.
    /// </remarks>
    public async Task<RefundAnswer> RefundAsync(SentRefund refund, CancellationToken cancellation)
    {
        var found = await FindRefundAsync(refund, cancellation);
        if (found.Status != RefundStatus.Unknown)
            return found;
        var reply = await SendAsync(HttpMethod.Post, $"/invoices/{Uri.EscapeDataString(refund.GatewayPaymentId ?? "")}/refund",
            new JsonObject
            {
                ["refundVariant"] = "Custom", ["customAmount"] = refund.Amount.Amount, ["customCurrency"] =
                    refund.Amount.Currency,
                ["name"] = refund.Reference, ["description"] = refund.Reason,
            }, cancellation);
        if (reply.IsNoAnswer)
            return new RefundAnswer(RefundStatus.NoAnswer) { Raw = GatewayJson.Kept(reply.Raw) };
        return reply.IsSuccess
            ? new RefundAnswer(RefundStatus.NeedsAction)
            {
                GatewayRefundId = reply.Body.Text("id"), ActionUrl = reply.Body.Text("viewLink"),
                Raw = GatewayJson.Kept(reply.Raw),
            }
            : new RefundAnswer(RefundStatus.Refused) { Message = reply.Body.Text("message"), Raw = GatewayJson.Kept(reply.Raw) };
    }

    public async Task<RefundAnswer> FindRefundAsync(SentRefund refund, CancellationToken cancellation)
    {
        var pulls = await SendAsync(HttpMethod.Get, "/pull-payments?includeArchived=true", null, cancellation);
        if (!pulls.IsSuccess)
            return new RefundAnswer(RefundStatus.NoAnswer) { Raw = GatewayJson.Kept(pulls.Raw) };
        var pull = pulls.Body.Items().FirstOrDefault(each => each.Text("name") == refund.Reference);
        if (pull.ValueKind != JsonValueKind.Object)
            return new RefundAnswer(RefundStatus.Unknown);
        string id = pull.Text("id");
        var payouts = await http.SendAsync(HttpMethod.Get, $"{baseUrl}/api/v1/pull-payments/{Uri.EscapeDataString(id)}/payouts",
            Authorization, null, cancellation);
        if (!payouts.IsSuccess)
            return new RefundAnswer(RefundStatus.NoAnswer) { Raw = GatewayJson.Kept(payouts.Raw) };
        bool paid = payouts.Body.Items().Any(payout => payout.Text("state") == "Completed");
        return new RefundAnswer(paid ? RefundStatus.Settled
            : pull.Text("archived") == "true" ? RefundStatus.Failed : RefundStatus.NeedsAction)
        {
            GatewayRefundId = id, ActionUrl = pull.Text("viewLink"), Raw = GatewayJson.Kept(payouts.Raw),
        };
    }

    /// <remarks>Nobody can take a cryptocurrency's payment back.</remarks>
    public Task<DisputeAnswer?> FindDisputeAsync(string id, CancellationToken cancellation) =>
        Task.FromResult<DisputeAnswer?>(null);

    public Task<IReadOnlyList<DisputeAnswer>?> ListDisputesSinceAsync(DateTimeOffset since, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<DisputeAnswer>?>([]);

    public async Task<IReadOnlyList<GatewayAnswer>?> ListSinceAsync(DateTimeOffset since, CancellationToken cancellation)
    {
        var invoices = new Dictionary<string, JsonElement>();
        for (int skip = 0; ; skip += PageSize)
        {
            var reply = await SendAsync(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture,
                $"/invoices?startDate={since.ToUnixTimeSeconds()}&skip={skip}&take={PageSize}"), null, cancellation);
            if (!reply.IsSuccess)
                return null;
            int before = invoices.Count;
            foreach (var invoice in reply.Body.Items())
                invoices[invoice.Text("id")] = invoice;
            if (invoices.Count == before)
                break;
        }
        var answers = new List<GatewayAnswer>();
        foreach (var invoice in invoices.Values)
        {
            var answer = await InvoiceAsync(invoice, cancellation);
            if (answer.Status == GatewayStatus.NoAnswer)
                return null;
            answers.Add(answer);
        }
        return answers;
    }

    public WebhookHint? VerifyWebhook(byte[] body, IHeaderDictionary headers)
    {
        string signature = headers["BTCPay-Sig"].ToString();
        bool signed = WebhookSignature.IsBtcpays(body, signature, secrets.WebhookSecret)
            | (secrets.FormerSecret.Length > 0 && WebhookSignature.IsBtcpays(body, signature, secrets.FormerSecret));
        return signed ? Read(body) : null;
    }

    /// <remarks>A redelivery has an id of its own, and names the first one's.</remarks>
    public WebhookHint Read(byte[] body)
    {
        var root = GatewayJson.Parse(body);
        string type = root.Text("type"), invoice = root.Text("invoiceId");
        string key = root.Text("originalDeliveryId") is { Length: > 0 } first ? first : root.Text("deliveryId");
        if (key.Length == 0)
            key = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body));
        var subject = invoice.StartsWith(TestInvoice, StringComparison.Ordinal) ? DeliverySubject.Nothing
            : type == "InvoiceRefund" ? DeliverySubject.Refund
            : type.StartsWith("Invoice", StringComparison.Ordinal) && invoice.Length > 0 ? DeliverySubject.Payment
            : DeliverySubject.Unknown;
        return new(key, type, subject, root.Text("metadata", "orderId"), invoice.Length > 0 ? invoice : null);
    }

    /// <summary>What one invoice says, and what of it has settled.</summary>
    private async Task<GatewayAnswer> InvoiceAsync(JsonElement invoice, CancellationToken cancellation)
    {
        string state = invoice.Text("status"), more = invoice.Text("additionalStatus"), currency = invoice.Text("currency");
        decimal received = 0;
        if (state is not "New" and not "Expired" || more is not ("None" or ""))
        {
            var methods = await SendAsync(HttpMethod.Get,
                $"/invoices/{Uri.EscapeDataString(invoice.Text("id"))}/payment-methods?onlyAccountedPayments=false", null,
                cancellation);
            if (!methods.IsSuccess)
                return new GatewayAnswer(GatewayStatus.NoAnswer);
            received = methods.Body.Items().Sum(SettledOf);
            // A coin's smallest unit may be worth less than the currency's: an invoice that is paid exactly says its amount.
            if (state == "Settled" && more is "None" or "" && received > 0)
                received = invoice.Decimal("amount") ?? received;
        }
        return new GatewayAnswer(state switch
        {
            "Settled" => GatewayStatus.Settled,
            "Processing" => GatewayStatus.Pending,
            "Expired" when more is "PaidPartial" or "PaidLate" or "PaidOver" => GatewayStatus.NeedsAction,
            "Expired" => GatewayStatus.Expired,
            "Invalid" => GatewayStatus.Failed,
            _ => GatewayStatus.NeedsAction,
        })
        {
            GatewayPaymentId = invoice.Text("id"), Reference = invoice.Text("metadata", "orderId"),
            Account = invoice.Text("storeId"), ActionUrl = invoice.Text("checkoutLink"), Received = Whole(received, currency),
            Failure = state == "Invalid" ? FailureReason.Other : null, Message = $"{state} {more}".TrimEnd(),
            Raw = GatewayJson.Kept(invoice.GetRawText()),
        };
    }

    private static decimal SettledOf(JsonElement method) => (method.Decimal("rate") ?? 0)
        * method.Items("payments").Where(payment => payment.Text("status") == "Settled")
            .Sum(payment => payment.Decimal("value") ?? 0);

    /// <summary>Rounded down: what a fraction of a cent is worth is nobody's.</summary>
    private static Money? Whole(decimal amount, string currency)
    {
        if (Money.FindCurrency(currency) is not { } code || amount <= 0)
            return null;
        decimal scale = 1 / new Money(1, code).Number;
        return new Money((long)decimal.Floor(amount * scale), code);
    }

    /// <summary>Two invoices of one order, which two requests at once can make: what came of both counts.</summary>
    private static GatewayAnswer Summed(List<GatewayAnswer> answers)
    {
        if (answers.Find(answer => answer.Status == GatewayStatus.NoAnswer) is { } silent)
            return silent;
        // The one that got furthest; of those that wait, the one that can be paid.
        var first = answers.OrderByDescending(answer => answer.Status == GatewayStatus.Settled)
            .ThenByDescending(answer => answer.Received?.MinorUnits ?? 0)
            .ThenBy(answer => answer.Status == GatewayStatus.NeedsAction ? 0 : 1).First();
        return first.Received is { } money
            ? first with { Received = money with { MinorUnits = answers.Sum(answer => answer.Received?.MinorUnits ?? 0) } }
            : first;
    }

    private static GatewayAnswer Refusal(GatewayReply reply) =>
        new(reply.IsNoAnswer ? GatewayStatus.NoAnswer : GatewayStatus.Refused)
        {
            // One error as an object, those of validation as an array.
            Message = reply.Body.ValueKind == JsonValueKind.Array
                ? string.Join(' ', reply.Body.Items().Select(error => error.Text("message"))) : reply.Body.Text("message"),
            Raw = GatewayJson.Kept(reply.Raw),
        };

    private AuthenticationHeaderValue Authorization => new("token", secrets.ApiKey);

    private Task<GatewayReply> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellation) =>
        http.SendAsync(method, $"{baseUrl}/api/v1/stores/{Uri.EscapeDataString(store)}{path}", Authorization, body, cancellation);
}
