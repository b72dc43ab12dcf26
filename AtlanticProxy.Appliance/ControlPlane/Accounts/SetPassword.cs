using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Gives someone another password, without the present one: for staff who may do that. Sessions of the account end, since its
/// security stamp changes, and wrong guesses so far are forgiven.
/// </summary>
public sealed class SetPassword(AtlanticDb db, UserManager<AppUser> users)
{
    public sealed record Request(long UserId, string Password)
    {
        /// <summary>Without the password, so that a stray log line cannot leak it.</summary>
        public override string ToString() => $"{nameof(SetPassword)} {{ {UserId} }}";
    }

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var user = await db.Users.SingleOrDefaultAsync(row => row.Id == request.UserId, cancellation);
        if (user is null)
            return AccountQueries.NoSuchAccount;
        (user.LockoutEnd, user.AccessFailedCount) = (null, 0);
        var outcome = await users.ResetPasswordAsync(user, await users.GeneratePasswordResetTokenAsync(user), request.Password);
        return outcome.Succeeded ? Result.Success : Result.Failure(AccountCreation.Errors(outcome));
    }
}
