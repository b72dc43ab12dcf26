using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Sets the password of a customer's login, and makes that login where it has none yet.</summary>
public sealed class SetCustomerPassword(AtlanticDb db, SetPassword set, CreateCustomerLogin create)
{
    /// <param name="Email">Of the login; null for the customer's own address.</param>
    public sealed record Request(long CustomerId, string Password, string? Email = null)
    {
        /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
        public override string ToString() => $"{nameof(SetCustomerPassword)} {{ {CustomerId}, {Email} }}";
    }

    /// <summary>The value is whether the login was made.</summary>
    public async Task<Result<bool>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string? own = await db.Customers.Where(row => row.Id == request.CustomerId).Select(row => row.Email)
            .SingleOrDefaultAsync(cancellation);
        if (own is null)
            return CustomerQueries.NoSuchCustomer;
        string? email = EmailAddress.Normalise(request.Email ?? own);
        long? present = await db.Users.Where(user => user.CustomerId == request.CustomerId && user.Email == email)
            .Select(user => (long?)user.Id).SingleOrDefaultAsync(cancellation);
        Result done = present is { } id
            ? await set.ExecuteAsync(new SetPassword.Request(id, request.Password), cancellation)
            : await create.ExecuteAsync(new CreateCustomerLogin.Request(request.CustomerId, request.Password, request.Email),
                cancellation);
        return done.IsSuccess ? present is null : Result.Failure<bool>(done.Errors);
    }
}
