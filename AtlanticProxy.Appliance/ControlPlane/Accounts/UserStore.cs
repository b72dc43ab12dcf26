using System.Globalization;
using AtlanticProxy.ControlPlane.Database;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// Keeps users for ASP.NET Core Identity. The email address is the user name; a role is a column. What signs in beside the
/// password is in
/// <c>UserStore.SecondFactors.cs</c>.
/// </summary>
/// <remarks>Identity sets properties and then asks for one update, so most of this only reads and writes <see
/// cref="AppUser"/>.</remarks>
internal sealed partial class UserStore(AtlanticDb db, Secrets.SecretBox box, IdentityErrorDescriber errors, TimeProvider time)
    : IUserPasswordStore<AppUser>, IUserEmailStore<AppUser>, IUserSecurityStampStore<AppUser>, IUserLockoutStore<AppUser>
{
    public async Task<IdentityResult> CreateAsync(AppUser user, CancellationToken cancellationToken)
    {
        user.Id = await db.NextIdAsync("users", cancellationToken);
        user.ConcurrencyStamp = NewStamp();
        return await db.InsertUnlessTakenAsync(user, cancellationToken)
            ? IdentityResult.Success
            : IdentityResult.Failed(errors.DuplicateEmail(user.Email));
    }

    public async Task<IdentityResult> UpdateAsync(AppUser user, CancellationToken cancellationToken)
    {
        string known = user.ConcurrencyStamp;
        user.ConcurrencyStamp = NewStamp();
        try
        {
            return await WriteAsync(user, known, cancellationToken) == 1
                ? IdentityResult.Success
                : IdentityResult.Failed(errors.ConcurrencyFailure());
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return IdentityResult.Failed(errors.DuplicateEmail(user.Email));
        }
    }

    private Task<int> WriteAsync(AppUser user, string known, CancellationToken cancellationToken) =>
        db.Users.Where(row => row.Id == user.Id && row.ConcurrencyStamp == known)
            .Set(row => row.CustomerId, user.CustomerId)
            .Set(row => row.Role, user.Role)
            .Set(row => row.MemberRole, user.MemberRole)
            .Set(row => row.Email, user.Email)
            .Set(row => row.EmailConfirmed, user.EmailConfirmed)
            .Set(row => row.PasswordHash, user.PasswordHash)
            .Set(row => row.SecurityStamp, user.SecurityStamp)
            .Set(row => row.ConcurrencyStamp, user.ConcurrencyStamp)
            .Set(row => row.AccessFailedCount, user.AccessFailedCount)
            .Set(row => row.LockoutEnd, user.LockoutEnd)
            .Set(row => row.TwoFactorEnabled, user.TwoFactorEnabled)
            .Set(row => row.AuthenticatorKeySealed, user.AuthenticatorKeySealed)
            .UpdateAsync(cancellationToken);

    public async Task<IdentityResult> DeleteAsync(AppUser user, CancellationToken cancellationToken)
    {
        int deleted = await db.Users.Where(row => row.Id == user.Id && row.ConcurrencyStamp == user.ConcurrencyStamp)
            .DeleteAsync(cancellationToken);
        return deleted == 1 ? IdentityResult.Success : IdentityResult.Failed(errors.ConcurrencyFailure());
    }

    public async Task<AppUser?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        long.TryParse(userId, NumberStyles.None, CultureInfo.InvariantCulture, out long id)
            ? await db.Users.SingleOrDefaultAsync(user => user.Id == id, cancellationToken)
            : null;

    public Task<AppUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        FindByEmailAsync(normalizedUserName, cancellationToken);

    public async Task<AppUser?> FindByEmailAsync(string normalizedEmail, CancellationToken cancellationToken) =>
        await db.Users.SingleOrDefaultAsync(user => user.Email == normalizedEmail, cancellationToken);

    public Task<string> GetUserIdAsync(AppUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.Id.ToString(CultureInfo.InvariantCulture));

    public Task<string?> GetUserNameAsync(AppUser user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.Email);

    public Task SetUserNameAsync(AppUser user, string? userName, CancellationToken cancellationToken) =>
        SetEmailAsync(user, userName, cancellationToken);

    public Task<string?> GetNormalizedUserNameAsync(AppUser user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.Email);

    public Task SetNormalizedUserNameAsync(AppUser user, string? normalizedName, CancellationToken cancellationToken) =>
        SetEmailAsync(user, normalizedName, cancellationToken);

    public Task<string?> GetEmailAsync(AppUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task SetEmailAsync(AppUser user, string? email, CancellationToken cancellationToken) =>
        Done(() => user.Email = email ?? "");

    public Task<string?> GetNormalizedEmailAsync(AppUser user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.Email);

    public Task SetNormalizedEmailAsync(AppUser user, string? normalizedEmail, CancellationToken cancellationToken) =>
        SetEmailAsync(user, normalizedEmail, cancellationToken);

    public Task<bool> GetEmailConfirmedAsync(AppUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.EmailConfirmed);

    public Task SetEmailConfirmedAsync(AppUser user, bool confirmed, CancellationToken cancellationToken) =>
        Done(() => user.EmailConfirmed = confirmed);

    public Task<string?> GetPasswordHashAsync(AppUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.PasswordHash);

    public Task SetPasswordHashAsync(AppUser user, string? passwordHash, CancellationToken cancellationToken) =>
        Done(() => user.PasswordHash = passwordHash);

    public Task<bool> HasPasswordAsync(AppUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.PasswordHash is not null);

    public Task<string?> GetSecurityStampAsync(AppUser user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.SecurityStamp);

    public Task SetSecurityStampAsync(AppUser user, string stamp, CancellationToken cancellationToken) =>
        Done(() => user.SecurityStamp = stamp);

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(AppUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.LockoutEnd);

    public Task SetLockoutEndDateAsync(AppUser user, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken) =>
        Done(() => user.LockoutEnd = lockoutEnd);

    public Task<int> IncrementAccessFailedCountAsync(AppUser user, CancellationToken cancellationToken) =>
        Task.FromResult(++user.AccessFailedCount);

    public Task ResetAccessFailedCountAsync(AppUser user, CancellationToken cancellationToken) =>
        Done(() => user.AccessFailedCount = 0);

    public Task<int> GetAccessFailedCountAsync(AppUser user, CancellationToken cancellationToken) =>
        Task.FromResult(user.AccessFailedCount);

    /// <summary>Every account can be locked.</summary>
    public Task<bool> GetLockoutEnabledAsync(AppUser user, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task SetLockoutEnabledAsync(AppUser user, bool enabled, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The database is the scope's.</summary>
    public void Dispose() { }

    private static string NewStamp() => Guid.CreateVersion7().ToString("n");

    private static Task Done(Action set)
    {
        set();
        return Task.CompletedTask;
    }
}
