using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Simulator.Gateways;

/// <summary>Its API: form-encoded requests, JSON answers, errors with a type.</summary>
public sealed partial class StripeSimulator
{
    private readonly Dictionary<string, (string Content, int Status, string Body)> _answered = [];

    private protected override void Map(WebApplication app)
    {
        app.MapPost("/v1/checkout/sessions", (HttpRequest request) => OnceAsync(request, AddSession));
        app.MapGet("/v1/checkout/sessions", (HttpRequest request) => List(request, _sessions, session => session));
        app.MapGet("/v1/checkout/sessions/{id}", (string id) => One(_sessions, id, session => session));
        app.MapPost("/v1/payment_intents", (HttpRequest request) => OnceAsync(request, ChargeAsync));
        app.MapGet("/v1/payment_intents", (HttpRequest request) =>
            List(request, _intents, intent => Shown(intent, expand: false)));
        app.MapGet("/v1/payment_intents/{id}", (string id) => One(_intents, id, intent => Shown(intent, expand: true)));
        app.MapPost("/v1/refunds", (HttpRequest request) => OnceAsync(request, RefundAsync));
        app.MapGet("/v1/refunds", (HttpRequest request) => List(request, _refunds, refund => refund));
        app.MapGet("/v1/refunds/{id}", (string id) => One(_refunds, id, refund => refund));
        app.MapGet("/v1/disputes", (HttpRequest request) => List(request, _disputes, Shown));
        app.MapGet("/v1/disputes/{id}", (string id) => One(_disputes, id, Shown));
        app.MapGet("/pay/{reference}", (string reference) => Page("Simulated Stripe", reference, ("Pay", "Success"),
            ("Decline", "Declined"), ("Pay later", "Pending")));
        app.MapPost("/pay/{reference}", async (string reference, HttpRequest request) =>
        {
            var session = _sessions.Values.Single(each => (string?)each["client_reference_id"] == reference);
            string back = (string)session["success_url"]!;
            await PayAsync(reference, Enum.Parse<ChargeOutcome>((await request.ReadFormAsync())["ending"].ToString()));
            return Results.Redirect(back);
        });
    }

