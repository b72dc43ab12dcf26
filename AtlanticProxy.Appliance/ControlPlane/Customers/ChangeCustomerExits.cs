using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.EntityFrameworkCore;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>Gives every session of all of a customer's proxy users another exit. New connections follow within a second; open tunnels keep theirs.</summary>
public sealed class ChangeCustomerExits(AtlanticDbContext db)
{
    public sealed record Request(Scope Scope, long CustomerId);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        int changed = await db.Customers.Where(c => c.Id == request.CustomerId && (request.Scope.CustomerId == null || c.Id == request.Scope.CustomerId))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.ExitGeneration, c => c.ExitGeneration + 1), cancellation);
        return changed == 1 ? Result.Success : CustomerQueries.NoSuchCustomer;
    }
}
