using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Changes the password of a user who knows the present one. All of the user's sessions end.</summary>
public sealed class ChangePassword(UserManager<AppUser> users)
{
    /// <param name="Password">The present one.</param>
    public sealed record Request(long UserId, string Password, string NewPassword)
    {
        /// <summary>Without the passwords, so that a stray log line cannot leak them.</summary>
        public override string ToString() => $"{nameof(ChangePassword)} {{ {UserId} }}";
    }

    /// <summary>The value is the user with its new security stamp.</summary>
    public async Task<Result<AppUser>> ExecuteAsync(Request request)
    {
        var user = await users.FindByIdAsync(request.UserId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (user is null)
            return AccountQueries.NoSuchAccount;
        var outcome = await users.ChangePasswordAsync(user, request.Password, request.NewPassword);
        return outcome.Succeeded ? user : Result.Failure<AppUser>([.. AccountCreation.Errors(outcome).Select(error =>
            error.Code == "account.password_weak" ? error with { Field = nameof(Request.NewPassword) } : error)]);
    }
}