    /// <summary>The first answer under a key is the answer, an error of ours too; other content under it is refused.</summary>
    private async Task<IResult> OnceAsync(HttpRequest request, Func<IFormCollection, Task<(int Status, JsonObject Body)>> work)
    {
        var form = await request.ReadFormAsync();
        string content = request.Path + "?" + string.Join('&', form.OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => $"{field.Key}={field.Value}"));
        string key = request.Headers["Idempotency-Key"].ToString();
        lock (Gate)
            if (_answered.TryGetValue(key, out var before))
            {
                if (before.Content != content)
                    return Refuse(400, "idempotency_error",
                        "Keys for idempotent requests can only be used with the same parameters.");
                request.HttpContext.Response.Headers["Idempotent-Replayed"] = "true";
                return Results.Text(before.Body, "application/json", null, before.Status);
            }
        var (status, body) = await work(form);
        if (request.HttpContext.Items[typeof(GatewayFault)] is GatewayFault.ErrorAfterWork)
            (status, body) = (500, ErrorBody(500, "An error occurred"));
        lock (Gate)
            _answered[key] = (content, status, body.ToJsonString());
        return Json(body, status);
    }

    private Task<(int, JsonObject)> AddSession(IFormCollection form)
    {
        lock (Gate)
        {
            string reference = form["client_reference_id"].ToString();
            return Task.FromResult((200, Keep(_sessions, new JsonObject
            {
                ["id"] = NewId("cs_test_"), ["object"] = "checkout.session", ["mode"] = "payment", ["status"] = "open",
                ["payment_status"] = "unpaid", ["url"] = $"{Address}/pay/{reference}", ["client_reference_id"] = reference,
                ["amount_total"] = Whole(form, "line_items[0][price_data][unit_amount]"),
                ["currency"] = form["line_items[0][price_data][currency]"].ToString(), ["created"] = Now,
                ["expires_at"] = Whole(form, "expires_at"), ["livemode"] = Live, ["payment_intent"] = null,
                ["success_url"] = form["success_url"].ToString(),
                ["setup_future_usage"] = form["payment_intent_data[setup_future_usage]"].ToString() is { Length: > 0 } usage
                    ? usage : null,
                ["metadata"] = new JsonObject { ["reference"] = reference },
            })));
        }
    }

    private async Task<(int, JsonObject)> ChargeAsync(IFormCollection form)
    {
        JsonObject intent;
        var outcome = Outcome;
        lock (Gate)
        {
            intent = AddIntent(Whole(form, "amount"), form["currency"].ToString(), form["metadata[reference]"].ToString(), null,
                form["customer"].ToString());
            if (outcome is ChargeOutcome.Success or ChargeOutcome.Pending)
                (intent["status"], intent["amount_received"]) = outcome == ChargeOutcome.Success
                    ? ("succeeded", (long)intent["amount"]!) : ("processing", 0);
            else
                intent["last_payment_error"] = Error(outcome);
        }
        if (outcome == ChargeOutcome.Pending)
            return (200, Shown(intent, expand: true));
        await TellAsync(outcome == ChargeOutcome.Success ? "payment_intent.succeeded" : "payment_intent.payment_failed", intent);
        if (outcome == ChargeOutcome.Success)
            return (200, Shown(intent, expand: true));
        var error = Error(outcome);
        error["payment_intent"] = Shown(intent, expand: false);
        return (402, new JsonObject { ["error"] = error });
    }

    private async Task<(int, JsonObject)> RefundAsync(IFormCollection form)
    {
        JsonObject refund;
        lock (Gate)
        {
            var intent = _intents[form["payment_intent"].ToString()];
            long refunded = _refunds.Values.Where(each => (string?)each["payment_intent"] == (string?)intent["id"]
                && (string?)each["status"] != "failed").Sum(each => (long)each["amount"]!);
            if (refunded + Whole(form, "amount") > (long)intent["amount"]!)
                return (400, new JsonObject
                {
                    ["error"] = new JsonObject { ["type"] = "invalid_request_error", ["code"] = "charge_already_refunded",
                        ["message"] = "Charge has already been refunded." },
                });
            refund = Keep(_refunds, new JsonObject
            {
                ["id"] = NewId("re_"), ["object"] = "refund", ["amount"] = Whole(form, "amount"), ["currency"] =
                    (string)intent["currency"]!,
                ["payment_intent"] = (string)intent["id"]!, ["created"] = Now, ["status"] = RefundStatus,
                ["metadata"] = new JsonObject { ["reference"] = form["metadata[reference]"].ToString() },
            });
        }
        await TellAsync("refund.created", refund);
        return (200, refund.DeepClone().AsObject());
    }

    private JsonObject Shown(JsonObject intent, bool expand)
    {
        var shown = intent.DeepClone().AsObject();
        shown["currency"] = OtherCurrency ?? (string)shown["currency"]!;
        if ((string)shown["status"]! == "succeeded")
            shown["amount_received"] = (long)shown["amount_received"]! + AmountOff;
        if (!expand)
            return shown;
        shown["payment_method"] = new JsonObject
        {
            ["id"] = "pm_simulated", ["object"] = "payment_method", ["type"] = "card",
            ["card"] = new JsonObject { ["brand"] = "visa", ["last4"] = "4242", ["exp_month"] = 12, ["exp_year"] = 2030,
                ["country"] = "FR", ["fingerprint"] = "simulated" },
        };
        shown["latest_charge"] = new JsonObject
        {
            ["id"] = (string)intent["latest_charge"]!, ["object"] = "charge", ["amount"] = (long)intent["amount"]!,
            ["balance_transaction"] = new JsonObject
            {
                ["id"] = "txn_simulated", ["object"] = "balance_transaction", ["amount"] = (long)intent["amount"]!,
                ["fee"] = (long)intent["amount"]! * 29 / 1000, ["currency"] = FeeCurrency ?? (string)intent["currency"]!, // 2.9 %
            },
        };
        return shown;
    }

    private JsonObject Shown(JsonObject dispute)
    {
        var shown = dispute.DeepClone().AsObject();
        shown["payment_intent"] = Shown(_intents[(string)dispute["payment_intent"]!], expand: false);
        return shown;
    }

    // Newest first; the next page begins after a row.
    private IResult List(HttpRequest request, Dictionary<string, JsonObject> all, Func<JsonObject, JsonObject> show)
    {
        lock (Gate)
        {
            long since = long.TryParse(request.Query["created[gte]"], CultureInfo.InvariantCulture, out long from) ? from : 0;
            string only = request.Query["payment_intent"].ToString(), after = request.Query["starting_after"].ToString();
            var rows = all.Values.Reverse().Where(row => (long)row["created"]! >= since
                && (only.Length == 0 || (string?)row["payment_intent"] == only)).ToList();
            int skip = after.Length > 0 ? rows.FindIndex(row => (string?)row["id"] == after) + 1 : 0;
            int limit = int.TryParse(request.Query["limit"], CultureInfo.InvariantCulture, out int most) ? most : 10;
            return Json(new JsonObject
            {
                ["object"] = "list", ["url"] = request.Path.ToString(), ["has_more"] = rows.Count > skip + limit,
                ["data"] = new JsonArray([.. rows.Skip(skip).Take(limit).Select(row => show(row).DeepClone())]),
            });
        }
    }

    private IResult One(Dictionary<string, JsonObject> all, string id, Func<JsonObject, JsonObject> show)
    {
        lock (Gate)
            return all.TryGetValue(id, out var found) ? Json(show(found))
                : Refuse(404, "invalid_request_error", $"No such object: '{id}'");
    }

    private static IResult Refuse(int status, string type, string message) =>
        Json(new JsonObject { ["error"] = new JsonObject { ["type"] = type, ["message"] = message } }, status);

    private static long Whole(IFormCollection form, string name) =>
        long.TryParse(form[name], CultureInfo.InvariantCulture, out long number) ? number : 0;
}
