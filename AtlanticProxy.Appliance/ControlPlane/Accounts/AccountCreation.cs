using System.Text.Json;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>What making any account has in common.</summary>
internal static class AccountCreation
{
    /// <summary>The value is the user's id.</summary>
    public static async Task<Result<long>> CreateUserAsync(this UserManager<AppUser> users, AppUser user, string password)
    {
        var outcome = await users.CreateAsync(user, password);
        return outcome.Succeeded ? user.Id : Result.Failure<long>(Errors(outcome));
    }

    /// <summary>What is wrong with a password that nobody has yet; empty: nothing.</summary>
    public static async Task<IReadOnlyList<Error>> WeaknessesAsync(this UserManager<AppUser> users, string password)
    {
        var wrong = new List<IdentityError>();
        foreach (var validator in users.PasswordValidators)
            wrong.AddRange((await validator.ValidateAsync(users, new AppUser(), password)).Errors);
        return Errors(IdentityResult.Failed([.. wrong]));
    }

    /// <summary>Identity's errors as ours. The email is the user name, so a taken one is reported once.</summary>
    public static IReadOnlyList<Error> Errors(IdentityResult outcome) =>
        [.. outcome.Errors
            .Select(error => error.Code switch
            {
                nameof(IdentityErrorDescriber.DuplicateUserName) or nameof(IdentityErrorDescriber.DuplicateEmail) =>
                    new Error(ErrorKind.Conflict, "account.email_taken", "There is an account with this email address already.",
                        "Email"),
                nameof(IdentityErrorDescriber.PasswordMismatch) =>
                    new Error(ErrorKind.Invalid, "account.password_wrong", "This is not the present password.", "Password"),
                nameof(IdentityErrorDescriber.PasswordTooShort) => Weak(
                    $"Passwords must be at least {ControlPlaneServices.MinPasswordLength} characters."),
                nameof(IdentityErrorDescriber.PasswordRequiresUniqueChars) => Weak(
                    $"Passwords must use at least {ControlPlaneServices.MinPasswordVariety} different characters."),
                var code => new Error(ErrorKind.Invalid, $"account.{JsonNamingPolicy.SnakeCaseLower.ConvertName(code)}",
                    Phrase.Verbatim(error.Description)),
            })
            .DistinctBy(error => (error.Code, error.Message))];

    private static Error Weak(Phrase words) => new(ErrorKind.Invalid, "account.password_weak", words, "Password");
}
