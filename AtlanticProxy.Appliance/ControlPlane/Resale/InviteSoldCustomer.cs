using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Resale;

/// <summary>
/// A reseller adds a customer of its own: with traffic from its grants at once, and a mail in its name that has a link to choose
/// a password. All of it, or nothing.
/// </summary>
public sealed class InviteSoldCustomer(
    AtlanticDb db, CreateCustomer create, SellTraffic sell, SetReseller setReseller, InviteCustomer invite)
{
    /// <param name="SellerId">The reseller.</param>
    /// <param name="Name">Empty takes the email address.</param>
    /// <param name="Bytes">Reserved from the reseller's grants; 0 for none yet.</param>
    /// <param name="MayResell">The customer may have customers too.</param>
    /// <param name="FloorPrice">Then: minor units a GB; null for the reseller's own floor.</param>
    public sealed record Request(
        long SellerId, string Email, string Name, long Bytes = 0, DateTimeOffset? Until = null, bool MayResell = false,
        long? FloorPrice = null);

    /// <summary>The value is the customer's id.</summary>
    public async Task<Result<long>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var added = await create.AddAsync(new(request.Email, request.Name, SellerId: request.SellerId), cancellation);
        if (!added.IsSuccess)
            return added;
        var scope = Scope.Of(request.SellerId);
        if (request.MayResell)
        {
            var made = await setReseller.SetAsync(new(scope, added.Value, true, request.FloorPrice), cancellation);
            if (!made.IsSuccess)
                return Result.Failure<long>(made.Errors);
        }
        if (request.Bytes != 0)
        {
            var sold = await sell.SellAsync(new(scope, added.Value, request.Bytes, request.Until), cancellation);
            if (!sold.IsSuccess)
                return Result.Failure<long>(sold.Errors);
        }
        var invited = await invite.SendAsync(
            await db.Customers.SingleAsync(row => row.Id == added.Value, cancellation), cancellation);
        if (!invited.IsSuccess)
            return Result.Failure<long>(invited.Errors);
        await transaction.CommitAsync(cancellation);
        return added;
    }

    /// <summary>Mails the link again; the one before counts no longer. The value is the address.</summary>
    public async Task<Result<string>> AgainAsync(Scope scope, long customerId, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await db.Customers.SoldBy(scope).SingleOrDefaultAsync(row => row.Id == customerId, cancellation) is not { } customer)
            return CustomerQueries.NoSuchCustomer;
        var invited = await invite.SendAsync(customer, cancellation);
        if (invited.IsSuccess)
            await transaction.CommitAsync(cancellation);
        return invited;
    }
}
