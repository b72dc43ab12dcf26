using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>A link that signs somebody in once.</summary>
/// <param name="Link">Whole, with its secret.</param>
public sealed record SignInLink(string Link, DateTimeOffset ExpiresAt)
{
    /// <summary>Without the link, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{nameof(SignInLink)} {{ {ExpiresAt} }}";
}

/// <summary>
/// Makes a link that signs a customer's owner in, for who has signed in to the seller's own shop (WHMCS and the like). It stands
/// for the password: a second factor is still asked for. A customer without a login gets one, without a password.
/// </summary>
public sealed class CreateSignInLink(
    AtlanticDb db, UserManager<AppUser> users, AccountMail mail, NoteAct note, TimeProvider time)
{
    /// <summary>For a redirect, not for a mail: as WHMCS uses its own.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <param name="Portal">Scheme and host of the portal, for when it has no host name of its own yet.</param>
    public sealed record Request(long CustomerId, string Portal);

    public async Task<Result<SignInLink>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // Locked: of two first links at once, one makes the login.
        var customer = await db.Customers.Where(row => row.Id == request.CustomerId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (customer is null)
            return CustomerQueries.NoSuchCustomer;
        var owner = await db.Users
            .Where(user => user.CustomerId == customer.Id && user.MemberRole == MemberRole.Owner).OrderBy(user => user.Id)
            .FirstOrDefaultAsync(cancellation);
        if (owner is null)
        {
            owner = new AppUser
            {
                Email = customer.Email, Role = Roles.Customer, MemberRole = MemberRole.Owner, EmailConfirmed = true,
                CustomerId = customer.Id, CreatedAt = time.GetUtcNow(),
            };
            var made = await users.CreateAsync(owner);
            if (!made.Succeeded)
                return Result.Failure<SignInLink>([.. AccountCreation.Errors(made).Select(error => error with { Field = null })]);
        }
        string token = MailedToken.Next();
        var expiresAt = time.GetUtcNow() + Lifetime;
        await db.ExecuteSqlAsync($"""
            insert into sign_in_links (token_hash, user_id, security_stamp, expires_at)
            values ({MailedToken.HashOf(token)}, {owner.Id}, {owner.SecurityStamp}, {expiresAt})
            """, cancellation);
        await note.ExecuteAsync(new(AuditChange.Added, AuditQueries.SignInLinks, owner.Email, customer.Id), cancellation);
        string path = $"{Path}?token={token}";
        string link = await mail.LinkAsync(path, customer.Id, cancellation);
        await transaction.CommitAsync(cancellation);
        return new SignInLink(link == path ? request.Portal + path : link, expiresAt);
    }

    /// <summary>The page that it opens.</summary>
    public const string Path = "/sign-in/link";
}
