using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Mails a link to choose another password. Answer and work are the same where nobody has the address; then no mail goes out.
/// </summary>
public sealed class RequestPasswordReset(AtlanticDb db, AccountMail mail, TimeProvider time)
{
    /// <summary>Long enough for slow mail; OWASP's Forgot Password Cheat Sheet asks for a short life.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    public sealed record Request(string Email);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        if (EmailAddress.Normalise(request.Email) is not { } email)
            return new Error(ErrorKind.Invalid, "account.email_invalid", EmailAddress.Rule, nameof(Request.Email));
        if (!await mail.CanSendAsync(cancellation))
            return AccountMail.CannotSend;
        string token = MailedToken.Next();
        byte[] hash = MailedToken.HashOf(token);
        string key = $"reset/{Convert.ToHexStringLower(hash)}";

        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var user = await db.Users.SingleOrDefaultAsync(row => row.Email == email, cancellation);
        await db.ExecuteSqlAsync($"""
            insert into password_resets (token_hash, user_id, security_stamp, expires_at)
            values ({hash}, {user?.Id}, {user?.SecurityStamp ?? ""}, {time.GetUtcNow() + Lifetime})
            """, cancellation);
        await mail.WriteAsync(key, MailTemplate.Reset, email, user?.CustomerId, new Dictionary<string, object?>
        {
            ["link"] = await mail.LinkAsync($"/reset?token={token}", user?.CustomerId, cancellation),
            ["minutes"] = (int)Lifetime.TotalMinutes,
        }, cancellation);
        if (user is null)
            await mail.TakeBackAsync(key, cancellation);
        await transaction.CommitAsync(cancellation);
        return Result.Success;
    }
}
