using System.Buffers.Text;
using System.Globalization;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>A passkey, for whoever's it is.</summary>
/// <param name="Id">Of the credential, base64url.</param>
/// <param name="IsBackedUp">It is kept by a password manager or an account, not by one device alone.</param>
/// <param name="UsedAt">When it last signed its owner in; null: never.</param>
public sealed record PasskeySummary(string Id, string Name, bool IsBackedUp, DateTimeOffset AddedAt, DateTimeOffset? UsedAt);

/// <summary>The passkeys (WebAuthn credentials) of an account. Each signs in by itself, without password or code.</summary>
public sealed class Passkeys(AtlanticDb db, UserManager<AppUser> users)
{
    /// <summary>More than anybody has devices; a page and a browser's list stay short.</summary>
    public const int Max = 20;

    /// <summary>As long as the column.</summary>
    public const int MaxName = 100;

    private static readonly Error NoName = new(ErrorKind.Invalid, "passkey.no_name",
        $"Enter a name of at most {MaxName} characters, such as \"Laptop\".", "Name");

    private static readonly Error TooMany = new(ErrorKind.Conflict, "passkey.too_many",
        $"An account can have {Max} passkeys. Remove one first.");

    private static readonly Error Unknown = new(ErrorKind.NotFound, "passkey.unknown", "This passkey does not exist.");

    /// <summary>In the order in which they were added.</summary>
    public async Task<IReadOnlyList<PasskeySummary>> ListAsync(long userId, CancellationToken cancellation)
    {
        var rows = await db.UserPasskeys.Where(row => row.UserId == userId).OrderBy(row => row.CreatedAt)
            .Select(row => new { row.CredentialId, row.Name, row.IsBackedUp, row.CreatedAt, row.UsedAt })
            .ToListAsync(cancellation);
        return rows.ConvertAll(row => new PasskeySummary(
            Base64Url.EncodeToString(row.CredentialId), row.Name ?? "", row.IsBackedUp, row.CreatedAt, row.UsedAt));
    }

    /// <summary>Adds what a ceremony of WebAuthn has made.</summary>
    public async Task<Result> AddAsync(long userId, UserPasskeyInfo passkey, string name, CancellationToken cancellation)
    {
        string called = name.Trim();
        if (called.Length is 0 or > MaxName)
            return NoName;
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        if (await db.Users.Where(row => row.Id == userId).LockedForUpdate().SingleOrDefaultAsync(cancellation) is not { } user)
            return AccountQueries.NoSuchAccount;
        if (await db.UserPasskeys.CountAsync(row => row.UserId == userId, cancellation) >= Max)
            return TooMany;
        passkey.Name = called;
        var outcome = await users.AddOrUpdatePasskeyAsync(user, passkey);
        if (outcome.Succeeded)
            await transaction.CommitAsync(cancellation);
        return outcome.Succeeded ? Result.Success : Result.Failure(AccountCreation.Errors(outcome));
    }

    /// <summary>
    /// Removes one of the user's own. Sessions of the account end, since it may have begun them. The value is the user with its
    /// new security stamp.
    /// </summary>
    /// <param name="id">As <see cref="PasskeySummary.Id"/> says it.</param>
    public async Task<Result<AppUser>> RemoveAsync(long userId, string id, CancellationToken cancellation)
    {
        if (!Base64Url.IsValid(id)
            || await users.FindByIdAsync(userId.ToString(CultureInfo.InvariantCulture)) is not { } user)
            return Unknown;
        byte[] credential = Base64Url.DecodeFromChars(id);
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        int removed = await db.UserPasskeys.Where(row => row.UserId == userId && row.CredentialId == credential)
            .DeleteAsync(cancellation);
        if (removed == 0)
            return Unknown;
        var outcome = await users.UpdateSecurityStampAsync(user);
        if (outcome.Succeeded)
            await transaction.CommitAsync(cancellation);
        return outcome.Succeeded ? user : Result.Failure<AppUser>(AccountCreation.Errors(outcome));
    }
}
