using System.Globalization;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>What an authenticator app is given.</summary>
/// <param name="Secret">Base32.</param>
public sealed record Enrolment(string Email, string Secret)
{
    /// <summary>What the app scans, by the form that all of them understand (Google Authenticator's "Key URI Format").</summary>
    public string UriFor(string brand) =>
        $"otpauth://totp/{Uri.EscapeDataString(brand)}:{Uri.EscapeDataString(Email)}?secret={Secret}"
        + $"&issuer={Uri.EscapeDataString(brand)}";

    /// <summary>Without the secret, so that a stray log line cannot leak it.</summary>
    public override string ToString() => $"{nameof(Enrolment)} {{ {Email} }}";
}

/// <summary>
/// Gives an account an authenticator app as its second factor. It counts once a code of it is confirmed: who only looks at the
/// page is not locked out.
/// </summary>
public sealed class EnrolSecondFactor(AtlanticDb db, SecretBox box, UserManager<AppUser> users, SecondFactor factor)
{
    /// <summary>As many as are commonly given: they last for years, and fit a card.</summary>
    public const int RecoveryCodes = 10;

    private static readonly Error IsOn = new(ErrorKind.Conflict, "account.second_factor_on",
        "The second factor is already on. Turn it off first to use another app.");

    /// <summary>The secret that waits to be confirmed, made at the first look.</summary>
    public async Task<Result<Enrolment>> BeginAsync(long userId, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await db.Users.Where(row => row.Id == userId).LockedForUpdate().SingleOrDefaultAsync(cancellation) is not { } user)
            return AccountQueries.NoSuchAccount;
        if (user.TwoFactorEnabled)
            return IsOn;
        if (user.AuthenticatorKeySealed is { } key)
            return new Enrolment(user.Email, box.Open(key, SecretPlace.AuthenticatorKey(userId)));
        string secret = Totp.NewSecret();
        await db.Users.Where(row => row.Id == userId)
            .Set(row => row.AuthenticatorKeySealed, box.Seal(secret, SecretPlace.AuthenticatorKey(userId)))
            .UpdateAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new Enrolment(user.Email, secret);
    }

    /// <summary>
    /// Has the app count from now on. The value is the recovery codes: shown once. Other sessions end, since they were begun
    /// without.
    /// </summary>
    public async Task<Result<IReadOnlyList<string>>> ConfirmAsync(long userId, string code, CancellationToken cancellation)
    {
        if (await users.FindByIdAsync(userId.ToString(CultureInfo.InvariantCulture)) is not { } user)
            return AccountQueries.NoSuchAccount;
        if (user.TwoFactorEnabled)
            return IsOn;
        if (!await factor.CheckAppAsync(user, code.Replace(" ", "", StringComparison.Ordinal), cancellation))
            return SecondFactor.WrongCode;
        var codes = await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes);
        var outcome = await users.SetTwoFactorEnabledAsync(user, enabled: true);
        return codes is not null && outcome.Succeeded
            ? Result.Of<IReadOnlyList<string>>([.. codes])
            : Result.Failure<IReadOnlyList<string>>(AccountCreation.Errors(outcome));
    }

    /// <summary>Ten new recovery codes, against a code; the old ones count no longer.</summary>
    public async Task<Result<IReadOnlyList<string>>> RenewCodesAsync(long userId, string code, CancellationToken cancellation)
    {
        if (await users.FindByIdAsync(userId.ToString(CultureInfo.InvariantCulture)) is not { } user)
            return AccountQueries.NoSuchAccount;
        if (!await factor.CheckAsync(user, code, cancellation))
            return SecondFactor.WrongCode;
        return Result.Of<IReadOnlyList<string>>([.. (await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes))!]);
    }
}
