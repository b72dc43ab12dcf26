using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Ledger;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>Takes deposits out of wallets and gives them back, within a transaction that the caller has begun.</summary>
internal sealed class DepositBook(AtlanticDb db, TimeProvider time)
{
    /// <returns>False: the wallet has not got it, and the transaction must not be committed.</returns>
    public async Task<bool> TakeAsync(Order order, CancellationToken cancellation)
    {
        var posted = await new LedgerBook(db, time).PostAsync(new LedgerPosting(TransactionKind.Deposit, $"deposit/{order.Id}",
            "Deposit", order.Currency,
            [new(AccountKind.Wallet, order.CustomerId, -order.Deposit), new(AccountKind.Deposit, order.CustomerId,
                order.Deposit)]),
            cancellation);
        if (posted.IsSuccess)
            await db.InsertAsync(new Deposit
            {
                CustomerId = order.CustomerId, OrderId = order.Id, Amount = order.Deposit, Currency = order.Currency,
                TakenAt = time.GetUtcNow(),
            }, token: cancellation);
        return posted.IsSuccess;
    }

    /// <summary>To the wallet, of one that the caller holds and that is not returned.</summary>
    public async Task ReturnAsync(Deposit deposit, CancellationToken cancellation)
    {
        var posted = await new LedgerBook(db, time).PostAsync(new LedgerPosting(TransactionKind.Deposit,
            $"deposit/{deposit.OrderId}/back", "Deposit returned", deposit.Currency,
            [new(AccountKind.Wallet, deposit.CustomerId, deposit.Amount),
                new(AccountKind.Deposit, deposit.CustomerId, -deposit.Amount)]), cancellation);
        if (!posted.IsSuccess)
            throw new InvalidOperationException($"Deposit {deposit.Id} is not in its account.");
        deposit.ReturnedAt = time.GetUtcNow();
        await db.UpdateAsync(deposit, token: cancellation);
        await db.AppendEventAsync(EventKinds.DepositRefunded, deposit.CustomerId, new
        {
            new Money(deposit.Amount, deposit.Currency).Amount, deposit.Currency,
        }, time.GetUtcNow(), cancellation);
    }
}
