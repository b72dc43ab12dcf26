using System.Text;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// Takes a gateway's delivery: verified, stored, answered. What it says is looked at by <see cref="HandleInbox"/>.
/// </summary>
public sealed class ReceiveWebhook(AtlanticDb db, PaymentDesk desk, TimeProvider time)
{
    /// <summary>What of the headers is kept: enough to verify once more, and nothing that signs anybody in.</summary>
    private static readonly string[] s_kept =
        ["Content-Type", "User-Agent", "x-paystack-signature", "Stripe-Signature", "BTCPay-Sig", "X-Forwarded-For"];

    /// <summary>Far longer than a gateway's.</summary>
    private const int MaxKeyLength = 300;

    private static readonly Error NotSigned = new(ErrorKind.Forbidden, "webhook.not_signed",
        "The signature is missing or is not that of a gateway that is set up here.");

    public sealed record Request(GatewayKind Kind, byte[] Body, IHeaderDictionary Headers);

    /// <summary>The value is whether it is new.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        // Two accounts with one gateway share the address: the signature says whose it is. Disabled ones go on with what they
        // began.
        var gateways = await db.Gateways.Where(gateway => gateway.Kind == request.Kind).OrderBy(gateway => gateway.Id)
            .ToListAsync(cancellation);
        foreach (var gateway in gateways)
            if (desk.Directory.Open(gateway).Api.VerifyWebhook(request.Body, request.Headers) is { } hint)
                return await StoreAsync(gateway, hint, request, cancellation);
        return NotSigned;
    }

    private async Task<bool> StoreAsync(Gateway gateway, WebhookHint hint, Request request, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var headers = new StringBuilder();
        foreach (string name in s_kept)
            if (request.Headers.TryGetValue(name, out var value))
                headers.Append(name).Append(": ").Append(value.ToString()).Append('\n');
        string key = hint.DeliveryKey.Length <= MaxKeyLength ? hint.DeliveryKey : hint.DeliveryKey[..MaxKeyLength];
        return await db.ExecuteSqlAsync($"""
            insert into webhook_inbox (gateway_id, delivery_key, event_type, api_version, headers, body, state, received_at,
                next_try_at)
            values ({gateway.Id}, {key}, {hint.Type}, {hint.ApiVersion}, {headers.ToString()}, {request.Body}, 'received', {now},
                {now})
            on conflict (gateway_id, delivery_key) do nothing
            """, cancellation) == 1;
    }
}
