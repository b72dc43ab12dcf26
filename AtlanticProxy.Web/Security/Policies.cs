using AtlanticProxy.ControlPlane.Accounts;
using Microsoft.AspNetCore.Authorization;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// Who may use which pages: docs/roles.md has the table, and a test holds every action against it. An action without one of these
/// is refused to everyone signed out.
/// </summary>
internal static class Policies
{
    /// <summary>The reseller's own people: may look at everything in the admin pages.</summary>
    public const string Staff = "staff";

    /// <summary>Staff who may change things.</summary>
    public const string Operators = "operators";

    /// <summary>Who owns the business: moves money by hand.</summary>
    public const string Owners = "owners";

    /// <summary>People of one customer, in that customer's portal.</summary>
    public const string Customers = "customers";

    public static void AddPolicies(AuthorizationOptions options)
    {
        options.AddPolicy(Staff, policy => policy.RequireRole(Roles.Staff));
        options.AddPolicy(Operators, policy => policy.RequireRole(Roles.Owner, Roles.Operator));
        options.AddPolicy(Owners, policy => policy.RequireRole(Roles.Owner));
        options.AddPolicy(Customers, policy => policy.RequireRole(Roles.Customer).RequireClaim(AccountClaims.CustomerId));
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
    }
}
