using System.Globalization;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>Money for an order: it is done as soon as it is there. The key begins with the order's id.</summary>
internal sealed class OrderPurpose(AtlanticDb db, BillingOptions options, TimeProvider time) : IPaymentPurpose
{
    public const string KindName = "order";

    public string Kind => KindName;

    public static string KeyOf(long orderId, long gatewayId, long amount) =>
        string.Create(CultureInfo.InvariantCulture, $"{orderId}/{gatewayId}/{amount}");

    public async Task SettledAsync(Payment payment, CancellationToken cancellation)
    {
        if (await HoldAsync(payment, cancellation) is { } order)
            await new OrderBook(db, options, time).TrySettleAsync(order, cancellation);
    }

    /// <summary>The order waits for another try until it expires.</summary>
    public Task FailedAsync(Payment payment, CancellationToken cancellation) => Task.CompletedTask;

    public async Task<Result> TakeBackAsync(Payment payment, long amount, CancellationToken cancellation) =>
        await HoldAsync(payment, cancellation) is { State: OrderState.Paid, InvoiceId: { } invoice }
            ? await new TakeBack(db, options, time).CreditAsync(invoice, amount, EndReason.Refunded, cancellation)
            : Result.Success; // it was never bought: the money is in the wallet

    public async Task DisputedAsync(Payment payment, bool isOpen, CancellationToken cancellation)
    {
        if (await HoldAsync(payment, cancellation) is { InvoiceId: { } invoice })
            await new TakeBack(db, options, time).FlagAsync(invoice, isOpen, cancellation);
    }

    private async Task<Order?> HoldAsync(Payment payment, CancellationToken cancellation) =>
        await db.HoldOrderAsync(PurposeKeys.FirstOf(payment.PurposeKey), cancellation) is { } order
            && order.CustomerId == payment.CustomerId ? order : null;
}

/// <summary>Money for an unpaid invoice. The key begins with the invoice's id.</summary>
internal sealed class RenewalPurpose(AtlanticDb db, BillingOptions options, TimeProvider time) : IPaymentPurpose
{
    public const string KindName = "renewal";

    public string Kind => KindName;

    /// <summary>What is still missing stays due; what has come is in the wallet.</summary>
    public Task SettledAsync(Payment payment, CancellationToken cancellation) =>
        new PayFromWallet(db, options, time).PayAsync(PurposeKeys.FirstOf(payment.PurposeKey), cancellation);

    /// <summary>Dunning looks at what became of it, and goes on.</summary>
    public Task FailedAsync(Payment payment, CancellationToken cancellation) => Task.CompletedTask;

    public Task<Result> TakeBackAsync(Payment payment, long amount, CancellationToken cancellation) =>
        new TakeBack(db, options, time).CreditAsync(PurposeKeys.FirstOf(payment.PurposeKey), amount, EndReason.Refunded,
            cancellation);

    public Task DisputedAsync(Payment payment, bool isOpen, CancellationToken cancellation) =>
        new TakeBack(db, options, time).FlagAsync(PurposeKeys.FirstOf(payment.PurposeKey), isOpen, cancellation);
}

internal static class PurposeKeys
{
    /// <summary>The id that a key begins with: <c>42/7/2900</c>.</summary>
    public static long FirstOf(string key) => long.Parse(key.AsSpan(0, key.IndexOf('/')), CultureInfo.InvariantCulture);
}
