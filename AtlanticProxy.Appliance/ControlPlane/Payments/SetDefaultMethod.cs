using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>A customer chooses the method that is charged when nobody is there to choose.</summary>
public sealed class SetDefaultMethod(AtlanticDb db)
{
    public sealed record Request(Scope Scope, long CustomerId, long MethodId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var customer = await db.Customers.VisibleTo(request.Scope).Where(row => row.Id == request.CustomerId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        var methods = db.PaymentMethods.Where(method => method.CustomerId == request.CustomerId);
        if (customer is null || !await methods.AnyAsync(method => method.Id == request.MethodId, cancellation))
            return PaymentQueries.NoSuchMethod;
        await methods.Where(method => method.IsDefault && method.Id != request.MethodId).Set(method => method.IsDefault, false)
            .UpdateAsync(cancellation);
        await methods.Where(method => method.Id == request.MethodId && !method.IsDefault).Set(method => method.IsDefault, true)
            .UpdateAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }
}
