using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Webhooks;

/// <summary>
/// Where payment gateways deliver. Their signature over the raw body stands for a sign-in and a form's token. A delivery is
/// stored and answered; a job looks at it.
/// </summary>
[AllowAnonymous, IgnoreAntiforgeryToken]
internal sealed class WebhooksController(ReceiveWebhook receive) : PortalController
{
    /// <summary>A hundred times the longest event of any of them.</summary>
    private const int MaxBytes = 1_000_000;

    [HttpPost("/webhooks/paystack")]
    public Task<IActionResult> Paystack(CancellationToken cancellation) => TakeAsync(GatewayKind.Paystack, cancellation);

    [HttpPost("/webhooks/stripe")]
    public Task<IActionResult> Stripe(CancellationToken cancellation) => TakeAsync(GatewayKind.Stripe, cancellation);

    [HttpPost("/webhooks/btcpay")]
    public Task<IActionResult> Btcpay(CancellationToken cancellation) => TakeAsync(GatewayKind.Btcpay, cancellation);

    private async Task<IActionResult> TakeAsync(GatewayKind kind, CancellationToken cancellation)
    {
        // Gateways read the status: a page of ours says nothing to them.
        if (HttpContext.Features.Get<IStatusCodePagesFeature>() is { } pages)
            pages.Enabled = false;
        if (await BodyAsync(cancellation) is not { } body)
            return StatusCode(StatusCodes.Status413PayloadTooLarge);
        var stored = await receive.ExecuteAsync(new(kind, body, Request.Headers), cancellation);
        return stored.IsSuccess ? Ok() : StatusCode(StatusCodes.Status400BadRequest);
    }

    /// <summary>The raw bytes; null when there are too many.</summary>
    private async Task<byte[]?> BodyAsync(CancellationToken cancellation)
    {
        if (Request.ContentLength > MaxBytes)
            return null;
        using var body = new MemoryStream();
        byte[] part = new byte[81_920]; // Stream.CopyTo's size
        int read;
        while ((read = await Request.Body.ReadAsync(part, cancellation)) > 0)
        {
            if (body.Length + read > MaxBytes)
                return null;
            body.Write(part, 0, read);
        }
        return body.ToArray();
    }
}
