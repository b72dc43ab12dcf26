using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.ControlPlane.Team;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Who a good link invites.</summary>
/// <param name="Role">In the customer's team; null: they join the staff.</param>
/// <param name="StaffRole">Their role of staff; null: they join a customer's team.</param>
/// <param name="By">Who of the customer's people, or of the staff; null: staff, to a first login.</param>
/// <param name="Account">The customer's name; empty for staff.</param>
/// <param name="TermsUrl">Of what they agree to; null: nothing, as for staff and customers of resellers.</param>
public sealed record InvitedPerson(
    string Email, MemberRole? Role, string? StaffRole, string? By, string Account, string? TermsUrl);

/// <summary>
/// Makes the login of somebody who has the link of <see cref="InviteCustomer"/>, <see cref="InviteMember"/> or
/// <see cref="InviteStaff"/>: it is good once.
/// </summary>
public sealed class AcceptInvitation(
    AtlanticDb db, SiteQueries site, CreateCustomerLogin create, CreateStaffUser createStaff, TimeProvider time)
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
    public async Task<InvitedPerson?> InvitedAsync(string token, CancellationToken cancellation)
    {
        if (await Good(token).SingleOrDefaultAsync(cancellation) is not { } invitation)
            return null;
        string? by = await db.Users.Where(user => user.Id == invitation.InvitedBy).Select(user => user.Email)
            .SingleOrDefaultAsync(cancellation);
        string account = await db.Customers.Where(customer => customer.Id == invitation.CustomerId)
            .Select(customer => customer.Name).SingleOrDefaultAsync(cancellation) ?? "";
        return new InvitedPerson(invitation.Email, invitation.MemberRole, invitation.StaffRole, by, account,
            await TermsAsync(invitation, cancellation));
    }

    /// <summary>The value is who may be signed in now.</summary>
    public async Task<Result<AppUser>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await Good(request.Token).SingleOrDefaultAsync(cancellation) is not { } invitation
            // Of two uses at once, the second waits here and deletes nothing.
            || await db.Invitations.Where(row => row.Id == invitation.Id).DeleteAsync(cancellation) == 0)
            return Over;
        if (!request.AgreesToTerms && await TermsAsync(invitation, cancellation) is not null)
            return new Error(ErrorKind.Invalid, "account.terms_not_agreed", "Read the terms and agree to them first.",
                nameof(Request.AgreesToTerms)); // rolled back, as below
        var made = invitation.CustomerId is { } customer
            ? await JoinAsync(customer, invitation, request, cancellation)
            : await createStaff.ExecuteAsync(new(invitation.Email, request.Password, invitation.StaffRole!), cancellation);
        if (!made.IsSuccess)
            return Result.Failure<AppUser>(made.Errors); // rolled back: the link is still good for a better password
        var user = await db.Users.SingleAsync(row => row.Id == made.Value, cancellation);
        await transaction.CommitAsync(cancellation);
        return user;
    }

    private async Task<Result<long>> JoinAsync(
        long customer, Invitation invitation, Request request, CancellationToken cancellation)
    {
        bool isFirst = !await db.Users.AnyAsync(user => user.CustomerId == customer, cancellation);
        var made = await create.ExecuteAsync(
            new(customer, request.Password, invitation.Email, invitation.MemberRole!.Value), cancellation);
        if (made.IsSuccess && isFirst)
            await BeginAsync(customer, invitation.Email, request.AgreesToTerms, cancellation);
        return made;
    }

    /// <summary>With its first login, the customer is one who was won.</summary>
    private async Task BeginAsync(long customer, string email, bool agreesToTerms, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await db.ExecuteSqlAsync($"""
            update customers set terms_agreed_at = case when {agreesToTerms} then {now} end where id = {customer}
            """, cancellation);
        await db.AppendEventAsync(EventKinds.CustomerCreated, customer, new { Email = email }, now, cancellation);
    }

    /// <summary>Of what they agree to; null: nothing.</summary>
    private async Task<string?> TermsAsync(Invitation invitation, CancellationToken cancellation) =>
        await db.Customers.AnyAsync(
            customer => customer.Id == invitation.CustomerId && customer.SellerId == null, cancellation)
            ? (await site.SignUpAsync(cancellation)).TermsUrl : null;

    private IQueryable<Invitation> Good(string token)
    {
        byte[] hash = MailedToken.HashOf(token);
        return db.Invitations.Where(invitation => invitation.TokenHash == hash && invitation.ExpiresAt > time.GetUtcNow()
            && (invitation.CustomerId == null || db.Customers.Any(customer => customer.Id == invitation.CustomerId)));
    }
}
