using System.Globalization;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Takes the second factor of an account away: by whoever has it, against a code (the password is the caller's to check), or by
/// an owner, for who has lost it. Sessions of the account end.
/// </summary>
public sealed class RemoveSecondFactor(AtlanticDb db, UserManager<AppUser> users, SecondFactor factor)
{
    private static readonly Error IsOff = new(ErrorKind.Conflict, "account.second_factor_off", "The second factor is not on.");

    /// <summary>By who has it. The value is the user with its new security stamp.</summary>
    public async Task<Result<AppUser>> ByOwnCodeAsync(long userId, string code, CancellationToken cancellation)
    {
        if (await FindAsync(userId) is not { TwoFactorEnabled: true } user)
            return IsOff;
        return await factor.CheckAsync(user, code, cancellation)
            ? await RemoveAsync(user, cancellation)
            : SecondFactor.WrongCode;
    }

    /// <summary>By an owner.</summary>
    /// <param name="customerId">Whose login it is; null: one of the staff.</param>
    public async Task<Result<AppUser>> ByOwnerAsync(long userId, long? customerId, CancellationToken cancellation)
    {
        if (await FindAsync(userId) is not { } user || user.CustomerId != customerId)
            return AccountQueries.NoSuchAccount;
        return user.TwoFactorEnabled ? await RemoveAsync(user, cancellation) : IsOff;
    }

    private Task<AppUser?> FindAsync(long userId) => users.FindByIdAsync(userId.ToString(CultureInfo.InvariantCulture));

    private async Task<Result<AppUser>> RemoveAsync(AppUser user, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        user.AuthenticatorKeySealed = null;
        var outcome = await users.SetTwoFactorEnabledAsync(user, enabled: false);
        await db.RecoveryCodes.Where(code => code.UserId == user.Id).DeleteAsync(cancellation);
        if (outcome.Succeeded)
            await transaction.CommitAsync(cancellation);
        return outcome.Succeeded ? user : Result.Failure<AppUser>(AccountCreation.Errors(outcome));
    }
}
