using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Mails a customer who has no login a link to choose a password. Sent again, the link before counts no longer.
/// </summary>
public sealed class InviteCustomer(AtlanticDb db, SiteQueries site, AccountMail mail, TimeProvider time)
{
    /// <summary>Over a weekend and a holiday, and not for ever.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    public sealed record Request(long CustomerId);

    /// <summary>The value is the address that the invitation went to.</summary>
    public async Task<Result<string>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        if ((await site.SignUpAsync(cancellation)).Mode == SignUpMode.Off)
            return new Error(ErrorKind.Conflict, "account.invitations_off",
                "Invitations are off. An owner turns them on under Settings, Sign-up (sign-up set --mode invitation).");
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var customer = await db.Customers.SingleOrDefaultAsync(row => row.Id == request.CustomerId, cancellation);
        if (customer is null)
            return CustomerQueries.NoSuchCustomer;
        var sent = await SendAsync(customer, cancellation);
        if (sent.IsSuccess)
            await transaction.CommitAsync(cancellation);
        return sent;
    }

    /// <summary>The same in the caller's transaction, whoever may get an account: resellers invite their customers.</summary>
    internal async Task<Result<string>> SendAsync(Customer customer, CancellationToken cancellation)
    {
        if (!await mail.CanSendAsync(cancellation))
            return AccountMail.CannotSend;
        if (await db.Users.AnyAsync(user => user.Email == customer.Email, cancellation))
            return new Error(ErrorKind.Conflict, "account.has_login",
                $"{customer.Email} has an account already, and can choose another password on the sign-in page.");
        string token = await db.InviteAsync(
            customer.Id, customer.Email, MemberRole.Owner, invitedBy: null, time.GetUtcNow(), cancellation);
        await mail.WriteAsync($"invitation/{Convert.ToHexStringLower(MailedToken.HashOf(token))}", MailTemplate.Invitation,
            customer.Email, customer.Id, new Dictionary<string, object?>
            {
                ["link"] = await mail.LinkAsync($"/invitation?token={token}", customer.Id, cancellation),
                ["days"] = (int)Lifetime.TotalDays,
            }, cancellation);
        return customer.Email;
    }
}
