using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Simulator.Gateways;

/// <summary>
/// A stand-in Paystack: transactions by a page or by a saved card, refunds, disputes, lists, and its webhooks, which are signed
/// with the API key.
/// </summary>
public sealed partial class PaystackSimulator(TimeProvider time) : SimulatedGateway(time)
{
    private static readonly Dictionary<ChargeOutcome, string> s_said = new()
    {
        [ChargeOutcome.Success] = "Approved", [ChargeOutcome.Declined] = "Declined",
        [ChargeOutcome.InsufficientFunds] = "Insufficient Funds", [ChargeOutcome.ExpiredCard] = "Expired card",
        [ChargeOutcome.LostCard] = "Pickup card (lost card)",
    };

    private readonly Dictionary<string, JsonObject> _transactions = [];
    private readonly List<JsonObject> _refunds = [];
    private readonly List<JsonObject> _disputes = [];
    private long _nextId = 4_000_000_001;

    /// <summary>
    /// What a refund is when it is made: <c>pending</c>, <c>processed</c>, <c>failed</c>, <c>needs-attention</c>.
    /// </summary>
    public string RefundStatus { get; set; } = "processed";

    /// <summary>Whether refunds are refused, since there is no balance to pay them from.</summary>
    public bool NoBalance { get; set; }

    /// <summary>Rows to a page of its lists, whatever is asked for; 0 for what is asked for.</summary>
    public int RowsToAPage { get; set; }

    /// <summary>A reference that its lists leave out, as a row that moved while pages were read; null for none.</summary>
    public string? Slipped { get; set; }

    /// <summary>Transactions that succeeded.</summary>
    public int Charges
    {
        get
        {
            lock (Gate)
                return _transactions.Values.Count(each => (string?)each["status"] is "success" or "reversed");
        }
    }

    /// <summary>Refunds so far.</summary>
    public int Refunds
    {
        get
        {
            lock (Gate)
                return _refunds.Count;
        }
    }

    /// <summary>Ends a transaction as a customer on the page would: the webhook is sent for a success only.</summary>
    public async Task PayAsync(string reference, ChargeOutcome outcome = ChargeOutcome.Success)
    {
        JsonObject transaction;
        lock (Gate)
        {
            transaction = _transactions[reference];
            Finish(transaction, outcome);
        }
        if (outcome == ChargeOutcome.Success)
            await DeliverTransactionAsync(transaction);
    }

    /// <summary>A transaction that the appliance knows nothing of.</summary>
    public async Task<string> PayElsewhereAsync(string reference, long amount, string currency)
    {
        lock (Gate)
            Finish(Add(reference, amount, currency, "else@example.com"), ChargeOutcome.Success);
        await DeliverTransactionAsync(_transactions[reference]);
        return reference;
    }

    /// <summary>Forgets a transaction, as if it had never been.</summary>
    public void Forget(string reference)
    {
        lock (Gate)
            _transactions.Remove(reference);
    }

    /// <summary>Money that was there goes back, without a word.</summary>
    public void Reverse(string reference)
    {
        lock (Gate)
            _transactions[reference]["status"] = "reversed";
    }

    /// <summary>Opens a dispute, or says how it ended: <c>declined</c> is won, <c>merchant-accepted</c> and
    /// <c>auto-accepted</c> are lost.</summary>
    /// <returns>The dispute's id.</returns>
    public async Task<string> DisputeAsync(string reference, string? resolution = null)
    {
        JsonObject dispute;
        lock (Gate)
        {
            var transaction = _transactions[reference];
            dispute = _disputes.Find(each => (string?)each["transaction"]!["reference"] == reference) ?? new JsonObject
            {
                ["id"] = _nextId++, ["domain"] = "test", ["transaction"] = transaction.DeepClone(), ["transaction_reference"] =
                    null,
                ["category"] = "chargeback", ["refund_amount"] = (long)transaction["amount"]!,
                ["currency"] = (string)transaction["currency"]!, ["dueAt"] = Iso(Time.GetUtcNow().AddDays(2)),
                ["createdAt"] = Iso(Time.GetUtcNow()),
            };
            if (!_disputes.Contains(dispute))
                _disputes.Add(dispute);
            dispute["status"] = resolution is null ? "awaiting-merchant-feedback" : "resolved";
            dispute["resolution"] = resolution;
        }
        string type = resolution is null ? "charge.dispute.create" : "charge.dispute.resolve";
        await DeliverAsync(type, new JsonObject { ["event"] = type, ["data"] = dispute.DeepClone() });
        return dispute["id"]!.ToJsonString();
    }

