using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Events;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Makes the customer and the login of who has proved the address of <see cref="RequestSignUp"/>: with the code, in the browser
/// that asked; or with the link, and then with the password that was chosen. So nobody gets an account whose password a stranger
/// has chosen, by following a link in a mail.
/// </summary>
public sealed class ConfirmSignUp(
    AtlanticDb db, SiteQueries site, CreateCustomer create, UserManager<AppUser> users, TimeProvider time)
{
    /// <summary>Wrong codes or passwords until another mail has to be asked for.</summary>
    public const int MaxWrongTries = 5;

    private static readonly Error Over = new(ErrorKind.NotFound, "account.sign_up_over",
        "This has expired or was used already. Sign up again.");

    private static readonly Error WrongCode = new(ErrorKind.Invalid, "account.code_wrong",
        "The code is incorrect. Use the code in the latest email.", "Code");

    private static readonly Error WrongPassword = new(ErrorKind.Invalid, "account.password_wrong",
        "This is not the password that you chose when you signed up.", "Password");

    internal static byte[] CodeHashOf(string page, string code) => MailedToken.HashOf($"{page}/{code}");

    /// <summary>The address that waits for its proof; null: nothing waits under this key.</summary>
    /// <param name="page">What <see cref="RequestSignUp"/> answered.</param>
    public async Task<string?> WaitingAsync(string page, CancellationToken cancellation)
    {
        byte[] hash = MailedToken.HashOf(page);
        return (await Waiting().SingleOrDefaultAsync(row => row.PageHash == hash, cancellation))?.Email;
    }

    /// <summary>The same by a mail's link.</summary>
    public async Task<string?> WaitingByLinkAsync(string token, CancellationToken cancellation)
    {
        byte[] hash = MailedToken.HashOf(token);
        return (await Waiting().SingleOrDefaultAsync(row => row.TokenHash == hash && !row.IsTaken, cancellation))?.Email;
    }

    /// <summary>The value is who may be signed in now.</summary>
    /// <param name="language">What the new customer gets mails and invoices in; one that mails are not in is English.</param>
    public Task<Result<AppUser>> ByCodeAsync(
        string page, string code, CancellationToken cancellation, string language = MailDefaults.Default)
    {
        byte[] hash = MailedToken.HashOf(page);
        return ConfirmAsync(Waiting().Where(row => row.PageHash == hash),
            waiting => CryptographicOperations.FixedTimeEquals(waiting.CodeHash, CodeHashOf(page, code.Trim())), WrongCode,
            language, cancellation);
    }

    /// <inheritdoc cref="ByCodeAsync"/>
    public Task<Result<AppUser>> ByLinkAsync(
        string token, string password, CancellationToken cancellation, string language = MailDefaults.Default)
    {
        byte[] hash = MailedToken.HashOf(token);
        return ConfirmAsync(Waiting().Where(row => row.TokenHash == hash),
            waiting => users.PasswordHasher.VerifyHashedPassword(new AppUser(), waiting.PasswordHash, password)
                != PasswordVerificationResult.Failed, WrongPassword, language, cancellation);
    }

    private IQueryable<SignUp> Waiting() =>
        db.SignUps.Where(row => row.ExpiresAt > time.GetUtcNow() && row.WrongCodes < MaxWrongTries);

    private async Task<Result<AppUser>> ConfirmAsync(
        IQueryable<SignUp> one, Func<SignUp, bool> isProved, Error wrong, string language, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await one.LockedForUpdate().SingleOrDefaultAsync(cancellation) is not { } waiting) // of two at once, the second waits
            return Over;
        if (!isProved(waiting) || waiting.IsTaken)
        {
            await db.SignUps.Where(row => row.TokenHash == waiting.TokenHash)
                .Set(row => row.WrongCodes, row => row.WrongCodes + 1).UpdateAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            return wrong;
        }
        // Those of the same address with other passwords, too: the account is made.
        await db.SignUps.Where(row => row.Email == waiting.Email).DeleteAsync(cancellation);
        var made = await create.AddAsync(new(waiting.Email, waiting.Company, await PlanAsync(cancellation)), cancellation);
        if (!made.IsSuccess)
            return Over; // somebody else has given the address an account meanwhile
        await db.ExecuteSqlAsync($"""
            update customers set (terms_agreed_at, language) = ({waiting.TermsAgreedAt}, {MailDefaults.Known(language)})
            where id = {made.Value}
            """, cancellation);
        var user = await AddLoginAsync(made.Value, waiting, cancellation);
        if (user.IsSuccess)
            await transaction.CommitAsync(cancellation);
        return user;
    }

    private async Task<Result<AppUser>> AddLoginAsync(long customerId, SignUp waiting, CancellationToken cancellation)
    {
        var user = new AppUser
        {
            Email = waiting.Email, Role = Roles.Customer, MemberRole = MemberRole.Owner, EmailConfirmed = true,
            CustomerId = customerId,
            PasswordHash = waiting.PasswordHash, CreatedAt = time.GetUtcNow(),
        };
        var outcome = await users.CreateAsync(user);
        if (!outcome.Succeeded)
            return Over;
        await db.AppendEventAsync(EventKinds.CustomerCreated, customerId, new { user.Email }, user.CreatedAt, cancellation);
        return user;
    }

    /// <summary>None where the plan has been withdrawn since it was chosen.</summary>
    private async Task<long?> PlanAsync(CancellationToken cancellation)
    {
        long? plan = (await site.SignUpAsync(cancellation)).PlanId;
        return await db.Plans.AnyAsync(row => row.Id == plan && row.Active, cancellation) ? plan : null;
    }
}
