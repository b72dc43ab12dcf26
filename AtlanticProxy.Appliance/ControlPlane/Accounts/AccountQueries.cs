using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Someone who can sign in, as lists show one.</summary>
/// <param name="CustomerId">Null for staff.</param>
/// <param name="HasSecondFactor">An authenticator app is asked for at sign-in.</param>
/// <param name="LastSignedInAt">Null: never.</param>
public sealed record AccountSummary(
    long Id, string Email, string Role, long? CustomerId, DateTimeOffset CreatedAt, bool HasSecondFactor = false,
    DateTimeOffset? LastSignedInAt = null);

/// <summary>Reads accounts.</summary>
public sealed class AccountQueries(AtlanticDb db)
{
    internal static readonly Error NoSuchAccount = new(ErrorKind.NotFound, "account.not_found", "There is no such account.");

    /// <summary>One of the staff, by email (any case).</summary>
    public async Task<Result<AccountSummary>> FindStaffAsync(string email, CancellationToken cancellation)
    {
        string? normal = EmailAddress.Normalise(email);
        return (await ListAsync(null, cancellation)).SingleOrDefault(user => user.Email == normal) is { } found
            ? found
            : NoSuchAccount;
    }

    /// <summary>Whether anyone owns this appliance yet: until then the sign-in page says how to make the first account.</summary>
    public Task<bool> AnyOwnerAsync(CancellationToken cancellation) =>
        db.Users.AnyAsync(user => user.Role == Roles.Owner, cancellation);

    /// <summary>Those who sign in for a customer, or with null the reseller's own people; by email.</summary>
    public async Task<IReadOnlyList<AccountSummary>> ListAsync(long? customerId, CancellationToken cancellation)
    {
        var users = customerId is { } customer
            ? db.Users.Where(user => user.CustomerId == customer)
            : db.Users.Where(user => user.CustomerId == null);
        return await users.OrderBy(user => user.Email)
            .Select(user => new AccountSummary(user.Id, user.Email, user.Role, user.CustomerId, user.CreatedAt,
                user.TwoFactorEnabled, user.LastSignedInAt)).ToListAsync(cancellation);
    }
}
