using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB.Async;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Checks what is asked for beside the password: a code of the authenticator app, or one of the recovery codes. Each counts once:
/// a code that was read over somebody's shoulder is worth nothing.
/// </summary>
public sealed class SecondFactor(AtlanticDb db, SecretBox box, UserManager<AppUser> users, TimeProvider time)
{
    public static readonly Error WrongCode = new(ErrorKind.Invalid, "account.code_wrong",
        "This code is incorrect or was already used. Wait for the next one.", "Code");

    /// <summary>Recovery codes that are left, where there is a second factor; null: there is none.</summary>
    public async Task<int?> RecoveryCodesLeftAsync(long userId, CancellationToken cancellation) =>
        await db.Users.AnyAsync(user => user.Id == userId && user.TwoFactorEnabled, cancellation)
            ? await db.RecoveryCodes.CountAsync(code => code.UserId == userId, cancellation)
            : null;

    /// <summary>Whether <paramref name="code"/>, of the app or for recovery, is right; then it is used up.</summary>
    public async Task<bool> CheckAsync(AppUser user, string code, CancellationToken cancellation)
    {
        string typed = code.Replace(" ", "", StringComparison.Ordinal);
        return user.TwoFactorEnabled && (await CheckAppAsync(user, typed, cancellation)
            || (await users.RedeemTwoFactorRecoveryCodeAsync(user, typed.ToUpperInvariant())).Succeeded);
    }

    /// <inheritdoc cref="CheckAsync"/>
    public async Task<Result> ProveAsync(AppUser user, string code, CancellationToken cancellation) =>
        await CheckAsync(user, code, cancellation) ? Result.Success : WrongCode;

    /// <summary>Whether it is a code of the app, also of one that is still to be confirmed.</summary>
    internal async Task<bool> CheckAppAsync(AppUser user, string code, CancellationToken cancellation)
    {
        if (user.AuthenticatorKeySealed is not { } key)
            return false;
        if (Totp.StepOf(box.Open(key, SecretPlace.AuthenticatorKey(user.Id)), code, time.GetUtcNow()) is not { } step)
            return false;
        // One statement: of two uses of a code at once, one succeeds. Earlier steps are over, too.
        return await db.ExecuteSqlAsync($"""
            update users set last_code_step = {step} where id = {user.Id} and coalesce(last_code_step, 0) < {step}
            """, cancellation) == 1;
    }
}
