using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Simulator.Gateways;

/// <content>What its API answers.</content>
public sealed partial class PaystackSimulator
{
    private IResult Initialize(JsonObject body)
    {
        lock (Gate)
        {
            string reference = (string)body["reference"]!;
            if (Refusal(body, reference) is { } refusal)
                return refusal;
            var transaction = Add(reference, (long)body["amount"]!, (string)body["currency"]!, (string)body["email"]!);
            transaction["callback_url"] = body["callback_url"]?.DeepClone();
            return Ok("Authorization URL created", new JsonObject
            {
                ["authorization_url"] = $"{Address}/pay/{reference}", ["access_code"] = NewId(""), ["reference"] = reference,
            });
        }
    }

    private async Task<IResult> ChargeAsync(JsonObject body)
    {
        JsonObject transaction;
        lock (Gate)
        {
            string reference = (string)body["reference"]!;
            if (Refusal(body, reference) is { } refusal)
                return refusal;
            if (!((string)body["authorization_code"]!).StartsWith("AUTH_", StringComparison.Ordinal))
                return Refuse("Authorization code is invalid");
            transaction = Add(reference, (long)body["amount"]!, (string)body["currency"]!, (string)body["email"]!);
            if (Outcome == ChargeOutcome.AuthenticationRequired)
                return Ok("Please, redirect your customer to the authorization url provided", new JsonObject
                {
                    ["paused"] = true, ["authorization_url"] = $"{Address}/pay/{reference}", ["access_code"] = NewId(""),
                    ["reference"] = reference,
                });
            Finish(transaction, Outcome);
        }
        if (Outcome == ChargeOutcome.Success)
            await DeliverTransactionAsync(transaction);
        return Ok("Charge attempted", Shown(transaction));
    }

    private IResult Verify(string reference)
    {
        lock (Gate)
            return _transactions.TryGetValue(reference, out var transaction)
                ? Ok("Verification successful", Shown(transaction))
                : Refuse("Transaction reference not found.", StatusCodes.Status404NotFound);
    }

    private async Task<IResult> RefundAsync(JsonObject body)
    {
        JsonObject refund;
        lock (Gate)
        {
            if (NoBalance)
                return Refuse("Insufficient balance to fulfill this refund. Please top up.");
            var transaction = _transactions.GetValueOrDefault((string)body["transaction"]!);
            if (transaction is null || (string?)transaction["status"] != "success")
                return Refuse("Transaction has been fully reversed");
            refund = new JsonObject
            {
                ["id"] = _nextId++, ["transaction"] = transaction.DeepClone(), ["amount"] = body["amount"]!.DeepClone(),
                ["currency"] = body["currency"]?.DeepClone(), ["merchant_note"] = body["merchant_note"]?.DeepClone(),
                ["customer_note"] = body["customer_note"]?.DeepClone(), ["status"] = RefundStatus, ["createdAt"] =
                    Iso(Time.GetUtcNow()),
            };
            _refunds.Add(refund);
        }
        await DeliverRefundAsync(refund);
        return Ok("Refund has been queued for processing", refund.DeepClone().AsObject());
    }
}
