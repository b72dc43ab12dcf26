using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Team;

/// <summary>
/// Mails somebody a link to join a customer's team. Sent again, the link before counts no longer. What is answered does not tell
/// whether the address has an account elsewhere: then the mail says so, and no link opens the invitation.
/// </summary>
public sealed class InviteMember(AtlanticDb db, AccountMail mail, TimeProvider time)
{
    /// <summary>People and invitations of one customer: more than any team has, and fewer than a sender of spam wants.</summary>
    public const int MaxPeople = 100;

    private static readonly Error IsMember = new(ErrorKind.Conflict, "team.is_member", "This person is in your team already.",
        nameof(Request.Email));

    private static readonly Error IsFull = new(ErrorKind.Conflict, "team.full",
        $"A team has at most {MaxPeople} people and invitations. Remove one first.");

    public sealed record Request(TeamActor By, string Email, MemberRole Role);

    /// <summary>The value is the address that the invitation went to.</summary>
    public async Task<Result<string>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        if (EmailAddress.Normalise(request.Email) is not { } email)
            return new Error(ErrorKind.Invalid, "account.email_invalid", EmailAddress.Rule, nameof(Request.Email));
        long customerId = request.By.CustomerId;
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        // Locked: of two invitations at once, the second counts the first.
        var customer = await db.Customers.Where(row => row.Id == customerId).LockedForUpdate().SingleOrDefaultAsync(cancellation);
        if (customer is null)
            return CustomerQueries.NoSuchCustomer;
        var allowed = await db.GivingAsync(request.By, request.Role, cancellation);
        if (!allowed.IsSuccess)
            return Result.Failure<string>(allowed.Errors);
        if (!await mail.CanSendAsync(cancellation))
            return AccountMail.CannotSend;
        var present = await db.Users.SingleOrDefaultAsync(user => user.Email == email, cancellation);
        if (present is not null && present.CustomerId == customerId)
            return IsMember;
        if (await db.Users.CountAsync(user => user.CustomerId == customerId, cancellation)
            + await db.Invitations.CountAsync(row => row.CustomerId == customerId && row.Email != email, cancellation)
            >= MaxPeople)
            return IsFull;
        string token = await db.InviteAsync(
            customerId, email, request.Role, request.By.UserId, time.GetUtcNow(), cancellation);
        await TellAsync(token, email, customer, request, present, cancellation);
        await transaction.CommitAsync(cancellation);
        return email;
    }

    private async Task TellAsync(
        string token, string email, Customer customer, Request request, AppUser? present, CancellationToken cancellation)
    {
        string key = $"invitation/{Convert.ToHexStringLower(MailedToken.HashOf(token))}";
        if (present is not null)
            await mail.WriteAsync(key, MailTemplate.AccountExists, email, present.CustomerId, new Dictionary<string, object?>
            {
                ["link"] = await mail.LinkAsync("/forgot-password", present.CustomerId, cancellation),
            }, cancellation);
        else
            await mail.WriteAsync(key, MailTemplate.TeamInvitation, email, customer.Id, new Dictionary<string, object?>
            {
                ["by"] = (await db.Users.SingleAsync(user => user.Id == request.By.UserId, cancellation)).Email,
                ["account"] = customer.Name, ["role"] = request.Role.ToString(),
                ["link"] = await mail.LinkAsync($"/invitation?token={token}", customer.Id, cancellation),
                ["days"] = (int)InviteCustomer.Lifetime.TotalDays,
            }, cancellation);
    }
}
