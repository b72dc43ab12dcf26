using System.Security.Claims;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Api;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.Web.Security;

/// <summary>
/// Who may use which pages: docs/roles.md has the table, and a test holds every action against it. An action without a policy is
/// refused to everyone.
/// </summary>
internal static class Policies
{
    /// <summary>The reseller's own people, whatever their role: only for pages that show each what they may see.</summary>
    public const string Staff = "staff";

    /// <summary>Who owns the business: what no other role can have.</summary>
    public const string Owners = "owners";

    /// <summary>People of one customer, in that customer's portal.</summary>
    public const string Customers = "customers";

    /// <summary>Those of them who see where connections go and how they end.</summary>
    public const string Watchers = "watchers";

    /// <summary>Those who connect: proxy users and their passwords.</summary>
    public const string Connectors = "connectors";

    /// <summary>Those who buy and pay, of customers that the operator sells to.</summary>
    public const string Payers = "payers";

    /// <summary>People of a reseller's customer: what they can buy, they ask the reseller for.</summary>
    public const string Sold = "sold";

    /// <summary>Those who sell on, of a customer that may.</summary>
    public const string Resellers = "resellers";

    /// <summary>Those who choose the others, and set what concerns the whole account.</summary>
    public const string Leads = "leads";

    /// <summary>Those whose account it is.</summary>
    public const string AccountOwners = "account owners";

    /// <summary>What each role of a customer's people may: the one table.</summary>
    private static readonly Dictionary<string, MemberRole[]> Members = new(StringComparer.Ordinal)
    {
        [Customers] = Enum.GetValues<MemberRole>(),
        [Watchers] = [MemberRole.Owner, MemberRole.Admin, MemberRole.Developer, MemberRole.Viewer],
        [Connectors] = [MemberRole.Owner, MemberRole.Admin, MemberRole.Developer],
        [Payers] = [MemberRole.Owner, MemberRole.Admin, MemberRole.Billing],
        [Leads] = [MemberRole.Owner, MemberRole.Admin],
        [AccountOwners] = [MemberRole.Owner],
        [Sold] = Enum.GetValues<MemberRole>(),
        [Resellers] = [MemberRole.Owner, MemberRole.Admin],
    };

    /// <summary>What the customer itself must be for a policy, beside the role.</summary>
    private static readonly Dictionary<string, Func<ClaimsPrincipal, bool>> Sales = new(StringComparer.Ordinal)
    {
        [Payers] = user => user.SellerId is null,
        [Sold] = user => user.SellerId is not null,
        [Resellers] = user => user.MayResell,
    };

    /// <summary>Whether one of a customer's people is let in by a policy.</summary>
    public static bool Allows(string policy, MemberRole role, ClaimsPrincipal user) =>
        Members[policy].Contains(role) && (!Sales.TryGetValue(policy, out var sells) || sells(user));

    /// <summary>Whether a policy is for customers' people.</summary>
    public static bool IsOfCustomers(string? policy) => policy is not null && Members.ContainsKey(policy);

    /// <summary>Of staff whose role has that much of an area: <see cref="StaffRights"/> says which have.</summary>
    public static string Of(Area area, Access access) => $"{area}.{access}";

    public static void AddPolicies(AuthorizationOptions options)
    {
        options.AddPolicy(Staff, policy => policy.RequireAuthenticatedUser().RequireAssertion(context => context.User.IsStaff));
        foreach (var area in Enum.GetValues<Area>())
            foreach (var access in StaffRights.LevelsOf(area).Where(access => access != Access.None))
                options.AddPolicy(Of(area, access), policy => policy.RequireAuthenticatedUser()
                    .RequireAssertion(context => context.User.Rights.Allows(area, access)));
        options.AddPolicy(Owners, policy => policy.RequireRole(Roles.Owner));
        foreach (var (name, roles) in Members)
            options.AddPolicy(name, policy => policy.RequireRole(Roles.Customer).RequireClaim(AccountClaims.CustomerId)
                .RequireClaim(AccountClaims.MemberRole, roles.Select(role => role.ToString()))
                .RequireAssertion(context => !Sales.TryGetValue(name, out var sells) || sells(context.User)));
        // An action without a policy is nobody's; where there is no action, whoever is signed in is told that there is none.
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser()
            .RequireAssertion(context => context.Resource is HttpContext http
                && (http.GetEndpoint() is null || ApiPaths.IsRefusedByRouting(http))).Build();
    }
}
