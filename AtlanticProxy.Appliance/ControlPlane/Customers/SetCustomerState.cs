using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>Suspends a customer or lets it go on. Its proxy users follow within a second, open tunnels included.</summary>
public sealed class SetCustomerState(AtlanticDb db)
{
    public sealed record Request(long CustomerId, CustomerState State);

    /// <summary>The value is whether that changed anything.</summary>
    public Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation) =>
        db.Customers.Where(c => c.Id == request.CustomerId)
            .SetStateAsync(c => c.State, request.State, CustomerQueries.NoSuchCustomer, cancellation);
}
