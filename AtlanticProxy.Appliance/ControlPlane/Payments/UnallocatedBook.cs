using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>Writes down what fits nothing, once, and tells staff. Both run in the caller's transaction.</summary>
internal sealed partial class UnallocatedBook(
    AtlanticDb db, PaymentPostings postings, PaymentEvents events, TimeProvider time, ILogger<UnallocatedBook> log)
{
    /// <param name="receiptKey">What the gateway or the bank statement calls it.</param>
    /// <param name="payment">What it was perhaps meant for; null when nothing is known of it.</param>
    public async Task ReceiveAsync(
        Gateway gateway, string receiptKey, Payment? payment, string reference, Money money, string why, string payer,
        CancellationToken cancellation)
    {
        var row = new UnallocatedMoney
        {
            GatewayId = gateway.Id, ReceiptKey = receiptKey, PaymentId = payment?.Id, Reference = reference,
            Amount = money.MinorUnits, Currency = money.Currency, Why = why, Payer = payer, ReceivedAt = time.GetUtcNow(),
        };
        int written = await db.ExecuteSqlAsync($"""
            insert into unallocated_money (gateway_id, receipt_key, payment_id, reference, amount, currency, why, payer, state,
                received_at)
            values ({row.GatewayId}, {row.ReceiptKey}, {row.PaymentId}, {row.Reference}, {row.Amount}, {row.Currency}, {row.Why},
                {row.Payer}, 'open', {row.ReceivedAt})
            on conflict do nothing
            """, cancellation);
        if (written == 0)
            return;
        await postings.UnallocatedAsync(row, gateway.Kind, cancellation);
        await events.WriteAsync(PaymentEvents.Unallocated, null,
            new { Gateway = gateway.Name, receiptKey, reference, money.Amount, money.Currency, why, payer }, cancellation);
        LogUnallocated(money.ToString(), gateway.Name, receiptKey, why);
    }

    public async Task DifferAsync(
        long gatewayId, DifferenceKind kind, string reference, string ours, string theirs, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var found = await db.QueryAsync<bool>($"""
            insert into gateway_differences as d (gateway_id, kind, reference, ours, theirs, found_at, last_seen_at)
            values ({gatewayId}, {(string)db.MappingSchema.EnumToValue(kind)!}, {reference}, {ours}, {theirs}, {now}, {now})
            on conflict (gateway_id, kind, reference) do update set last_seen_at = excluded.last_seen_at
            returning d.xmax = 0
            """, cancellation);
        if (!found.Single())
            return;
        await events.WriteAsync(PaymentEvents.Difference, null,
            new { gatewayId, Kind = kind.ToString(), reference, ours, theirs },
            cancellation);
        LogDifference(kind, reference, ours, theirs);
    }

    [LoggerMessage(2701, LogLevel.Warning, "{Money} came by {Gateway} ({Receipt}) and fits nothing: {Why}")]
    private partial void LogUnallocated(string money, string gateway, string receipt, string why);

    [LoggerMessage(2702, LogLevel.Warning, "A gateway's books differ ({Kind}) on {Reference}: ours {Ours}, theirs {Theirs}")]
    private partial void LogDifference(DifferenceKind kind, string reference, string ours, string theirs);
}
