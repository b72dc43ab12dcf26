using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>
/// Gives every session of all of a customer's proxy users another exit. New connections follow within a second; open tunnels keep
/// theirs.
/// </summary>
public sealed class ChangeCustomerExits(AtlanticDb db)
{
    public sealed record Request(Scope Scope, long CustomerId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        int changed = await db.Customers.VisibleTo(request.Scope).Where(c => c.Id == request.CustomerId)
            .Set(c => c.ExitGeneration, c => c.ExitGeneration + 1).UpdateAsync(cancellation);
        return changed == 1 ? Result.Success : CustomerQueries.NoSuchCustomer;
    }
}
