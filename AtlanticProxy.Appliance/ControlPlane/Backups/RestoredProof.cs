using System.Security.Cryptography;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using LinqToDB;
using LinqToDB.Async;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AtlanticProxy.ControlPlane.Backups;

/// <summary>Proves that a restored database is one to go on with: books that balance, and people who can sign in.</summary>
public sealed class RestoredProof(
    AtlanticDb db, LedgerAudit ledger, IOptions<KeyManagementOptions> keys, UserManager<AppUser> users)
{
    /// <summary>Length of the password that is tried; nobody is told it.</summary>
    private const int PasswordBytes = 24;

    /// <summary>What is wrong, a sentence each; empty where it is proven. Writes to the database, which is to go.</summary>
    public async Task<IReadOnlyList<string>> ExecuteAsync(CancellationToken cancellation)
    {
        var found = new List<string>((await ledger.ExecuteAsync(cancellation)).Failures);
        if (FindSealedOff() is { } sealedOff)
            found.Add(sealedOff);
        if (await SignInAsync(cancellation) is { } refused)
            found.Add(refused);
        return found;
    }

    /// <summary>Without the keys of cookies, everybody would be signed out.</summary>
    private string? FindSealedOff()
    {
        try
        {
            _ = keys.Value.XmlRepository!.GetAllElements();
            return null;
        }
        catch (CryptographicException)
        {
            return "The keys of cookies cannot be opened with the secret key.";
        }
    }

    /// <summary>An owner, where there is one, gets another password, and signs in with it.</summary>
    private async Task<string?> SignInAsync(CancellationToken cancellation)
    {
        if (await db.Users.Where(user => user.Role == Roles.Owner).OrderBy(user => user.Id)
            .FirstOrDefaultAsync(cancellation) is not { } owner)
            return null;
        string password = Convert.ToBase64String(RandomNumberGenerator.GetBytes(PasswordBytes));
        string hash = users.PasswordHasher.HashPassword(owner, password);
        await db.Users.Where(user => user.Id == owner.Id).Set(user => user.PasswordHash, hash).UpdateAsync(cancellation);
        return await users.FindByEmailAsync(owner.Email) is { } read && await users.CheckPasswordAsync(read, password)
            ? null
            : "An owner could not sign in.";
    }
}
