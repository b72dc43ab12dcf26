using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// Staff say that a transfer has come. Our reference in its text says whose it is, however it is written; less than was asked, or
/// more, is summed up. What has no reference that we know, or another currency, is unallocated.
/// </summary>
public sealed class ConfirmTransfer(AtlanticDb db, PaymentDesk desk, TimeProvider time)
{
    private const int MaxKeyLength = 100, MaxTextLength = 500;

    /// <param name="StatementKey">What the line of the bank statement is known by: the same line is booked once.</param>
    /// <param name="Text">What the payer wrote.</param>
    /// <param name="Amount">Minor units.</param>
    public sealed record Request(
        long GatewayId, string StatementKey, string Text, long Amount, string Currency, string Payer = "");

    /// <param name="Reference">The payment that it is of; null when it is unallocated.</param>
    /// <param name="Replayed">This line was booked before: nothing moved now.</param>
    public sealed record Booked(string? Reference, bool Replayed);

    public async Task<Result<Booked>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string key = request.StatementKey.Trim();
        var validation = new Validation();
        validation.Require(request.Amount is > 0 and <= Money.MaxAmount, nameof(Request.Amount), "payment.amount_invalid",
            "Give an amount of more than nothing, such as 9.99.");
        validation.Require(Money.FindCurrency(request.Currency) is not null, nameof(Request.Currency), "payment.currency_invalid",
            Money.CurrencyRule);
        validation.Require(key.Length is > 0 and <= MaxKeyLength, nameof(Request.StatementKey), "transfer.key_invalid",
            $"Say which line of the statement it is, in 1 to {MaxKeyLength} characters: the bank's id, or date and number.");
        validation.Require(request.Text.Length <= MaxTextLength && request.Payer.Length <= MaxTextLength, nameof(Request.Text),
            "transfer.text_invalid", $"A text has at most {MaxTextLength} characters.");
        if (validation.Failed)
            return Result.Failure<Booked>(validation.Errors);
        var gateway = await db.Gateways.SingleOrDefaultAsync(row => row.Id == request.GatewayId && row.Kind == GatewayKind.Bank,
            cancellation);
        if (gateway is null)
            return PaymentQueries.NoSuchGateway;
        var money = new Money(request.Amount, Money.FindCurrency(request.Currency)!);

        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var present = await db.UnallocatedMoney.SingleOrDefaultAsync(row => row.GatewayId == gateway.Id && row.ReceiptKey == key,
            cancellation);
        if (present is not null)
            return new Booked(present.State == UnallocatedState.Allocated ? present.Reference : null, Replayed: true);
        string plain = Plain(request.Text);
        var payment = await db.Payments.Where(row => row.GatewayId == gateway.Id && row.Currency == money.Currency
            && plain.Contains(row.Reference.Replace("-", ""))).LockedForUpdate().FirstOrDefaultAsync(cancellation);
        if (payment is null)
            await desk.Unallocated.ReceiveAsync(gateway, key, null, request.Text.Trim(), money,
                $"No payment in {money.Currency} has a reference that is in its text.", request.Payer.Trim(), cancellation);
        else if (await WriteReceiptAsync(gateway, key, payment, money, request.Payer.Trim(), cancellation))
            await desk.Book.CreditAsync(payment, gateway.Kind, payment.Received + money.MinorUnits, cancellation);
        else
            return new Booked(payment.Reference, Replayed: true);
        await transaction.CommitAsync(cancellation);
        return new Booked(payment?.Reference, Replayed: false);
    }

    /// <summary>A receipt that found its place at once. False: somebody else has just booked it.</summary>
    private async Task<bool> WriteReceiptAsync(
        Gateway gateway, string key, Payment payment, Money money, string payer, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return await db.ExecuteSqlAsync($"""
            insert into unallocated_money (gateway_id, receipt_key, reference, payment_id, amount, currency, why, payer, state,
                customer_id, received_at, resolved_at)
            values ({gateway.Id}, {key}, {payment.Reference}, {payment.Id}, {money.MinorUnits}, {money.Currency},
                'Its reference.',
                {payer}, 'allocated', {payment.CustomerId}, {now}, {now})
            on conflict do nothing
            """, cancellation) == 1;
    }

    /// <summary>Banks and people put spaces and capitals into references, and lose the dash.</summary>
    private static string Plain(string text) => string.Concat(text.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
