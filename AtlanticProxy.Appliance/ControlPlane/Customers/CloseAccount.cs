using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.ControlPlane.Team;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>
/// An owner deletes the customer's account. Refused while something is owed, by either side. The password is the caller's to
/// check.
/// </summary>
public sealed class CloseAccount(AtlanticDb db, RemoveCustomer remove)
{
    private static readonly Error Subscribed = new(ErrorKind.Conflict, "customer.subscribed",
        "A subscription is running. Cancel it under Billing, Plan, and delete the account when it has ended.");

    private static readonly Error Owes = new(ErrorKind.Conflict, "customer.owes",
        "An invoice is unpaid. Pay it under Billing, Invoices, or ask support to cancel it.");

    private static readonly Error HasMoney = new(ErrorKind.Conflict, "customer.has_money",
        "There is money in the wallet. Use it, or ask support to pay it back.");

    public sealed record Request(TeamActor By);

    /// <summary>What stands in the way, in words; empty: nothing.</summary>
    public async Task<IReadOnlyList<Error>> ObstaclesAsync(long customerId, CancellationToken cancellation)
    {
        var found = new List<Error>();
        if (await db.Subscriptions.AnyAsync(
            row => row.CustomerId == customerId && row.State != SubscriptionState.Ended, cancellation))
            found.Add(Subscribed);
        if (await db.Customers.AnyAsync(row => row.SellerId == customerId, cancellation))
            found.Add(ResaleRules.HasCustomers);
        if (await db.Invoices.AnyAsync(row => row.CustomerId == customerId && row.State == InvoiceState.Open, cancellation))
            found.Add(Owes);
        if (await db.LedgerAccounts.AnyAsync(row => row.CustomerId == customerId && row.Balance != 0
            && (row.Kind == AccountKind.Wallet || row.Kind == AccountKind.Deposit), cancellation))
            found.Add(HasMoney);
        return found;
    }

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        long customerId = request.By.CustomerId;
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // Locked: nothing is bought meanwhile.
        if (await db.Customers.Where(row => row.Id == customerId).LockedForUpdate().SingleOrDefaultAsync(cancellation) is null)
            return Result.Failure([CustomerQueries.NoSuchCustomer]);
        var allowed = await db.GivingAsync(request.By, MemberRole.Owner, cancellation);
        if (!allowed.IsSuccess)
            return Result.Failure(allowed.Errors);
        var obstacles = await ObstaclesAsync(customerId, cancellation);
        if (obstacles.Count > 0)
            return Result.Failure(obstacles);
        var removed = await remove.RemoveAsync(customerId, cancellation);
        if (!removed.IsSuccess)
            return Result.Failure(removed.Errors);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }
}
