using AtlanticProxy.ControlPlane.Database;
using Microsoft.EntityFrameworkCore;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Someone who can sign in, as lists show one.</summary>
/// <param name="CustomerId">Null for staff.</param>
public sealed record AccountSummary(long Id, string Email, string Role, long? CustomerId, DateTimeOffset CreatedAt);

/// <summary>Reads accounts.</summary>
public sealed class AccountQueries(AtlanticDbContext db)
{
    /// <summary>Whether anyone owns this appliance yet: until then the sign-in page says how to make the first account.</summary>
    public Task<bool> AnyOwnerAsync(CancellationToken cancellation) =>
        db.UserRoles.AnyAsync(held => db.Roles.Any(role => role.Id == held.RoleId && role.Name == Roles.Owner), cancellation);

    /// <summary>Those who sign in for a customer, or with null the reseller's own people; by email.</summary>
    public async Task<IReadOnlyList<AccountSummary>> ListAsync(long? customerId, CancellationToken cancellation) =>
        await (from user in db.Users
               where user.CustomerId == customerId
               join held in db.UserRoles on user.Id equals held.UserId
               join role in db.Roles on held.RoleId equals role.Id
               orderby user.Email
               select new AccountSummary(user.Id, user.Email!, role.Name!, user.CustomerId, user.CreatedAt)).ToListAsync(cancellation);
}
