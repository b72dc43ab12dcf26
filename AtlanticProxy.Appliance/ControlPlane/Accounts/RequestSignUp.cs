using System.Globalization;
using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using LinqToDB.Async;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Takes what somebody wants an account with, and mails a link and a code to prove the address. There is no account before that
/// is done. Answer and work are the same where the address has an account already: then the mail says that.
/// </summary>
public sealed class RequestSignUp(
    AtlanticDb db, SiteQueries site, UserManager<AppUser> users, AccountMail mail, TimeProvider time)
{
    /// <summary>Long enough for slow mail, and a code of six digits is not guessed in it.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    /// <summary>Six digits: short enough to type, and <see cref="ConfirmSignUp.MaxWrongTries"/> bounds guesses.</summary>
    private const int Codes = 1_000_000;

    internal static readonly Error Closed = new(ErrorKind.Conflict, "account.sign_up_closed",
        "Sign-up is by invitation only. Contact support.");

    /// <param name="Language">Of the mail: what the page is in. One that mails are not in is English.</param>
    public sealed record Request(string Email, string Password, string Company = "", bool AgreesToTerms = false,
        string Language = MailDefaults.Default)
    {
        /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
        public override string ToString() => $"{nameof(RequestSignUp)} {{ {Email} }}";
    }

    /// <summary>The value is what the page that asks for the code needs: <see cref="ConfirmSignUp"/> knows it.</summary>
    public async Task<Result<string>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var settings = await site.SignUpAsync(cancellation);
        if (settings.Mode != SignUpMode.On)
            return Closed;
        if (!await mail.CanSendAsync(cancellation))
            return AccountMail.CannotSend;
        string? email = EmailAddress.Normalise(request.Email);
        string company = request.Company.Trim();
        var validation = new Validation();
        validation.Require(email is not null, nameof(Request.Email), "account.email_invalid", EmailAddress.Rule);
        CustomerName.Require(validation, company, nameof(Request.Company));
        validation.Require(settings.TermsUrl is null || request.AgreesToTerms, nameof(Request.AgreesToTerms),
            "account.terms_not_agreed", "Read the terms and agree to them first.");
        Error[] wrong = [.. validation.Errors, .. await users.WeaknessesAsync(request.Password)];
        if (wrong.Length > 0)
            return Result.Failure<string>(wrong);
        string page = MailedToken.Next();
        await WriteAsync(request with { Email = email!, Company = company }, settings.TermsUrl is null ? null : time.GetUtcNow(),
            page, cancellation);
        return page;
    }

    private async Task WriteAsync(Request request, DateTimeOffset? agreedAt, string page, CancellationToken cancellation)
    {
        var (email, password, company, _, language) = request;
        string token = MailedToken.Next();
        string code = RandomNumberGenerator.GetInt32(Codes).ToString("D6", CultureInfo.InvariantCulture);
        byte[] hash = MailedToken.HashOf(token);
        string passwordHash = users.PasswordHasher.HashPassword(new AppUser(), password);
        var now = time.GetUtcNow();
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        bool isTaken = await db.Users.AnyAsync(user => user.Email == email, cancellation)
            | await db.Customers.AnyAsync(customer => customer.Email == email, cancellation);
        await db.ExecuteSqlAsync($"""
            insert into sign_ups (token_hash, page_hash, code_hash, email, company, password_hash, terms_agreed_at, is_taken,
                created_at, expires_at)
            values ({hash}, {MailedToken.HashOf(page)}, {ConfirmSignUp.CodeHashOf(page, code)}, {email}, {company},
                {passwordHash}, {agreedAt}, {isTaken}, {now}, {now + Lifetime})
            """, cancellation);
        await mail.WriteAsync($"sign-up/{Convert.ToHexStringLower(hash)}",
            isTaken ? MailTemplate.AccountExists : MailTemplate.Verify, email, null, new Dictionary<string, object?>
            {
                ["code"] = code, ["minutes"] = (int)Lifetime.TotalMinutes,
                ["link"] = await mail.LinkAsync(
                    isTaken ? "/forgot-password" : $"/sign-up/confirm?token={token}", null, cancellation),
            }, cancellation, language);
        await transaction.CommitAsync(cancellation);
    }
}
