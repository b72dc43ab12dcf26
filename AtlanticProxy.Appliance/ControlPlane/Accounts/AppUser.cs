using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>Someone who signs in: staff of the reseller, or of one customer.</summary>
public sealed class AppUser : IdentityUser<long>
{
    /// <summary>The customer whose portal this user sees; null for staff.</summary>
    public long? CustomerId { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>Roles, from most to least power. They are rows that the first migration writes.</summary>
public static class Roles
{
    /// <summary>Everything, money and staff included.</summary>
    public const string Owner = "Owner";

    /// <summary>Runs the service: customers, proxy users, providers.</summary>
    public const string Operator = "Operator";

    /// <summary>Looks, helps, changes nothing that costs.</summary>
    public const string Support = "Support";

    /// <summary>Sees one customer's portal.</summary>
    public const string Customer = "Customer";

    /// <summary>The roles that the reseller's own people have.</summary>
    public static readonly IReadOnlyList<string> Staff = [Owner, Operator, Support];
}

/// <summary>Claims beyond Identity's own that a signed-in user carries.</summary>
public static class AccountClaims
{
    /// <summary>Id of the customer whose portal the user sees, decimal; absent for staff.</summary>
    public const string CustomerId = "atlantic:customer_id";
}
