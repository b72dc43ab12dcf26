using System.Globalization;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Gives one of a customer's people another address, once a link that is mailed there proves it. The password is the caller's to
/// check. What is answered does not tell whether somebody has the address: then the mail says so, and no link comes.
/// </summary>
public sealed class ChangeEmail(AtlanticDb db, UserManager<AppUser> users, AccountMail mail, TimeProvider time)
{
    /// <summary>As other links that prove an address.</summary>
    public static readonly TimeSpan Lifetime = RequestSignUp.Lifetime;

    /// <summary>One answer to every failure: it must not tell what a guess came near to.</summary>
    private static readonly Error Over = new(ErrorKind.NotFound, "account.email_link_wrong",
        "This link has expired, was used already, or is for another account.");

    private static readonly Error Same = new(ErrorKind.Conflict, "account.email_same", "This is your address already.", "Email");

    /// <summary>Mails the link. The value is the address that it went to.</summary>
    public async Task<Result<string>> RequestAsync(long userId, string newEmail, CancellationToken cancellation)
    {
        if (EmailAddress.Normalise(newEmail) is not { } email)
            return new Error(ErrorKind.Invalid, "account.email_invalid", EmailAddress.Rule, "Email");
        if (!await mail.CanSendAsync(cancellation))
            return AccountMail.CannotSend;
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await db.Users.SingleOrDefaultAsync(row => row.Id == userId, cancellation) is not { } user)
            return AccountQueries.NoSuchAccount;
        if (user.Email == email)
            return Same;
        string token = MailedToken.Next();
        byte[] hash = MailedToken.HashOf(token);
        await db.ExecuteSqlAsync($"""
            insert into email_changes (user_id, token_hash, email, security_stamp, expires_at)
            values ({userId}, {hash}, {email}, {user.SecurityStamp}, {time.GetUtcNow() + Lifetime})
            on conflict (user_id) do update set token_hash = excluded.token_hash, email = excluded.email,
                security_stamp = excluded.security_stamp, expires_at = excluded.expires_at
            """, cancellation);
        bool isTaken = await IsTakenAsync(email, user.CustomerId, cancellation);
        await mail.WriteAsync($"email/{Convert.ToHexStringLower(hash)}",
            isTaken ? MailTemplate.AccountExists : MailTemplate.ConfirmEmail, email, isTaken ? null : user.CustomerId,
            new Dictionary<string, object?>
            {
                ["minutes"] = (int)Lifetime.TotalMinutes, ["link"] = await mail.LinkAsync(
                    isTaken ? "/forgot-password" : $"/settings/email/confirm?token={token}", isTaken ? null : user.CustomerId,
                    cancellation),
            }, cancellation);
        await transaction.CommitAsync(cancellation);
        return email;
    }

    /// <summary>The new address that a link is for, of this user; null: it is not good.</summary>
    public Task<string?> WaitingAsync(long userId, string token, CancellationToken cancellation) => db.ScalarAsync<string?>($"""
        select c.email from email_changes c join users u on u.id = c.user_id and u.security_stamp = c.security_stamp
        where c.user_id = {userId} and c.token_hash = {MailedToken.HashOf(token)} and c.expires_at > {time.GetUtcNow()}
        """, cancellation);

    /// <summary>
    /// Has the new address count. All sessions end. Where the account's mails went to the old address, they go to the new one.
    /// The value is the user with the new security stamp.
    /// </summary>
    public async Task<Result<AppUser>> ConfirmAsync(long userId, string token, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await WaitingAsync(userId, token, cancellation) is not { } email
            // Of two uses at once, the second waits here and deletes nothing.
            || await db.ExecuteSqlAsync($"delete from email_changes where user_id = {userId}", cancellation) == 0
            || await users.FindByIdAsync(userId.ToString(CultureInfo.InvariantCulture)) is not { } user
            || await IsTakenAsync(email, user.CustomerId, cancellation))
            return Over;
        string old = user.Email;
        user.Email = email;
        var outcome = await users.UpdateSecurityStampAsync(user);
        var changed = outcome.Succeeded
            ? await TellAsync(user, old, token, cancellation)
            : Result.Failure<AppUser>(AccountCreation.Errors(outcome));
        if (changed.IsSuccess)
            await transaction.CommitAsync(cancellation);
        return changed;
    }

    /// <summary>The customer's mails follow, and the old address is told where to.</summary>
    private async Task<Result<AppUser>> TellAsync(AppUser user, string old, string token, CancellationToken cancellation)
    {
        await db.ExecuteSqlAsync(
            $"update customers set email = {user.Email} where id = {user.CustomerId}::bigint and email = {old}", cancellation);
        await mail.WriteAsync($"email-changed/{Convert.ToHexStringLower(MailedToken.HashOf(token))}", MailTemplate.EmailChanged,
            old, user.CustomerId, new Dictionary<string, object?> { ["address"] = user.Email }, cancellation);
        return user;
    }

    /// <summary>By somebody, or by another customer who may have no login.</summary>
    private async Task<bool> IsTakenAsync(string email, long? customerId, CancellationToken cancellation) =>
        await db.Users.AnyAsync(row => row.Email == email, cancellation)
        || await db.Customers.AnyAsync(row => row.Email == email && row.Id != customerId, cancellation);
}
