using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Secrets;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Authenticator apps, recovery codes and passkeys. The app's key is sealed, codes are hashed.</summary>
internal sealed partial class UserStore
    : IUserTwoFactorStore<AppUser>, IUserAuthenticatorKeyStore<AppUser>, IUserTwoFactorRecoveryCodeStore<AppUser>,
    IUserPasskeyStore<AppUser>
{
    public Task<bool> GetTwoFactorEnabledAsync(AppUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.TwoFactorEnabled);

    public Task SetTwoFactorEnabledAsync(AppUser user, bool enabled, CancellationToken cancellationToken) =>
        Done(() => user.TwoFactorEnabled = enabled);

    public Task<string?> GetAuthenticatorKeyAsync(AppUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.AuthenticatorKeySealed is { } key ? box.Open(key, SecretPlace.AuthenticatorKey(user.Id)) : null);

    public Task SetAuthenticatorKeyAsync(AppUser user, string key, CancellationToken cancellationToken) =>
        Done(() => user.AuthenticatorKeySealed = box.Seal(key, SecretPlace.AuthenticatorKey(user.Id)));

    /// <summary>
    /// Nothing when the user was changed since it was read: then the update that Identity asks for next is refused, and nobody is
    /// shown these codes.
    /// </summary>
    public async Task ReplaceCodesAsync(AppUser user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellationToken);
        var same = db.Users.Where(row => row.Id == user.Id && row.ConcurrencyStamp == user.ConcurrencyStamp);
        if (await same.LockedForUpdate().SingleOrDefaultAsync(cancellationToken) is null)
            return;
        await db.RecoveryCodes.Where(code => code.UserId == user.Id).DeleteAsync(cancellationToken);
        await db.BulkCopyAsync(recoveryCodes.Select(code => new RecoveryCode { UserId = user.Id, CodeHash = HashOf(code) }),
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>One statement: of two uses of a code at once, one succeeds.</summary>
    public async Task<bool> RedeemCodeAsync(AppUser user, string code, CancellationToken cancellationToken)
    {
        byte[] hash = HashOf(code);
        return await db.RecoveryCodes.Where(row => row.UserId == user.Id && row.CodeHash == hash)
            .DeleteAsync(cancellationToken) == 1;
    }

    public Task<int> CountCodesAsync(AppUser user, CancellationToken cancellationToken) =>
        db.RecoveryCodes.CountAsync(code => code.UserId == user.Id, cancellationToken);

    /// <summary>Adds a passkey, or notes that one of the user's was used.</summary>
    /// <exception cref="InvalidOperationException">The credential is another user's. No ceremony of WebAuthn ends so.</exception>
    public async Task AddOrUpdatePasskeyAsync(AppUser user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        int written = await db.ExecuteSqlAsync($"""
            insert into user_passkeys as present (credential_id, user_id, name, public_key, sign_count, transports,
                is_user_verified, is_backup_eligible, is_backed_up, attestation_object, client_data_json, created_at)
            values ({passkey.CredentialId}, {user.Id}, {passkey.Name}::text, {passkey.PublicKey}, {(long)passkey.SignCount},
                {passkey.Transports ?? []}, {passkey.IsUserVerified}, {passkey.IsBackupEligible}, {passkey.IsBackedUp},
                {passkey.AttestationObject}, {passkey.ClientDataJson}, {time.GetUtcNow()})
            on conflict (credential_id) do update set name = excluded.name, sign_count = excluded.sign_count,
                is_user_verified = excluded.is_user_verified, is_backed_up = excluded.is_backed_up, used_at = excluded.created_at
            where present.user_id = excluded.user_id
            """, cancellationToken);
        if (written == 0)
            throw new InvalidOperationException("This passkey belongs to another user.");
    }

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(AppUser user, CancellationToken cancellationToken) =>
        (await db.UserPasskeys.Where(passkey => passkey.UserId == user.Id).OrderBy(passkey => passkey.CreatedAt)
            .ToListAsync(cancellationToken)).ConvertAll(InfoOf);

    public async Task<AppUser?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await db.Users.SingleOrDefaultAsync(
            user => db.UserPasskeys.Any(passkey => passkey.CredentialId == credentialId && passkey.UserId == user.Id),
            cancellationToken);

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(
        AppUser user, byte[] credentialId, CancellationToken cancellationToken) =>
        await db.UserPasskeys.SingleOrDefaultAsync(
            passkey => passkey.UserId == user.Id && passkey.CredentialId == credentialId, cancellationToken) is { } found
            ? InfoOf(found)
            : null;

    public Task RemovePasskeyAsync(AppUser user, byte[] credentialId, CancellationToken cancellationToken) =>
        db.UserPasskeys.Where(passkey => passkey.UserId == user.Id && passkey.CredentialId == credentialId)
            .DeleteAsync(cancellationToken);

    private static byte[] HashOf(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));

    private static UserPasskeyInfo InfoOf(UserPasskey passkey) => new(
        passkey.CredentialId, passkey.PublicKey, passkey.CreatedAt, (uint)passkey.SignCount, passkey.Transports,
        passkey.IsUserVerified, passkey.IsBackupEligible,
        passkey.IsBackedUp, passkey.AttestationObject, passkey.ClientDataJson)
    {
        Name = passkey.Name,
    };
}
