using AtlanticProxy.ControlPlane.Staff;
using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Someone who signs in: staff of the reseller, or of one customer.</summary>
[Table("users")]
public sealed class AppUser
{
    [PrimaryKey]
    public long Id { get; set; }

    /// <summary>The customer whose portal this user sees; null for staff.</summary>
    public long? CustomerId { get; set; }

    /// <summary>One of <see cref="Roles"/>, or a role that an owner has made.</summary>
    public string Role { get; set; } = "";

    /// <summary>What this user may do for the customer; null for staff.</summary>
    public MemberRole? MemberRole { get; set; }

    /// <summary>Lower case; unique.</summary>
    public string Email { get; set; } = "";

    public bool EmailConfirmed { get; set; }

    /// <summary>In ASP.NET Core Identity's form.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>Changes with what signs in: sessions that carry an older one end.</summary>
    public string SecurityStamp { get; set; } = "";

    /// <summary>Changes with each write, so that of two at once the second is refused.</summary>
    public string ConcurrencyStamp { get; set; } = "";

    public int AccessFailedCount { get; set; }

    /// <summary>Until when wrong passwords have locked the account; null or past: they have not.</summary>
    public DateTimeOffset? LockoutEnd { get; set; }

    public bool TwoFactorEnabled { get; set; }

    /// <summary>Secret of the authenticator app under <see cref="Secrets.SecretBox"/>; null when there is none.</summary>
    public byte[]? AuthenticatorKeySealed { get; set; }

    /// <summary>Null: never.</summary>
    [Column(SkipOnInsert = true, SkipOnUpdate = true)]
    public DateTimeOffset? LastSignedInAt { get; set; }

    /// <summary>Of the authenticator app, as <see cref="SecondFactor"/> counts it; null: none was used.</summary>
    [Column(SkipOnInsert = true, SkipOnUpdate = true)]
    public long? LastCodeStep { get; set; }

    [Column(SkipOnUpdate = true)]
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>One recovery code that has not been used: SHA-256, since codes are random and long.</summary>
[Table("user_recovery_codes")]
internal sealed class RecoveryCode
{
    [PrimaryKey(1)]
    public long UserId { get; set; }

    [PrimaryKey(2)]
    public required byte[] CodeHash { get; set; }
}

/// <summary>One passkey (WebAuthn credential) of a user.</summary>
[Table("user_passkeys")]
internal sealed class UserPasskey
{
    [PrimaryKey]
    public required byte[] CredentialId { get; set; }

    public long UserId { get; set; }

    /// <summary>As its owner calls it.</summary>
    public string? Name { get; set; }

    public required byte[] PublicKey { get; set; }

    /// <summary>The authenticator's own count: one that goes back was copied.</summary>
    public long SignCount { get; set; }

    public required string[] Transports { get; set; }
    public bool IsUserVerified { get; set; }
    public bool IsBackupEligible { get; set; }
    public bool IsBackedUp { get; set; }
    public required byte[] AttestationObject { get; set; }
    public required byte[] ClientDataJson { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it last signed its owner in; null: never.</summary>
    public DateTimeOffset? UsedAt { get; set; }
}

/// <summary>
/// Roles as <c>users.role</c> spells them, from most to least power. What those of staff may is in <see cref="StaffRights"/>.
/// </summary>
public static class Roles
{
    /// <summary>Everything, money and staff included.</summary>
    public const string Owner = "Owner";

    /// <summary>Runs the service: customers, proxy users, providers.</summary>
    public const string Operator = "Operator";

    /// <summary>Money: orders, payments, invoices, prices. Looks at customers, and sees nothing of the network.</summary>
    public const string Finance = "Finance";

    /// <summary>Looks, helps, changes nothing that costs.</summary>
    public const string Support = "Support";

    /// <summary>Sees one customer's portal.</summary>
    public const string Customer = "Customer";

    /// <summary>The roles of the reseller's own people that every appliance has; others are an owner's own.</summary>
    public static readonly IReadOnlyList<string> Shipped = [Owner, Operator, Finance, Support];
}

/// <summary>Claims beyond Identity's own that a signed-in user carries.</summary>
public static class AccountClaims
{
    /// <summary>Id of the customer whose portal the user sees, decimal; absent for staff.</summary>
    public const string CustomerId = "atlantic:customer_id";

    /// <summary>
    /// One right of a role that is not shipped, as <see cref="StaffRights"/> spells it: one claim each. Shipped roles have none.
    /// </summary>
    public const string StaffRight = "atlantic:staff_right";

    /// <summary>What the user may do for the customer: a name of <see cref="Accounts.MemberRole"/>; absent for staff.</summary>
    public const string MemberRole = "atlantic:member_role";

    /// <summary>Id of the reseller that the customer is of, decimal; absent for the operator's own customers.</summary>
    public const string SellerId = "atlantic:seller_id";

    /// <summary>There, whatever it says, where the customer may have customers of its own.</summary>
    public const string MayResell = "atlantic:may_resell";

    /// <summary>There, whatever it says, where a second factor was asked for.</summary>
    public const string SecondFactor = "atlantic:second_factor";

    /// <summary>
    /// What <see cref="SecondFactor"/> says of a session that a passkey has begun: the device has asked for a finger, a face or a
    /// PIN. It is the session's own, and not known from the account.
    /// </summary>
    public const string Passkey = "passkey";
}
