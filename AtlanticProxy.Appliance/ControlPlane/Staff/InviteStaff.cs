using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Staff;

/// <summary>Mails somebody a link to become one of the staff. Sent again, the link before counts no longer.</summary>
public sealed class InviteStaff(AtlanticDb db, AccountMail mail, StaffRoleBook roles, TimeProvider time)
{
    private static readonly Error IsStaff = new(ErrorKind.Conflict, "staff.is_member",
        "This person is one of the staff already.", nameof(Request.Email));

    private static readonly Error IsCustomer = new(ErrorKind.Conflict, "staff.is_customer",
        "This address signs in for a customer. Use another address.", nameof(Request.Email));

    internal static readonly Error NoSuchInvitation = new(ErrorKind.NotFound, "staff.invitation_not_found",
        "There is no such invitation: it was accepted, or has expired.");

    /// <param name="By">The user who invites.</param>
    /// <param name="Role">A role of staff.</param>
    public sealed record Request(long By, string Email, string Role);

    /// <summary>The value is the address that the invitation went to.</summary>
    public async Task<Result<string>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        if (EmailAddress.Normalise(request.Email) is not { } email)
            return new Error(ErrorKind.Invalid, "account.email_invalid", EmailAddress.Rule, nameof(Request.Email));
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var role = await roles.FindAsync(request.Role, cancellation);
        if (!role.IsSuccess)
            return Result.Failure<string>(role.Errors);
        if (!await mail.CanSendAsync(cancellation))
            return AccountMail.CannotSend;
        if (await db.Users.SingleOrDefaultAsync(user => user.Email == email, cancellation) is { } present)
            return present.CustomerId is null ? IsStaff : IsCustomer;
        var by = await db.Users.SingleAsync(user => user.Id == request.By, cancellation);
        string token = await db.InviteToStaffAsync(email, role.Value, by.Id, time.GetUtcNow(), cancellation);
        await mail.WriteAsync($"invitation/{Convert.ToHexStringLower(MailedToken.HashOf(token))}", MailTemplate.StaffInvitation,
            email, customerId: null, new Dictionary<string, object?>
            {
                ["by"] = by.Email, ["role"] = role.Value,
                ["link"] = await mail.LinkAsync($"/invitation?token={token}", customerId: null, cancellation),
                ["days"] = (int)InviteCustomer.Lifetime.TotalDays,
            }, cancellation);
        await transaction.CommitAsync(cancellation);
        return email;
    }
}
