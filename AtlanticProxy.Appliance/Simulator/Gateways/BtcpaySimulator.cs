using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Simulator.Gateways;

/// <summary>
/// A stand-in BTCPay Server of one store: invoices that are paid in parts, late, too much or not at all, refunds that are
/// collected or not, and its webhooks.
/// </summary>
public sealed class BtcpaySimulator(TimeProvider time) : SimulatedGateway(time)
{
    /// <summary>Of one bitcoin, in whatever currency: a round number, so that tests can reckon.</summary>
    private const decimal Rate = 50_000m;

    private readonly List<JsonObject> _invoices = [];
    private readonly List<JsonObject> _pulls = [];

    /// <summary>The store's id.</summary>
    public string Store { get; set; } = "store-1";

    /// <summary>What invoices say that their store is; null for the truth.</summary>
    public string? OtherStore { get; set; }

    /// <summary>Whether refunds are refused.</summary>
    public bool NonRefundable { get; set; }

    /// <summary>Invoices so far.</summary>
    public int Count
    {
        get
        {
            lock (Gate)
                return _invoices.Count;
        }
    }

    /// <summary>Invoices that have a payment.</summary>
    public int Charges
    {
        get
        {
            lock (Gate)
                return _invoices.Count(each => each["payments"]!.AsArray().Count > 0);
        }
    }

    /// <summary>Refunds so far.</summary>
    public int Refunds
    {
        get
        {
            lock (Gate)
                return _pulls.Count;
        }
    }

    /// <summary>Somebody pays that much of the invoice's currency, and it is confirmed unless told otherwise.</summary>
    public async Task PayAsync(string reference, decimal amount, bool confirmed = true)
    {
        JsonObject invoice;
        bool late;
        lock (Gate)
        {
            invoice = Of(reference);
            late = (string?)invoice["status"] == "Expired";
            invoice["payments"]!.AsArray().Add(new JsonObject
            {
                ["id"] = NewId("tx-"), ["value"] = (amount / Rate).ToString(CultureInfo.InvariantCulture), ["fee"] = "0",
                ["status"] = confirmed ? "Settled" : "Processing", ["receivedDate"] = Now,
            });
            Follow(invoice);
        }
        await TellAsync("InvoiceReceivedPayment", invoice, ("afterExpiration", late));
        if (confirmed)
            await TellAsync("InvoicePaymentSettled", invoice, ("afterExpiration", late));
        if ((string?)invoice["status"] is "Settled" or "Processing")
            await TellAsync($"Invoice{(string)invoice["status"]!}", invoice);
    }

    /// <summary>What was not confirmed is now; or it was spent twice, and is gone.</summary>
    public async Task ConfirmAsync(string reference, bool spentTwice = false)
    {
        JsonObject invoice;
        lock (Gate)
        {
            invoice = Of(reference);
            foreach (var payment in invoice["payments"]!.AsArray())
                payment!["status"] = spentTwice ? "Invalid" : "Settled";
            Follow(invoice);
        }
        if ((string?)invoice["status"] == "Settled")
            await TellAsync("InvoiceSettled", invoice, ("manuallyMarked", false));
    }

    /// <summary>The invoice's time is over.</summary>
    public async Task ExpireAsync(string reference)
    {
        JsonObject invoice;
        lock (Gate)
        {
            invoice = Of(reference);
            invoice["status"] = "Expired";
            Follow(invoice);
        }
        await TellAsync("InvoiceExpired", invoice, ("partiallyPaid", (string?)invoice["additionalStatus"] == "PaidPartial"));
    }

    /// <summary>The merchant marks it by hand, <c>Settled</c> or <c>Invalid</c>.</summary>
    public async Task MarkAsync(string reference, string status)
    {
        JsonObject invoice;
        lock (Gate)
        {
            invoice = Of(reference);
            (invoice["status"], invoice["additionalStatus"]) = (status, "Marked");
        }
        await TellAsync($"Invoice{status}", invoice, ("manuallyMarked", true));
    }

    /// <summary>The customer collects a refund; or it is taken back before.</summary>
    public void EndRefunds(bool collected)
    {
        lock (Gate)
            foreach (var pull in _pulls)
                (pull["paid"], pull["archived"]) = (collected, !collected);
    }

