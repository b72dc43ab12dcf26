using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>What making any account has in common.</summary>
internal static class AccountCreation
{
    /// <summary>The user and its role in one transaction. The value is the user's id.</summary>
    public static async Task<Result<long>> CreateInRoleAsync(
        this UserManager<AppUser> users, AtlanticDbContext db, AppUser user, string password, string role, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        IdentityResult outcome;
        try
        {
            outcome = await users.CreateAsync(user, password);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Identity looks and then inserts: another was in between.
            db.ChangeTracker.Clear();
            outcome = IdentityResult.Failed(users.ErrorDescriber.DuplicateEmail(user.Email!));
        }
        if (outcome.Succeeded)
            outcome = await users.AddToRoleAsync(user, role);
        if (!outcome.Succeeded)
            return Result.Failure<long>(Errors(outcome));
        await transaction.CommitAsync(cancellation);
        return user.Id;
    }

    /// <summary>Identity's errors as ours. The email is the user name, so a taken one is reported once.</summary>
    public static IReadOnlyList<Error> Errors(IdentityResult outcome) =>
        [.. outcome.Errors
            .Select(error => error.Code switch
            {
                nameof(IdentityErrorDescriber.DuplicateUserName) or nameof(IdentityErrorDescriber.DuplicateEmail) =>
                    new Error(ErrorKind.Conflict, "account.email_taken", "There is an account with this email address already.", "Email"),
                nameof(IdentityErrorDescriber.PasswordMismatch) =>
                    new Error(ErrorKind.Invalid, "account.password_wrong", "This is not the present password.", "Password"),
                var code when code.StartsWith("Password", StringComparison.Ordinal) =>
                    new Error(ErrorKind.Invalid, "account.password_weak", error.Description, "Password"),
                var code => new Error(ErrorKind.Invalid, $"account.{SnakeCase.Of(code)}", error.Description),
            })
            .DistinctBy(error => (error.Code, error.Message))];
}
