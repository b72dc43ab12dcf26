using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// A customer takes a saved method away: what it could be charged by is wiped. The oldest left becomes the default.
/// </summary>
public sealed class RemoveMethod(AtlanticDb db, TimeProvider time)
{
    public sealed record Request(Scope Scope, long CustomerId, long MethodId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        DateTimeOffset? now = time.GetUtcNow();
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var customer = await db.Customers.VisibleTo(request.Scope).Where(row => row.Id == request.CustomerId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        var methods = db.PaymentMethods.Where(method => method.CustomerId == request.CustomerId);
        if (customer is null || await methods.Where(method => method.Id == request.MethodId).Set(method => method.RemovedAt, now)
            .Set(method => method.IsDefault, false).Set(method => method.TokenSealed,
                (byte[]?)null).UpdateAsync(cancellation) == 0)
            return PaymentQueries.NoSuchMethod;
        if (!await methods.AnyAsync(method => method.IsDefault, cancellation))
            await methods.Where(method => method.Id == methods.Min(each => (long?)each.Id)).Set(method => method.IsDefault, true)
                .UpdateAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }
}