    /// <summary>An invoice for an order that there is one for already, as two requests at once make.</summary>
    public void Duplicate(string reference)
    {
        lock (Gate)
            _invoices.Add(New(reference, (string)Of(reference)["amount"]!, (string)Of(reference)["currency"]!));
    }

    /// <summary>Forgets an order's invoices, as if they had never been.</summary>
    public void Forget(string reference)
    {
        lock (Gate)
            _invoices.RemoveAll(each => (string?)each["metadata"]!["orderId"] == reference);
    }

    /// <summary>An invoice that the appliance knows nothing of, paid.</summary>
    public async Task PayElsewhereAsync(string reference, decimal amount, string currency)
    {
        lock (Gate)
            _invoices.Add(New(reference, amount.ToString(CultureInfo.InvariantCulture), currency));
        await PayAsync(reference, amount);
    }

    /// <summary>Delivers an event of an order's invoice, or of a test.</summary>
    public Task SayAsync(string type, string? reference = null) => TellAsync(type, reference is null
        ? new JsonObject { ["id"] = $"__test__{Guid.CreateVersion7()}__test__", ["metadata"] = new JsonObject() }
            : Of(reference));

    private protected override void Map(WebApplication app)
    {
        const string Stores = "/api/v1/stores/{store}";
        app.MapPost($"{Stores}/invoices", async (HttpRequest request) => Add(await BodyAsync(request)));
        app.MapGet($"{Stores}/invoices", List);
        app.MapGet($"{Stores}/invoices/{{id}}/payment-methods", Methods);
        app.MapPost($"{Stores}/invoices/{{id}}/refund", async (string id, HttpRequest request) =>
            Refund(id, await BodyAsync(request)));
        app.MapGet($"{Stores}/pull-payments", () => Json(new JsonArray([.. _pulls.Select(each => each.DeepClone())])));
        app.MapGet("/api/v1/pull-payments/{id}/payouts", (string id) => Json(new JsonArray([.. _pulls
            .Where(each => (string?)each["id"] == id && (bool?)each["paid"] == true)
            .Select(_ => new JsonObject { ["state"] = "Completed" })])));
        app.MapGet("/pay/{reference}", (string reference) => Page("Simulated BTCPay Server", reference, ("Pay", "all"),
            ("Pay half", "half"), ("Let it expire", "expire")));
        app.MapPost("/pay/{reference}", async (string reference, HttpRequest request) =>
        {
            decimal amount = Decimal(Of(reference), "amount");
            string ending = (await request.ReadFormAsync())["ending"].ToString();
            await (ending == "expire" ? ExpireAsync(reference) : PayAsync(reference, ending == "half" ? amount / 2 : amount));
            return Results.Redirect((string)Of(reference)["checkout"]!["redirectURL"]!);
        });
    }

