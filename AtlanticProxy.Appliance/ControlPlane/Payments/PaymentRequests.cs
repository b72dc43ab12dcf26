using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>What somebody is to pay, and what for.</summary>
internal sealed record NewPayment(
    long CustomerId, Gateway Gateway, long? MethodId, Money Amount, string PurposeKind, string PurposeKey, bool KeepMethod);

/// <summary>
/// Begins payments and sends them: written down first, sent after, one request at a time. Whoever asks for the same purpose again
/// gets the payment that there is, and what the gateway says of it now.
/// </summary>
internal sealed class PaymentRequests(AtlanticDb db, PaymentDesk desk, TimeProvider time)
{
    /// <summary>How long one may be paid: a checkout of Stripe's lives no longer.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromHours(24);

    /// <summary>Transfers take days, and people begin them late.</summary>
    internal static readonly TimeSpan LifeOfTransfers = TimeSpan.FromDays(14);

    /// <summary>Longer than a request with its retries takes: after it, whoever sent it is gone.</summary>
    internal static readonly TimeSpan LongestFlight = TimeSpan.FromMinutes(3);

    /// <summary>Of a reference: 99 bits, so that none is guessed or made twice.</summary>
    private const int ReferenceLength = 20;

    /// <summary>No letters that are misread on a bank's form. Small ones: every gateway takes them.</summary>
    private const string ReferenceAlphabet = "23456789abcdefghjkmnpqrstuvwxyz";

    private static readonly Error OtherPayment = new(ErrorKind.Conflict, "payment.purpose_differs",
        "This is being paid, or was paid, with another amount: reload the page.");

    /// <summary>A new reference: letters, digits and a dash, which all gateways and banks take.</summary>
    public static string NewReference() => "ap-" + RandomNumberGenerator.GetString(ReferenceAlphabet, ReferenceLength);

    /// <summary>The payment that the purpose goes by: the one that there is, or a new one.</summary>
    public async Task<Result<Payment>> BeginAsync(NewPayment wanted, CancellationToken cancellation)
    {
        while (true)
        {
            var present = await db.Payments.SingleOrDefaultAsync(payment => payment.HoldsPurpose
                && payment.PurposeKind == wanted.PurposeKind && payment.PurposeKey == wanted.PurposeKey, cancellation);
            if (present is not null)
                return present.CustomerId == wanted.CustomerId
                    && new Money(present.Amount, present.Currency) == wanted.Amount ? present : OtherPayment;
            var now = time.GetUtcNow();
            var payment = new Payment
            {
                Reference = NewReference(), CustomerId = wanted.CustomerId, GatewayId = wanted.Gateway.Id,
                PaymentMethodId = wanted.MethodId, Amount = wanted.Amount.MinorUnits, Currency = wanted.Amount.Currency,
                PurposeKind = wanted.PurposeKind, PurposeKey = wanted.PurposeKey, KeepMethod = wanted.KeepMethod, CreatedAt = now,
                ExpiresAt = now + (wanted.Gateway.Kind == GatewayKind.Bank ? LifeOfTransfers : Life),
            };
            if (await db.InsertWithIdUnlessTakenAsync(payment, cancellation) is { } id)
            {
                payment.Id = id;
                return payment;
            }
        }
    }

    /// <summary>
    /// Sends a payment that nobody has sent. One that was sent is asked for, and sent again, under its reference, only when the
    /// gateway says that it never came.
    /// </summary>
    public async Task<Payment> SendAsync(
        Payment payment, Func<IGateway, Task<GatewayAnswer>> send, CancellationToken cancellation)
    {
        if (!payment.IsOpen)
            return payment;
        var gateway = await desk.Directory.OpenAsync(payment.GatewayId, cancellation);
        if (payment.Attempts > 0)
        {
            var (now, known) = await AskAsync(payment, gateway, cancellation);
            if (known || !now.IsOpen)
                return now;
            payment = now;
        }
        if (!await TakeOffAsync(payment, cancellation))
            return await db.Payments.SingleAsync(row => row.Id == payment.Id, cancellation);
        var answer = await send(gateway.Api);
        // Refused: it did nothing, and would do nothing the next time.
        if (answer.Status == GatewayStatus.Refused)
            answer = answer with { Status = GatewayStatus.Failed, Failure = FailureReason.Other };
        var sent = await desk.Book.ApplyAsync(payment.Id, gateway, answer, cancellation);
        await LandAsync(sent, cancellation);
        return sent;
    }

    /// <summary>Asks the gateway how it stands. Known: it has the payment, or does not answer.</summary>
    public async Task<(Payment Payment, bool Known)> AskAsync(
        Payment payment, OpenGateway gateway, CancellationToken cancellation)
    {
        var answer = await gateway.Api.FindAsync(SentOf(payment), cancellation);
        return (await desk.Book.ApplyAsync(payment.Id, gateway, answer, cancellation), answer.Status != GatewayStatus.Unknown);
    }

    public static SentPayment SentOf(Payment payment) =>
        new(payment.Reference, payment.GatewayPaymentId, new(payment.Amount, payment.Currency), payment.CreatedAt);

    /// <summary>
    /// A checkout whose address was lost with the answer: nobody has seen it, so nobody can pay there, and another one may be
    /// begun.
    /// </summary>
    public async Task<bool> GiveUpAsync(Payment payment, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var now = await db.Payments.Where(row => row.Id == payment.Id).LockedForUpdate().SingleAsync(cancellation);
        if (!now.IsOpen || now.CheckoutUrl.Length > 0 || now.InFlightUntil > time.GetUtcNow())
            return false;
        await desk.Book.EndAsync(now, PaymentState.Cancelled, null, "The address of the checkout was lost.", cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    /// <summary>Nobody paid in time. One whose money came and waits for staff does not end before they have placed it.</summary>
    public async Task ExpireAsync(long paymentId, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var payment = await db.Payments.Where(row => row.Id == paymentId).LockedForUpdate().SingleAsync(cancellation);
        if (!payment.IsOpen || await db.UnallocatedMoney.AnyAsync(money => money.PaymentId == paymentId
            && money.State == UnallocatedState.Open, cancellation))
            return;
        await desk.Book.EndAsync(payment, PaymentState.Expired, null, "Nobody paid in time.", cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Whether it is ours to send now. Written before the request, so that a crash leaves it sent.</summary>
    private async Task<bool> TakeOffAsync(Payment payment, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        DateTimeOffset? until = now + LongestFlight, sent = now;
        return await db.Payments.Where(row => row.Id == payment.Id && row.Attempts == payment.Attempts
                && (row.State == PaymentState.Created || row.State == PaymentState.Sent)
                && (row.InFlightUntil == null || row.InFlightUntil < now))
            .Set(row => row.State, PaymentState.Sent).Set(row => row.Attempts, row => row.Attempts + 1)
            .Set(row => row.SentAt, sent).Set(row => row.InFlightUntil, until).UpdateAsync(cancellation) == 1;
    }

    private async Task LandAsync(Payment payment, CancellationToken cancellation)
    {
        payment.InFlightUntil = null;
        await db.Payments.Where(row => row.Id == payment.Id && row.InFlightUntil != null)
            .Set(row => row.InFlightUntil, (DateTimeOffset?)null).UpdateAsync(cancellation);
    }
}
