using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Makes the login of a customer who has the link of <see cref="InviteCustomer"/>: it is good once.</summary>
public sealed class AcceptInvitation(AtlanticDb db, SiteQueries site, CreateCustomerLogin create, TimeProvider time)
{
    /// <summary>One answer to every failure: it must not tell what a guess came near to.</summary>
    private static readonly Error Over = new(ErrorKind.NotFound, "account.invitation_over",
        "This invitation has expired or was already used. Ask for a new one.");

    public sealed record Request(string Token, string Password, bool AgreesToTerms = false)
    {
        /// <summary>Without the secrets, so that a stray log line cannot leak them.</summary>
        public override string ToString() => nameof(AcceptInvitation);
    }

    /// <summary>Who is invited by this link; null: it is not good.</summary>
    public async Task<string?> InvitedAsync(string token, CancellationToken cancellation) =>
        (await Invited(token).SingleOrDefaultAsync(cancellation))?.Email;

    /// <summary>The value is who may be signed in now.</summary>
    public async Task<Result<AppUser>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        if ((await site.SignUpAsync(cancellation)).TermsUrl is not null && !request.AgreesToTerms)
            return new Error(ErrorKind.Invalid, "account.terms_not_agreed", "Read the terms and agree to them first.",
                nameof(Request.AgreesToTerms));
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await Invited(request.Token).SingleOrDefaultAsync(cancellation) is not { } customer
            // Of two uses at once, the second waits here and deletes nothing.
            || await db.Invitations.Where(row => row.CustomerId == customer.Id).DeleteAsync(cancellation) == 0)
            return Over;
        var made = await create.ExecuteAsync(new(customer.Id, request.Password), cancellation);
        if (!made.IsSuccess)
            return Result.Failure<AppUser>(made.Errors); // rolled back: the link is still good for a better password
        var now = time.GetUtcNow();
        await db.ExecuteSqlAsync($"""
            update customers set terms_agreed_at = case when {request.AgreesToTerms} then {now} end where id = {customer.Id}
            """, cancellation);
        await db.AppendEventAsync(EventKinds.CustomerCreated, customer.Id, new { customer.Email }, now, cancellation);
        var user = await db.Users.SingleAsync(row => row.Id == made.Value, cancellation);
        await transaction.CommitAsync(cancellation);
        return user;
    }

    private IQueryable<Customer> Invited(string token)
    {
        byte[] hash = MailedToken.HashOf(token);
        return db.Customers.Where(customer => db.Invitations.Any(invitation => invitation.CustomerId == customer.Id
            && invitation.TokenHash == hash && invitation.ExpiresAt > time.GetUtcNow()));
    }
}
