using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Http;
using Stripe;
using Stripe.Checkout;

namespace AtlanticProxy.ControlPlane.Payments.Gateways;

/// <summary>
/// Stripe, by its SDK. Every POST has our reference as its idempotency key, and every object has it in its metadata, by which it
/// is found again when an answer was lost. The API's version is the SDK's: a new one comes with a new release of ours.
/// </summary>
internal sealed class StripeGateway : IGateway
{
    /// <summary>What a signature's time may be off, as Stripe's SDKs have it.</summary>
    private static readonly TimeSpan SignatureTolerance = TimeSpan.FromSeconds(300);

    /// <summary>Where our reference stands in metadata.</summary>
    private const string Reference = "reference";

    /// <summary>The largest page that its lists have.</summary>
    private const int PageSize = 100;

    /// <summary>Between their clock and ours, and from writing a payment down to sending it.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(10);

    private const string LatestCharge = "latest_charge.balance_transaction", Method = "payment_method";

    private readonly GatewaySecrets _secrets;
    private readonly TimeProvider _time;
    private readonly PaymentIntentService _intents;
    private readonly SessionService _sessions;
    private readonly RefundService _refunds;
    private readonly DisputeService _disputes;

    public StripeGateway(GatewayHttp http, string baseUrl, GatewaySecrets secrets, TimeProvider time)
    {
        (_secrets, _time) = (secrets, time);
        // Retries are GatewayHttp's. Telemetry would tell Stripe of other customers' latencies.
        var client = new StripeClient(new StripeClientOptions
        {
            ApiKey = secrets.ApiKey, ApiBase = baseUrl.Length > 0 ? baseUrl : null,
            HttpClient = new SystemNetHttpClient(http.Client, maxNetworkRetries: 0, enableTelemetry: false),
        });
        (_intents, _sessions, _refunds, _disputes) = (new(client), new(client), new(client), new(client));
    }

    public string Account => _secrets.ApiKey.Contains("_live_", StringComparison.Ordinal) ? "live" : "test";

    public bool TakesParts => false;

    public Result Accepts(Money amount) => MinorUnits.Stripe.Of(amount);

    public Task<GatewayAnswer> StartCheckoutAsync(CheckoutRequest request, CancellationToken cancellation) =>
        AskAsync(request.Amount, async units =>
        {
            var metadata = new Dictionary<string, string> { [Reference] = request.Reference };
            return StripeObjects.Read(await _sessions.CreateAsync(new SessionCreateOptions
            {
                Mode = "payment", ClientReferenceId = request.Reference, Metadata = metadata, CustomerEmail = request.Email,
                CustomerCreation = request.KeepMethod ? "always" : null,
                SuccessUrl = request.ReturnUrl, CancelUrl = request.ReturnUrl, ExpiresAt = request.ExpiresAt.UtcDateTime,
                PaymentIntentData = new() { Metadata = metadata, SetupFutureUsage = request.KeepMethod ? "off_session" : null },
                LineItems =
                [
                    new()
                    {
                        Quantity = 1,
                        PriceData = new()
                        {
                            Currency = request.Amount.Currency.ToLowerInvariant(), UnitAmount = units,
                            ProductData = new() { Name = request.Description },
                        },
                    },
                ],
            }, Once(request.Reference), cancellation));
        }, cancellation);

    public Task<GatewayAnswer> ChargeSavedAsync(SavedCharge charge, CancellationToken cancellation) =>
        AskAsync(charge.Amount, async units => StripeObjects.Read(await _intents.CreateAsync(new PaymentIntentCreateOptions
        {
            Amount = units, Currency = charge.Amount.Currency.ToLowerInvariant(), Customer = charge.Customer,
            PaymentMethod = charge.Token, OffSession = true, Confirm = true, Description = charge.Description,
            Metadata = new() { [Reference] = charge.Reference }, Expand = [LatestCharge, Method],
        }, Once(charge.Reference), cancellation)), cancellation);

