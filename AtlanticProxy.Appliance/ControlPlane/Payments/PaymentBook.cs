using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments.Gateways;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// The one place where what a gateway says changes a payment: state, ledger, purpose and events in one transaction, under the
/// payment's row lock. It may be told the same thing any number of times, at once, and late.
/// </summary>
internal sealed class PaymentBook(
    AtlanticDb db, PaymentPostings postings, PaymentEvents events, MethodBook methods, UnallocatedBook unallocated,
    IEnumerable<IPaymentPurpose> purposes, TimeProvider time)
{
    /// <summary>Answers the payment as it is then.</summary>
    public async Task<Payment> ApplyAsync(
        long paymentId, OpenGateway gateway, GatewayAnswer answer, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var payment = await db.Payments.Where(row => row.Id == paymentId).LockedForUpdate().SingleAsync(cancellation);
        payment.AskedAt = time.GetUtcNow();
        if (answer.Raw.Length > 0)
            payment.LastAnswer = answer.Raw;
        if (await FitsAsync(payment, gateway, answer, cancellation))
        {
            payment.GatewayPaymentId = answer.GatewayPaymentId ?? payment.GatewayPaymentId;
            payment.CardCountry = GatewayJson.CountryOf(answer.CardCountry) ?? payment.CardCountry;
            await ReceiveAsync(payment, gateway, answer, cancellation);
            await FollowAsync(payment, gateway, answer, cancellation);
        }
        await db.UpdateIfChangedAsync(payment, cancellation);
        await transaction.CommitAsync(cancellation);
        return payment;
    }

    /// <summary>Money for a payment whose row is locked, of a gateway that takes parts or by staff's word.</summary>
    /// <param name="total">All that has come of it, in minor units.</param>
    public async Task CreditAsync(Payment payment, GatewayKind kind, long total, CancellationToken cancellation)
    {
        if (total <= payment.Received)
            return;
        await db.HoldCustomerAsync(payment.CustomerId, cancellation);
        long part = total - payment.Received;
        await postings.ReceivedAsync(payment, kind, part, cancellation);
        payment.Received = total;
        if (payment.State != PaymentState.Settled && total >= payment.Amount)
            await SettleAsync(payment, cancellation);
        else
        {
            await db.UpdateIfChangedAsync(payment, cancellation);
            await events.OfPaymentAsync(PaymentEvents.PartReceived, payment, part, "", cancellation);
        }
    }

    /// <summary>All of a locked payment's money is in the wallet: what it is for happens.</summary>
    public async Task SettleAsync(Payment payment, CancellationToken cancellation)
    {
        (payment.State, payment.SettledAt) = (PaymentState.Settled, time.GetUtcNow());
        (payment.Failure, payment.CheckoutUrl, payment.InFlightUntil) = (null, "", null);
        // It had ended already, and came after all: another payment may have taken its place. Then it stays in the wallet.
        payment.HoldsPurpose = payment.HoldsPurpose || !await db.Payments.AnyAsync(other => other.HoldsPurpose
            && other.PurposeKind == payment.PurposeKind && other.PurposeKey == payment.PurposeKey, cancellation);
        await db.UpdateIfChangedAsync(payment, cancellation);
        await db.Customers.Where(customer => customer.Id == payment.CustomerId && customer.Currency == null)
            .Set(customer => customer.Currency, payment.Currency).UpdateAsync(cancellation);
        await events.OfPaymentAsync(PaymentEvents.Settled, payment, payment.Received, "", cancellation);
        if (payment.HoldsPurpose)
            await PurposeOf(payment).SettledAsync(payment, cancellation);
    }

    /// <summary>A locked payment that is open ends without all of its money.</summary>
    public async Task EndAsync(
        Payment payment, PaymentState state, FailureReason? failure, string message, CancellationToken cancellation)
    {
        (payment.State, payment.Failure, payment.HoldsPurpose) = (state, failure, false);
        (payment.CheckoutUrl, payment.InFlightUntil) = ("", null);
        await db.UpdateIfChangedAsync(payment, cancellation);
        if (state != PaymentState.Cancelled)
            await events.OfPaymentAsync(PaymentEvents.Failed, payment, payment.Amount, message, cancellation);
        await PurposeOf(payment).FailedAsync(payment, cancellation);
    }

    public IPaymentPurpose PurposeOf(Payment payment) => purposes.Single(purpose => purpose.Kind == payment.PurposeKind);

    /// <summary>
    /// Whether the answer is about this payment, and its money what was asked for. If not, nothing is fulfilled: what came is
    /// unallocated, and staff are told.
    /// </summary>
    private async Task<bool> FitsAsync(
        Payment payment, OpenGateway gateway, GatewayAnswer answer, CancellationToken cancellation)
    {
        if ((answer.Account is { } account && account != gateway.Api.Account)
            || (answer.Reference.Length > 0 && answer.Reference != payment.Reference))
        {
            // Test money on a live system, or another store's, is no money of ours.
            await unallocated.DifferAsync(gateway.Row.Id, DifferenceKind.Differs, payment.Reference,
                $"{payment.Reference} in {gateway.Api.Account}", $"{answer.Reference} in {answer.Account}", cancellation);
            return false;
        }
        bool settled = answer.Status == GatewayStatus.Settled;
        if (answer.Received is not { } money)
        {
            if (settled && !gateway.Api.TakesParts)
                await unallocated.DifferAsync(gateway.Row.Id, DifferenceKind.Differs, payment.Reference,
                    $"{new Money(payment.Amount, payment.Currency)}", "an amount that the currency has not", cancellation);
            return !settled || gateway.Api.TakesParts;
        }
        if (money.Currency == payment.Currency && (gateway.Api.TakesParts || money.MinorUnits == payment.Amount))
            return true;
        await unallocated.ReceiveAsync(gateway.Row, answer.GatewayPaymentId ?? payment.Reference, payment, payment.Reference,
            money,
            $"{new Money(payment.Amount, payment.Currency)} was asked for, {money} came.", "", cancellation);
        return false;
    }

    private async Task ReceiveAsync(
        Payment payment, OpenGateway gateway, GatewayAnswer answer, CancellationToken cancellation)
    {
        if (answer.Received is { } money)
            await CreditAsync(payment, gateway.Row.Kind, money.MinorUnits, cancellation);
        if (payment.State != PaymentState.Settled)
            return;
        if (answer.Fee > 0 && payment.Fee == 0)
        {
            await postings.FeeAsync(payment, gateway.Row.Kind, answer.Fee, cancellation);
            payment.Fee = answer.Fee;
        }
        if (payment.KeepMethod && answer.Method is { } method)
            await methods.KeepAsync(payment, method, cancellation);
    }

    private async Task FollowAsync(
        Payment payment, OpenGateway gateway, GatewayAnswer answer, CancellationToken cancellation)
    {
        if (!payment.IsOpen)
        {
            if (payment.State == PaymentState.Settled && answer.Status
                is GatewayStatus.TakenBack or GatewayStatus.Failed or GatewayStatus.Expired)
                await TakenBackAsync(payment, gateway, answer, cancellation);
            return;
        }
        switch (answer.Status)
        {
            case GatewayStatus.NeedsAction:
                payment.State = PaymentState.NeedsAction;
                if (answer.ActionUrl.Length > 0)
                    payment.CheckoutUrl = answer.ActionUrl;
                break;
            case GatewayStatus.Pending or GatewayStatus.Settled: // of the latter, a part has come and was credited
                payment.State = PaymentState.Sent;
                break;
            case GatewayStatus.Failed or GatewayStatus.TakenBack:
                await EndAsync(payment, PaymentState.Failed, answer.Failure ?? FailureReason.Other, answer.Message, cancellation);
                break;
            case GatewayStatus.Expired:
                await EndAsync(payment, PaymentState.Expired, null, answer.Message, cancellation);
                break;
            case GatewayStatus.NoAnswer or GatewayStatus.Refused or GatewayStatus.Unknown:
                break;
        }
    }

    /// <summary>A success that was taken back: a refund or a dispute explains it, and else staff have to look.</summary>
    private async Task TakenBackAsync(
        Payment payment, OpenGateway gateway, GatewayAnswer answer, CancellationToken cancellation)
    {
        if (payment.Refunded == 0 && !await db.Disputes.AnyAsync(dispute => dispute.PaymentId == payment.Id, cancellation))
            await unallocated.DifferAsync(gateway.Row.Id, DifferenceKind.TakenBack, payment.Reference,
                $"settled, {new Money(payment.Received, payment.Currency)}", $"{answer.Status} {answer.Message}".TrimEnd(),
                cancellation);
    }
}