    /// <summary>Says how the refunds of a transaction ended, and delivers it.</summary>
    public async Task EndRefundsAsync(string reference, string status)
    {
        List<JsonObject> ended;
        lock (Gate)
        {
            ended = _refunds.FindAll(each => (string?)each["transaction"]!["reference"] == reference);
            ended.ForEach(each => each["status"] = status);
        }
        foreach (var refund in ended)
            await DeliverRefundAsync(refund);
    }

    /// <summary>Delivers anything, signed.</summary>
    public Task SayAsync(string type, JsonObject data) =>
        DeliverAsync(type, new JsonObject { ["event"] = type, ["data"] = data });

    private protected override void Map(WebApplication app)
    {
        app.MapPost("/transaction/initialize", async (HttpRequest request) => Initialize(await BodyAsync(request)));
        app.MapPost("/transaction/charge_authorization", async (HttpRequest request) =>
            await ChargeAsync(await BodyAsync(request)));
        app.MapGet("/transaction/verify/{reference}", Verify);
        app.MapGet("/transaction", (HttpRequest request) => List(request, _transactions.Values));
        app.MapPost("/refund", async (HttpRequest request) => await RefundAsync(await BodyAsync(request)));
        app.MapGet("/refund", (HttpRequest request) => List(request, _refunds));
        app.MapGet("/refund/{id}", (string id) => One(_refunds, id, "Refund"));
        app.MapGet("/dispute", (HttpRequest request) => List(request, _disputes));
        app.MapGet("/dispute/{id}", (string id) => One(_disputes, id, "Dispute"));
        app.MapGet("/pay/{reference}", (string reference) => Page("Simulated Paystack", reference, ("Pay", "Success"),
            ("Decline", "Declined"), ("No money", "InsufficientFunds"), ("Leave", "Pending")));
        app.MapPost("/pay/{reference}", async (string reference, HttpRequest request) =>
        {
            var outcome = Enum.Parse<ChargeOutcome>((await request.ReadFormAsync())["ending"].ToString());
            string back = (string)_transactions[reference]["callback_url"]!;
            await PayAsync(reference, outcome);
            char mark = back.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            return Results.Redirect($"{back}{mark}trxref={reference}&reference={reference}");
        });
    }

    private protected override KeyValuePair<string, string> Sign(byte[] body, string secret) => new("x-paystack-signature",
        Convert.ToHexStringLower(HMACSHA512.HashData(Encoding.UTF8.GetBytes(secret == WebhookSecret ? ApiKey : secret), body)));

    private protected override bool IsAuthorized(HttpRequest request) => request.Headers.Authorization == $"Bearer {ApiKey}";

    private Task DeliverTransactionAsync(JsonObject transaction) => DeliverAsync("charge.success", new JsonObject
    {
        ["event"] = "charge.success", ["data"] = Shown(transaction, asDelivered: true),
    });

    // No id, and an amount that is a string except in failures.
    private Task DeliverRefundAsync(JsonObject refund)
    {
        string status = (string)refund["status"]!, type = $"refund.{status}";
        return DeliverAsync(type, new JsonObject
        {
            ["event"] = type,
            ["data"] = new JsonObject
            {
                ["status"] = status, ["transaction_reference"] = (string)refund["transaction"]!["reference"]!,
                ["refund_reference"] = null, ["currency"] = refund["currency"]?.DeepClone(), ["domain"] = "test",
                ["amount"] = status == "failed" ? (long)refund["amount"]!
                    : ((long)refund["amount"]!).ToString(CultureInfo.InvariantCulture),
            },
        });
    }

    private JsonObject Add(string reference, long amount, string currency, string email) => _transactions[reference] =
        new JsonObject
    {
        ["id"] = _nextId++, ["domain"] = Live ? "live" : "test", ["status"] = "abandoned", ["reference"] = reference,
        ["amount"] = amount, ["requested_amount"] = amount, ["currency"] = currency, ["gateway_response"] =
            "The transaction was not completed",
        ["channel"] = "card", ["fees"] = null, ["paid_at"] = null, ["createdAt"] = Iso(Time.GetUtcNow()), ["metadata"] = "",
        ["plan"] = new JsonObject(), ["authorization"] = new JsonObject(),
        ["customer"] = new JsonObject { ["id"] = 1, ["customer_code"] = "CUS_simulated", ["email"] = email },
    };