    public Task<GatewayAnswer> FindAsync(SentPayment payment, CancellationToken cancellation) =>
        AskAsync(async () =>
        {
            if (payment.GatewayPaymentId is { } id)
                return id.StartsWith("cs_", StringComparison.Ordinal)
                    ? await SessionAsync(id, cancellation) : await IntentAsync(id, cancellation);
            var since = new DateRangeOptions { GreaterThanOrEqual = (payment.CreatedAt - ClockTolerance).UtcDateTime };
            await foreach (var session in _sessions.ListAutoPagingAsync(new() { Created = since, Limit = PageSize }, null,
                cancellation))
                if (session.ClientReferenceId == payment.Reference)
                    return await SessionAsync(session.Id, cancellation);
            await foreach (var intent in _intents.ListAutoPagingAsync(new() { Created = since, Limit = PageSize }, null,
                cancellation))
                if (intent.Metadata?.GetValueOrDefault(Reference) == payment.Reference)
                    return await IntentAsync(intent.Id, cancellation);
            return new GatewayAnswer(GatewayStatus.Unknown);
        }, cancellation);

    public Task<RefundAnswer> RefundAsync(SentRefund refund, CancellationToken cancellation) => AskRefundAsync(async () =>
        StripeObjects.Read(await _refunds.CreateAsync(new RefundCreateOptions
        {
            PaymentIntent = refund.GatewayPaymentId, Amount = MinorUnits.Stripe.Of(refund.Amount).Value,
            Metadata = new() { [Reference] = refund.Reference },
        }, Once(refund.Reference), cancellation)), cancellation);

    public Task<RefundAnswer> FindRefundAsync(SentRefund refund, CancellationToken cancellation) => AskRefundAsync(async () =>
    {
        if (refund.GatewayRefundId is { } id)
            return StripeObjects.Read(await _refunds.GetAsync(id, null, null, cancellation));
        var all = new RefundListOptions { PaymentIntent = refund.GatewayPaymentId, Limit = PageSize };
        await foreach (var each in _refunds.ListAutoPagingAsync(all, null, cancellation))
            if (each.Metadata?.GetValueOrDefault(Reference) == refund.Reference)
                return StripeObjects.Read(each);
        return new RefundAnswer(RefundStatus.Unknown);
    }, cancellation);

    public async Task<DisputeAnswer?> FindDisputeAsync(string id, CancellationToken cancellation)
    {
        try
        {
            return StripeObjects.Read(await _disputes.GetAsync(id, new() { Expand = ["payment_intent"] }, null, cancellation));
        }
        catch (Exception fault) when (StripeObjects.IsAnswer(fault, cancellation))
        {
            return null;
        }
    }

    public Task<IReadOnlyList<GatewayAnswer>?> ListSinceAsync(DateTimeOffset since, CancellationToken cancellation) => ListAsync(
        _intents.ListAutoPagingAsync(new() { Created = From(since), Limit = PageSize }, null, cancellation),
        StripeObjects.Read, cancellation);

    public Task<IReadOnlyList<DisputeAnswer>?> ListDisputesSinceAsync(DateTimeOffset since, CancellationToken cancellation) =>
        ListAsync(_disputes.ListAutoPagingAsync(
            new() { Created = From(since), Limit = PageSize, Expand = ["data.payment_intent"] }, null, cancellation),
            StripeObjects.Read, cancellation);

    /// <remarks>
    /// Only the signature is checked here, and not by the SDK, which throws for events of another version: those are stored and
    /// understood as far as their ids go.
    /// </remarks>
    public WebhookHint? VerifyWebhook(byte[] body, IHeaderDictionary headers)
    {
        string signature = headers["Stripe-Signature"].ToString();
        bool IsSignedWith(string secret) =>
            WebhookSignature.IsStripes(body, signature, secret, _time.GetUtcNow(), SignatureTolerance);
        bool signed = IsSignedWith(_secrets.WebhookSecret)
            | (_secrets.FormerSecret.Length > 0 && IsSignedWith(_secrets.FormerSecret));
        return signed ? Read(body) : null;
    }

