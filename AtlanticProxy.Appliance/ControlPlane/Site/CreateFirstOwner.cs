using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Site;

/// <summary>
/// Makes the owner's account of an appliance that has none. It never makes a second one, nor touches an account that there is.
/// </summary>
public sealed class CreateFirstOwner(AtlanticDb db, CreateStaffUser create)
{
    private static readonly Error HasOwner = new(
        ErrorKind.Conflict, "setup.has_owner", "There is an owner already: sign in with that account.");

    public sealed record Request(string Email, string Password)
    {
        /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
        public override string ToString() => $"{nameof(CreateFirstOwner)} {{ {Email} }}";
    }

    /// <summary>The value is the user.</summary>
    public async Task<Result<AppUser>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // Nobody else adds an account meanwhile, the command line included: what is looked for stays so until the end.
        await db.ExecuteSqlAsync($"lock table users in share row exclusive mode", cancellation);
        if (await db.Users.AnyAsync(user => user.Role == Roles.Owner, cancellation)
            || await db.Site.AnyAsync(site => site.SetupFinishedAt != null, cancellation))
            return HasOwner;
        var made = await create.ExecuteAsync(new(request.Email, request.Password, Roles.Owner), cancellation);
        if (!made.IsSuccess)
            return Result.Failure<AppUser>(made.Errors);
        var owner = await db.Users.SingleAsync(user => user.Id == made.Value, cancellation);
        await transaction.CommitAsync(cancellation);
        return owner;
    }
}
