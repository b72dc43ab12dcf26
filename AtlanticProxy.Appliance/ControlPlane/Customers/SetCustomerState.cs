using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>Suspends a customer or lets it go on. Its proxy users follow within a second, open tunnels included.</summary>
public sealed class SetCustomerState(AtlanticDb db)
{
    public sealed record Request(long CustomerId, CustomerState State);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        int changed = await db.Customers.Where(c => c.Id == request.CustomerId)
            .Set(c => c.State, request.State).UpdateAsync(cancellation);
        return changed == 1 ? Result.Success : CustomerQueries.NoSuchCustomer;
    }
}