    private void Finish(JsonObject transaction, ChargeOutcome outcome)
    {
        if (outcome == ChargeOutcome.Pending)
        {
            transaction["status"] = "pending";
            return;
        }
        transaction["status"] = outcome == ChargeOutcome.Success ? "success" : "failed";
        transaction["gateway_response"] = s_said.GetValueOrDefault(outcome, "Declined");
        transaction["paidAt"] = Iso(Time.GetUtcNow());
        if (outcome != ChargeOutcome.Success)
            return;
        transaction["fees"] = (long)transaction["amount"]! * 15 / 1000; // 1.5 %, its price for local cards
        transaction["authorization"] = new JsonObject
        {
            ["authorization_code"] = "AUTH_" + NumberOf(transaction), ["bin"] = "408408", ["last4"] = "4081", ["exp_month"] =
                "12",
            ["exp_year"] = "2030", ["channel"] = "card", ["card_type"] = "visa ", ["bank"] = "TEST BANK", ["country_code"] = "NG",
            ["brand"] = "visa", ["reusable"] = true, ["signature"] = "SIG_simulated",
        };

        static string NumberOf(JsonObject of) => of["id"]!.ToJsonString();
    }

    private JsonObject Shown(JsonObject transaction, bool asDelivered = false)
    {
        var shown = transaction.DeepClone().AsObject();
        if (asDelivered && Deliveries == DeliveryFault.OddShape)
            (shown["amount"], shown["metadata"], shown["plan"]) =
                (((long)shown["amount"]!).ToString(CultureInfo.InvariantCulture), 0, null);
        else if (!asDelivered)
        {
            shown["amount"] = (long)shown["amount"]! + AmountOff;
            shown["currency"] = OtherCurrency ?? (string)shown["currency"]!;
        }
        return shown;
    }

    private IResult? Refusal(JsonObject body, string reference)
    {
        if (_transactions.ContainsKey(reference))
            return Refuse("Duplicate Transaction Reference");
        if (reference.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '=')))
            return Refuse("Invalid character in transaction reference");
        return body["amount"] is JsonValue amount && amount.TryGetValue(out long _) ? null : Refuse("Amount must be an integer");
    }

    // Newest first, by offset: rows move when others come in between.
    private IResult List(HttpRequest request, IEnumerable<JsonObject> all)
    {
        lock (Gate)
        {
            int size = RowsToAPage > 0 ? RowsToAPage : int.Parse(request.Query["perPage"].ToString(),
                CultureInfo.InvariantCulture);
            int page = int.Parse(request.Query["page"].ToString(), CultureInfo.InvariantCulture);
            string from = request.Query["from"].ToString();
            var rows = all.Where(row => (string?)row["reference"] != Slipped || Slipped is null).Where(row =>
                string.CompareOrdinal((string)row["createdAt"]!, from) >= 0)
                .OrderByDescending(row => (long)row["id"]!).ToList();
            var shown = rows.Skip((page - 1) * size).Take(size).Select(row => row.ContainsKey("gateway_response") ? Shown(row)
                : row.DeepClone());
            return Json(new JsonObject
            {
                ["status"] = true, ["message"] = "Retrieved", ["data"] = new JsonArray([.. shown]),
                ["meta"] = new JsonObject
                {
                    ["total"] = rows.Count, ["perPage"] = size, ["page"] = page,
                    ["pageCount"] = Math.Max(1, (rows.Count + size - 1) / size),
                },
            });
        }
    }

    private IResult One(List<JsonObject> all, string id, string what)
    {
        lock (Gate)
            return all.Find(each => each["id"]!.ToJsonString() == id) is { } found
                ? Ok($"{what} retrieved", found.DeepClone().AsObject())
                : Refuse($"{what} not found", StatusCodes.Status404NotFound);
    }

    private static IResult Ok(string message, JsonObject data) =>
        Json(new JsonObject { ["status"] = true, ["message"] = message, ["data"] = data });

    private static IResult Refuse(string message, int status = StatusCodes.Status400BadRequest) =>
        Json(new JsonObject { ["status"] = false, ["message"] = message }, status);
}
