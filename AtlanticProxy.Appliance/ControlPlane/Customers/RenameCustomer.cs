using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>Changes the name that pages and invoices show.</summary>
public sealed class RenameCustomer(AtlanticDb db)
{
    /// <param name="Name">Not empty.</param>
    public sealed record Request(long CustomerId, string Name);

    /// <summary>The value is whether that changed anything.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string name = request.Name.Trim();
        var validation = new Validation();
        validation.Require(name.Length > 0, nameof(Request.Name), "customer.name_missing", "Give a name.");
        CustomerName.Require(validation, name, nameof(Request.Name));
        return validation.Failed
            ? Result.Failure<bool>(validation.Errors)
            : await db.Customers.Where(row => row.Id == request.CustomerId)
                .SetStateAsync(row => row.Name, name, CustomerQueries.NoSuchCustomer, cancellation);
    }
}
