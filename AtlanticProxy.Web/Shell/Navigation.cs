using System.Security.Claims;
using AtlanticProxy.Web.Security;

namespace AtlanticProxy.Web.Shell;

/// <summary>One entry of the menu.</summary>
/// <param name="Exact">Only that page is it; otherwise every page below it is too.</param>
/// <param name="Also">Other pages that belong to it, with those below them.</param>
internal sealed record NavigationItem(string Label, string Href, string Icon, bool Exact = false, params string[] Also)
{
    public bool IsCurrent(string path) =>
        path.Equals(Href, StringComparison.OrdinalIgnoreCase) || (!Exact && IsAtOrBelow(path, Href))
        || Also.Any(other => IsAtOrBelow(path, other));

    private static bool IsAtOrBelow(string path, string page) =>
        path.Equals(page, StringComparison.OrdinalIgnoreCase)
        || path.StartsWith($"{page}/", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The menu of whoever is signed in.</summary>
internal static class Navigation
{
    private static readonly NavigationItem[] Staff =
    [
        new("Dashboard", "/admin", "layout-dashboard", Exact: true),
        new("Customers", "/admin/customers", "users"),
        new("Proxy users", "/admin/proxy-users", "key"),
        new("Plans", "/admin/plans", "stack-2"),
        new("Pools", "/admin/pools", "route"),
        new("Providers", "/admin/providers", "server-2"),
        new("Reconciliation", "/admin/reconciliation", "activity"),
        new("Jobs", "/admin/jobs", "player-play"),
        new("Certificate", "/admin/certificate", "lock"),
    ];

    private static readonly NavigationItem[] Customers =
    [
        new("Overview", "/overview", "activity"),
        new("Credentials", "/credentials", "key"),
        new("Billing", "/plans", "credit-card", false, "/wallet", "/invoices", "/billing-details", "/methods", "/referrals",
            "/checkout", "/orders", "/subscription"),
    ];

    /// <summary>The tabs of the billing pages.</summary>
    public static readonly IReadOnlyList<NavigationItem> Billing =
    [
        new("Plan", "/plans", ""),
        new("Wallet", "/wallet", ""),
        new("Invoices", "/invoices", ""),
        new("Payment methods", "/methods", ""),
        new("Referrals", "/referrals", ""),
    ];

    public static IReadOnlyList<NavigationItem> For(ClaimsPrincipal user) => user.IsStaff ? Staff : Customers;
}
