using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>What a customer leaves behind.</summary>
/// <param name="ProxyUsers">How many were deleted with it.</param>
/// <param name="Balances">What its wallets had: it stays in the ledger. Empty wallets are left out.</param>
public sealed record RemovedCustomer(int ProxyUsers, IReadOnlyList<Money> Balances);

/// <summary>
/// Removes a customer: its proxy users, logins, tokens and webhooks are deleted, its plan is taken away after what it used
/// is settled, its address is free. What it has not used of its seller's traffic goes back. What the books have of it (ledger,
/// usage, connections) stays. Refused while it has customers of its own.
/// </summary>
public sealed class RemoveCustomer(AtlanticDb db, TimeProvider time)
{
    public sealed record Request(long CustomerId);

    public async Task<Result<RemovedCustomer>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var removed = await RemoveAsync(request.CustomerId, cancellation);
        if (removed.IsSuccess)
            await transaction.CommitAsync(cancellation);
        return removed;
    }

    /// <summary>In the caller's transaction.</summary>
    internal async Task<Result<RemovedCustomer>> RemoveAsync(long customerId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await db.HoldSellerOfAsync(customerId, cancellation);
        // Locked: whoever adds a proxy user holds it too, and then finds none.
        var customer = await db.Customers.Where(row => row.Id == customerId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (customer is null)
            return CustomerQueries.NoSuchCustomer;
        if (await db.Customers.AnyAsync(row => row.SellerId == customer.Id, cancellation))
            return ResaleRules.HasCustomers;
        int proxyUsers = await db.WipeAsync(db.ProxyUsers.Where(user => user.CustomerId == customer.Id), now, cancellation);
        if (customer.SellerId is not null)
            await db.ScalarAsync<long>($"select resale_close({customer.Id}, clock_timestamp())", cancellation);
        await db.Users.Where(user => user.CustomerId == customer.Id).DeleteAsync(cancellation);
        await db.Invitations.Where(invitation => invitation.CustomerId == customer.Id).DeleteAsync(cancellation);
        await db.DestinationRules.Where(rule => rule.CustomerId == customer.Id).DeleteAsync(cancellation);
        await db.ApiTokens.Where(token => token.CustomerId == customer.Id).DeleteAsync(cancellation);
        await db.WebhookEndpoints.Where(endpoint => endpoint.CustomerId == customer.Id).DeleteAsync(cancellation);
        await db.Customers.Where(row => row.Id == customer.Id)
            .Set(row => row.DeletedAt, now)
            .Set(row => row.State, CustomerState.Suspended)
            .Set(row => row.PlanId, (long?)null)
            .Set(row => row.MayResell, false)
            .UpdateAsync(cancellation);
        var left = await db.LedgerAccounts.Where(account => account.CustomerId == customer.Id && account.Balance != 0)
            .OrderBy(account => account.Currency)
            .Select(account => new Money(account.Balance, account.Currency)).ToListAsync(cancellation);
        return new RemovedCustomer(proxyUsers, left);
    }
}