    private protected override KeyValuePair<string, string> Sign(byte[] body, string secret) => new("BTCPay-Sig",
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body)));

    private protected override bool IsAuthorized(HttpRequest request) => request.Headers.Authorization == $"token {ApiKey}";

    private protected override JsonObject ErrorBody(int status, string message) =>
        new() { ["code"] = "generic-error", ["message"] = message };

    private IResult Add(JsonObject body)
    {
        lock (Gate)
        {
            var invoice = New((string)body["metadata"]!["orderId"]!, (string)body["amount"]!, (string)body["currency"]!);
            invoice["checkout"] = body["checkout"]?.DeepClone();
            _invoices.Add(invoice);
            return Json(Shown(invoice));
        }
    }

    private IResult List(HttpRequest request)
    {
        lock (Gate)
        {
            string order = request.Query["orderId"].ToString();
            long since = long.TryParse(request.Query["startDate"], CultureInfo.InvariantCulture, out long from) ? from : 0;
            int skip = int.TryParse(request.Query["skip"], CultureInfo.InvariantCulture, out int some) ? some : 0;
            int take = int.TryParse(request.Query["take"], CultureInfo.InvariantCulture, out int most) ? most : int.MaxValue;
            return Json(new JsonArray([.. _invoices.AsEnumerable().Reverse()
                .Where(each => (order.Length == 0 || (string?)each["metadata"]!["orderId"] == order)
                    && (long)each["createdTime"]! >= since)
                .Skip(skip).Take(take).Select(Shown)]));
        }
    }

    private IResult Methods(string id)
    {
        lock (Gate)
            return _invoices.Find(each => (string?)each["id"] == id) is { } invoice
                ? Json(new JsonArray(new JsonObject
                {
                    ["paymentMethodId"] = "BTC-CHAIN", ["currency"] = "BTC", ["rate"] =
                        Rate.ToString(CultureInfo.InvariantCulture),
                    ["payments"] = invoice["payments"]!.DeepClone(),
                }))
                : Json(new JsonObject { ["code"] = "invoice-not-found", ["message"] = "The invoice was not found" }, 404);
    }

    private IResult Refund(string id, JsonObject body)
    {
        lock (Gate)
        {
            if (NonRefundable || _invoices.Find(each => (string?)each["id"] == id) is null)
                return Json(new JsonObject { ["code"] = "non-refundable", ["message"] = "Cannot refund this invoice" }, 400);
            var pull = new JsonObject
            {
                ["id"] = NewId("pull-"), ["name"] = (string)body["name"]!, ["amount"] = (string)body["customAmount"]!,
                ["currency"] = (string)body["customCurrency"]!, ["viewLink"] = $"{Address}/pay/refund", ["archived"] = false,
                    ["paid"] = false,
            };
            _pulls.Add(pull);
            return Json(pull.DeepClone());
        }
    }

    private JsonObject New(string order, string amount, string currency) => new()
    {
        ["id"] = NewId("inv-"), ["amount"] = amount, ["currency"] = currency, ["type"] = "Standard", ["createdTime"] = Now,
        ["checkoutLink"] = $"{Address}/pay/{order}", ["status"] = "New", ["additionalStatus"] = "None", ["payments"] =
            new JsonArray(),
        ["metadata"] = new JsonObject { ["orderId"] = order },
    };

    private JsonObject Shown(JsonObject invoice)
    {
        var shown = invoice.DeepClone().AsObject();
        shown.Remove("payments");
        shown["storeId"] = OtherStore ?? Store;
        shown["currency"] = OtherCurrency ?? (string)shown["currency"]!;
        return shown;
    }

    /// <summary>What the payments so far make of an invoice.</summary>
    private static void Follow(JsonObject invoice)
    {
        var payments = invoice["payments"]!.AsArray().Where(payment => (string?)payment!["status"] != "Invalid").ToList();
        decimal paid = payments.Sum(payment => Decimal(payment!.AsObject(), "value") * Rate), due = Decimal(invoice, "amount");
        bool confirmed = payments.TrueForAll(payment => (string?)payment!["status"] == "Settled");
        bool expired = (string?)invoice["status"] == "Expired";
        invoice["additionalStatus"] = paid > due ? "PaidOver" : paid == due && expired ? "PaidLate"
            : paid > 0 && paid < due ? "PaidPartial" : "None";
        if (!expired)
            invoice["status"] = paid < due ? "New" : confirmed ? "Settled" : "Processing";
    }

    private Task TellAsync(string type, JsonObject invoice, params ReadOnlySpan<(string Name, JsonNode Value)> more)
    {
        string id = NewId("delivery-");
        var body = new JsonObject
        {
            ["deliveryId"] = id, ["webhookId"] = "hook-1", ["originalDeliveryId"] = id, ["isRedelivery"] = false, ["type"] = type,
            ["timestamp"] = Now, ["storeId"] = Store, ["invoiceId"] = (string)invoice["id"]!,
        };
        if (Deliveries != DeliveryFault.OddShape) // older servers send no metadata
            body["metadata"] = invoice["metadata"]!.DeepClone();
        foreach (var (name, value) in more)
            body[name] = value;
        return DeliverAsync(type, body);
    }

    private JsonObject Of(string reference) => _invoices.First(each => (string?)each["metadata"]!["orderId"] == reference);

    private static decimal Decimal(JsonObject of, string name) => decimal.Parse((string)of[name]!, CultureInfo.InvariantCulture);
}
