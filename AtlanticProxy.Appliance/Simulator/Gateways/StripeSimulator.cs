using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Simulator.Gateways;

/// <summary>
/// A stand-in Stripe: checkout sessions with their page, payment intents off session, refunds, disputes, lists, events, and its
/// idempotency: a key answers the same again, and other content under it is refused.
/// </summary>
public sealed partial class StripeSimulator(TimeProvider time) : SimulatedGateway(time)
{
    /// <summary>As the version that events are rendered for is written; its train is the SDK's.</summary>
    public const string ApiVersion = "2026-10-28.endive";

    private static readonly Dictionary<ChargeOutcome, (string Code, string? DeclineCode, string Message)> s_declines = new()
    {
        [ChargeOutcome.Declined] = ("card_declined", "generic_decline", "Your card was declined."),
        [ChargeOutcome.InsufficientFunds] = ("card_declined", "insufficient_funds", "Your card has insufficient funds."),
        [ChargeOutcome.ExpiredCard] = ("expired_card", "expired_card", "Your card has expired."),
        [ChargeOutcome.LostCard] = ("card_declined", "lost_card", "Your card was declined."),
        [ChargeOutcome.AuthenticationRequired] = ("authentication_required", "authentication_required",
            "Your card was declined. This transaction requires authentication."),
    };

    private readonly Dictionary<string, JsonObject> _sessions = [];
    private readonly Dictionary<string, JsonObject> _intents = [];
    private readonly Dictionary<string, JsonObject> _refunds = [];
    private readonly Dictionary<string, JsonObject> _disputes = [];

    /// <summary>
    /// What a refund is when it is made: <c>succeeded</c>, <c>pending</c>, <c>failed</c>, <c>requires_action</c>.
    /// </summary>
    public string RefundStatus { get; set; } = "succeeded";

    /// <summary>Added to the time of signatures.</summary>
    public TimeSpan SignatureOff { get; set; }

    /// <summary>The secret before, while both are good; null for none.</summary>
    public string? FormerSecret { get; set; }

    /// <summary>What its fees are booked in; null for the payment's currency.</summary>
    public string? FeeCurrency { get; set; }

    /// <summary>Payment intents that succeeded.</summary>
    public int Charges
    {
        get
        {
            lock (Gate)
                return _intents.Values.Count(each => (string?)each["status"] == "succeeded");
        }
    }

