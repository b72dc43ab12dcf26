using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Lets someone of a customer sign in to the portal.</summary>
public sealed class CreateCustomerLogin(AtlanticDb db, UserManager<AppUser> users, TimeProvider time)
{
    /// <param name="Email">Null for the customer's own address.</param>
    public sealed record Request(
        long CustomerId, string Password, string? Email = null, MemberRole Role = MemberRole.Owner)
    {
        /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
        public override string ToString() => $"{nameof(CreateCustomerLogin)} {{ {CustomerId}, {Email} }}";
    }

    /// <summary>The value is the user's id.</summary>
    public async Task<Result<long>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string? own = await db.Customers.Where(c => c.Id == request.CustomerId).Select(c => c.Email)
            .SingleOrDefaultAsync(cancellation);
        if (own is null)
            return CustomerQueries.NoSuchCustomer;
        string? email = EmailAddress.Normalise(request.Email ?? own);
        if (email is null)
            return new Error(ErrorKind.Invalid, "account.email_invalid", EmailAddress.Rule, nameof(Request.Email));

        var user = new AppUser
        {
            Email = email, Role = Roles.Customer, MemberRole = request.Role, EmailConfirmed = true,
            CustomerId = request.CustomerId, CreatedAt = time.GetUtcNow(),
        };
        return await users.CreateUserAsync(user, request.Password);
    }
}