    public WebhookHint Read(byte[] body)
    {
        var root = GatewayJson.Parse(body);
        var subject = root.At("data", "object");
        string type = root.Text("type"), id = subject.Text("id"), key = root.Text("id");
        // What another mode, or a thin event, says of objects is not for us.
        var about = id.Length == 0 || key.Length == 0 ? DeliverySubject.Unknown
            : type.StartsWith("charge.dispute.", StringComparison.Ordinal) ? DeliverySubject.Dispute
            : type.StartsWith("refund.", StringComparison.Ordinal) || type == "charge.refund.updated" ? DeliverySubject.Refund
            : type.StartsWith("payment_intent.", StringComparison.Ordinal)
                || type.StartsWith("checkout.session.", StringComparison.Ordinal) ? DeliverySubject.Payment
            // Others speak of it too.
            : type.StartsWith("charge.", StringComparison.Ordinal) || type.StartsWith("payment_method.", StringComparison.Ordinal)
                ? DeliverySubject.Nothing
            : DeliverySubject.Unknown;
        string reference = subject.Text("metadata", Reference) is { Length: > 0 } ours ? ours
            : subject.Text("client_reference_id");
        if (key.Length == 0)
            key = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body));
        return new(key, type, about, reference, id.Length > 0 ? id : null, root.Text("api_version"));
    }

    private static DateRangeOptions From(DateTimeOffset since) => new() { GreaterThanOrEqual = since.UtcDateTime };

    /// <summary>Within its life, a key answers the same again.</summary>
    private static RequestOptions Once(string reference) => new() { IdempotencyKey = reference };

    private async Task<GatewayAnswer> SessionAsync(string id, CancellationToken cancellation)
    {
        var session = await _sessions.GetAsync(id, null, null, cancellation);
        return session is { Status: "complete", PaymentIntentId: { } intent }
            ? await IntentAsync(intent, cancellation) : StripeObjects.Read(session);
    }

    private async Task<GatewayAnswer> IntentAsync(string id, CancellationToken cancellation) => StripeObjects.Read(
        await _intents.GetAsync(id, new() { Expand = [LatestCharge, Method] }, null, cancellation));

    private static async Task<GatewayAnswer> AskAsync(
        Money amount, Func<long, Task<GatewayAnswer>> ask, CancellationToken cancellation)
    {
        var units = MinorUnits.Stripe.Of(amount);
        return units.IsSuccess
            ? await AskAsync(() => ask(units.Value), cancellation)
            : new GatewayAnswer(GatewayStatus.Refused) { Message = units.Errors[0].Message };
    }

    private static async Task<GatewayAnswer> AskAsync(Func<Task<GatewayAnswer>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask();
        }
        catch (Exception fault) when (StripeObjects.IsAnswer(fault, cancellation))
        {
            return StripeObjects.Read(fault);
        }
    }

    private static async Task<RefundAnswer> AskRefundAsync(Func<Task<RefundAnswer>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask();
        }
        catch (Exception fault) when (StripeObjects.IsAnswer(fault, cancellation))
        {
            var answer = StripeObjects.Read(fault);
            return new RefundAnswer(answer.Status == GatewayStatus.NoAnswer ? RefundStatus.NoAnswer : RefundStatus.Refused)
            {
                Message = answer.Message, Raw = answer.Raw,
            };
        }
    }

    private static async Task<IReadOnlyList<TTo>?> ListAsync<TFrom, TTo>(
        IAsyncEnumerable<TFrom> all, Func<TFrom, TTo> read, CancellationToken cancellation)
    {
        try
        {
            var rows = new List<TTo>();
            await foreach (var row in all)
                rows.Add(read(row));
            return rows;
        }
        catch (Exception fault) when (StripeObjects.IsAnswer(fault, cancellation))
        {
            return null;
        }
    }
}