    /// <summary>Payment intents and sessions, whatever became of them.</summary>
    public int Count
    {
        get
        {
            lock (Gate)
                return _intents.Count + _sessions.Count;
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

    /// <summary>Ends a session as a customer on its page would. A decline leaves it open.</summary>
    public async Task PayAsync(string reference, ChargeOutcome outcome = ChargeOutcome.Success)
    {
        JsonObject session, intent;
        lock (Gate)
        {
            session = _sessions.Values.Single(each => (string?)each["client_reference_id"] == reference);
            if (outcome is not ChargeOutcome.Success and not ChargeOutcome.Pending)
                return;
            intent = AddIntent((long)session["amount_total"]!, (string)session["currency"]!, reference,
                (string?)session["setup_future_usage"], (string?)session["setup_future_usage"] is null ? null : "cus_simulated");
            bool paid = outcome == ChargeOutcome.Success;
            (intent["status"], intent["amount_received"]) =
                (paid ? "succeeded" : "processing", paid ? (long)intent["amount"]! : 0);
            (session["status"], session["url"], session["payment_intent"]) = ("complete", null, (string)intent["id"]!);
            session["payment_status"] = paid ? "paid" : "unpaid";
        }
        if (outcome == ChargeOutcome.Success)
            await TellAsync("payment_intent.succeeded", intent);
        await TellAsync("checkout.session.completed", session);
    }

    /// <summary>A delayed method says whether it paid.</summary>
    public async Task DecideAsync(string reference, bool paid)
    {
        var intent = IntentOf(reference);
        lock (Gate)
        {
            intent["status"] = paid ? "succeeded" : "requires_payment_method";
            intent["amount_received"] = paid ? (long)intent["amount"]! : 0;
            if (!paid)
                intent["last_payment_error"] = Error(ChargeOutcome.Declined);
        }
        await TellAsync(paid ? "payment_intent.succeeded" : "payment_intent.payment_failed", intent);
    }

    /// <summary>A session's time is over.</summary>
    public Task ExpireAsync(string reference)
    {
        JsonObject session;
        lock (Gate)
        {
            session = _sessions.Values.Single(each => (string?)each["client_reference_id"] == reference);
            (session["status"], session["url"]) = ("expired", null);
        }
        return TellAsync("checkout.session.expired", session);
    }

    /// <summary>A payment that the appliance knows nothing of.</summary>
    public async Task PayElsewhereAsync(string reference, long amount, string currency)
    {
        JsonObject intent;
        lock (Gate)
        {
            intent = AddIntent(amount, currency, reference, null, null);
            (intent["status"], intent["amount_received"]) = ("succeeded", amount);
        }
        await TellAsync("payment_intent.succeeded", intent);
    }

    /// <summary>Opens a dispute or changes its state: <c>needs_response</c>, <c>won</c>, <c>lost</c>,
    /// <c>warning_needs_response</c>, <c>warning_closed</c>.</summary>
    public async Task<string> DisputeAsync(string reference, string status = "needs_response")
    {
        var intent = IntentOf(reference);
        JsonObject? dispute;
        bool isNew;
        lock (Gate)
        {
            dispute = _disputes.Values.SingleOrDefault(each => (string?)each["payment_intent"] == (string?)intent["id"]);
            isNew = dispute is null;
            dispute ??= Keep(_disputes, new JsonObject
            {
                ["id"] = NewId("dp_"), ["object"] = "dispute", ["amount"] = (long)intent["amount"]!, ["currency"] =
                    (string)intent["currency"]!,
                ["payment_intent"] = (string)intent["id"]!, ["reason"] = "fraudulent", ["created"] = Now, ["livemode"] = Live,
                ["evidence_details"] = new JsonObject { ["due_by"] = Now + 604_800 }, // a week
            });
            dispute["status"] = status;
        }
        await TellAsync(isNew ? "charge.dispute.created" : status is "won" or "lost" or "warning_closed"
            ? "charge.dispute.closed" : "charge.dispute.updated", dispute);
        return (string)dispute["id"]!;
    }

    /// <summary>Says how the refunds of a payment ended, and delivers it.</summary>
    public async Task EndRefundsAsync(string reference, string status)
    {
        string intent = (string)IntentOf(reference)["id"]!;
        foreach (var refund in _refunds.Values.Where(each => (string?)each["payment_intent"] == intent).ToList())
        {
            lock (Gate)
                refund["status"] = status;
            await TellAsync("refund.updated", refund);
        }
    }

    /// <summary>Forgets a payment, as if it had never been.</summary>
    public void Forget(string reference)
    {
        lock (Gate)
        {
            foreach (string id in _intents.Values.Where(each => (string?)each["metadata"]?["reference"] == reference)
                .Select(each => (string)each["id"]!).ToList())
                _intents.Remove(id);
            foreach (string id in _sessions.Values.Where(each => (string?)each["client_reference_id"] == reference)
                .Select(each => (string)each["id"]!).ToList())
                _sessions.Remove(id);
        }
    }

    /// <summary>Delivers an event on anything, signed.</summary>
    public Task TellAsync(string type, JsonObject subject) => DeliverAsync(type, new JsonObject
    {
        ["id"] = NewId("evt_"), ["object"] = "event", ["api_version"] = Deliveries == DeliveryFault.OddShape ? null : ApiVersion,
        ["created"] = Now, ["data"] = new JsonObject { ["object"] = subject.DeepClone() }, ["livemode"] = Live,
            ["pending_webhooks"] = 1,
        ["request"] = new JsonObject { ["id"] = null, ["idempotency_key"] = null }, ["type"] = type,
    });

    private protected override KeyValuePair<string, string> Sign(byte[] body, string secret)
    {
        long at = Now + (long)SignatureOff.TotalSeconds;
        string V1(string with) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(with),
            (byte[])[.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{at}.")), .. body]));
        return new("Stripe-Signature", string.Create(CultureInfo.InvariantCulture, $"t={at},v1={V1(secret)}")
            + (FormerSecret is { } former ? $",v1={V1(former)}" : ""));
    }

    private protected override bool IsAuthorized(HttpRequest request) => request.Headers.Authorization == $"Bearer {ApiKey}";

    private protected override JsonObject ErrorBody(int status, string message) => new()
    {
        ["error"] = new JsonObject
        {
            ["type"] = status switch { 401 => "authentication_error", 429 => "rate_limit_error", >= 500 => "api_error", _ =>
                "invalid_request_error" },
            ["message"] = message,
        },
    };

    private JsonObject IntentOf(string reference)
    {
        lock (Gate)
            return _intents.Values.Single(each => (string?)each["metadata"]?["reference"] == reference);
    }

    private JsonObject AddIntent(long amount, string currency, string? reference, string? futureUsage, string? customer)
    {
        string id = NewId("pi_");
        return Keep(_intents, new JsonObject
        {
            ["id"] = id, ["object"] = "payment_intent", ["amount"] = amount, ["amount_received"] = 0, ["currency"] = currency,
            ["customer"] = customer, ["payment_method"] = "pm_simulated", ["setup_future_usage"] = futureUsage, ["created"] = Now,
            ["livemode"] = Live, ["status"] = "requires_payment_method", ["client_secret"] = id + "_secret_simulated",
            ["metadata"] = reference is null ? new JsonObject() : new JsonObject { ["reference"] = reference },
            ["latest_charge"] = "ch_" + id[3..], ["last_payment_error"] = null, ["next_action"] = null,
        });
    }

    private static JsonObject Error(ChargeOutcome outcome)
    {
        var (code, decline, message) = s_declines[outcome];
        return new JsonObject { ["type"] = "card_error", ["code"] = code, ["decline_code"] = decline, ["message"] = message };
    }

    private static JsonObject Keep(Dictionary<string, JsonObject> all, JsonObject row) => all[(string)row["id"]!] = row;
}
