using System.Security.Claims;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;

namespace AtlanticProxy.Web.Shell;

/// <summary>One entry of the menu.</summary>
/// <param name="Exact">Only that page is it; otherwise every page below it is too.</param>
/// <param name="Also">Other pages that belong to it, with those below them.</param>
internal sealed record NavigationItem(Phrase Label, string Href, string Icon, bool Exact = false, params string[] Also)
{
    /// <summary>Who has it in the menu: those whom its page is for.</summary>
    public Func<ClaimsPrincipal, bool> IsFor { get; init; } = _ => true;

    public bool IsCurrent(string path) =>
        path.Equals(Href, StringComparison.OrdinalIgnoreCase) || (!Exact && IsAtOrBelow(path, Href))
        || Also.Any(other => IsAtOrBelow(path, other));

    private static bool IsAtOrBelow(string path, string page) =>
        path.Equals(page, StringComparison.OrdinalIgnoreCase)
        || path.StartsWith($"{page}/", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Entries of the menu that belong together.</summary>
internal sealed record NavigationGroup(Phrase? Label, params IReadOnlyList<NavigationItem> Items);

/// <summary>The menu of whoever is signed in.</summary>
internal static class Navigation
{
    private static readonly NavigationGroup[] Staff =
    [
        new("Administration", new NavigationItem("Dashboard", "/admin", "layout-dashboard", Exact: true)),
        new("Customers",
            new NavigationItem("Customers", "/admin/customers", "users"),
            new NavigationItem("Proxy users", "/admin/proxy-users", "key"),
            new NavigationItem("Announcements", "/admin/announcements", "speakerphone") { IsFor = user => user.MayOperate }),
        new("Money",
            new NavigationItem("Orders", "/admin/orders", "shopping-cart"),
            new NavigationItem("Payments", "/admin/payments", "credit-card"),
            new NavigationItem("Invoices", "/admin/invoices", "file-invoice"),
            new NavigationItem("Plans", "/admin/plans", "stack-2"),
            new NavigationItem("Coupons", "/admin/coupons", "ticket") { IsFor = user => user.MayOperate },
            new NavigationItem("Reconciliation", "/admin/reconciliation", "activity")),
        new("Network",
            new NavigationItem("Providers", "/admin/providers", "server-2"),
            new NavigationItem("Pools", "/admin/pools", "route"),
            new NavigationItem("Rules and lists", "/admin/rules", "ban") { IsFor = user => user.MayOperate },
            new NavigationItem("Live connections", "/admin/live", "plug-connected")),
        new("Operations",
            new NavigationItem("Jobs", "/admin/jobs", "player-play"),
            new NavigationItem("Certificate", "/admin/certificate", "lock"),
            new NavigationItem("Audit log", "/admin/audit", "history") { IsFor = user => user.MayOperate }),
        new("Setup",
            new NavigationItem("Settings", "/admin/settings", "adjustments", Exact: true) { IsFor = user => user.IsOwner },
            new NavigationItem("Gateways", "/admin/gateways", "building-bank") { IsFor = user => user.IsOwner },
            new NavigationItem("Brand", "/admin/settings/brand", "palette") { IsFor = user => user.IsOwner },
            new NavigationItem("Seller and taxes", "/admin/settings/invoices", "file-invoice") { IsFor = user => user.IsOwner },
            new NavigationItem("Sign-up", "/admin/settings/sign-up", "user-circle") { IsFor = user => user.IsOwner },
            new NavigationItem("Referrals", "/admin/settings/referrals", "ticket") { IsFor = user => user.IsOwner },
            new NavigationItem("Staff", "/admin/settings/staff", "shield-lock") { IsFor = user => user.IsOwner },
            new NavigationItem("Mail", "/admin/settings/mail", "mail"),
            new NavigationItem("Webhooks", "/admin/settings/webhooks", "webhook") { IsFor = user => user.IsOwner },
            new NavigationItem("Import", "/admin/import", "login-2") { IsFor = user => user.IsOwner }),
    ];

    private static readonly NavigationGroup[] Customers =
    [
        new(Label: null,
            new NavigationItem("Overview", "/overview", "activity")),
        new("Connect",
            Of(Policies.Connectors, new("Endpoints", "/endpoints", "terminal-2")),
            Of(Policies.Watchers, new("Locations", "/locations", "world")),
            Of(Policies.Connectors, new("Proxy users", "/credentials", "key"))),
        new("Watch",
            new NavigationItem("Usage", "/usage", "chart-bar"),
            Of(Policies.Watchers, new("Activity", "/activity", "list-search"))),
        new("Resell",
            Of(Policies.Resellers, new("Customers", "/resell", "building-store", Exact: true, "/resell/customers")),
            Of(Policies.Resellers, new("Prices", "/resell/prices", "ticket")),
            Of(Policies.Resellers, new("Brand", "/resell/brand", "palette"))),
        new("Account",
            Of(Policies.Sold, new("Billing", "/offer", "credit-card")),
            Of(Policies.Payers, new("Billing", "/plans", "credit-card", false, "/wallet", "/invoices", "/billing-details",
                "/methods", "/referrals", "/checkout", "/orders", "/subscription")),
            Of(Policies.Connectors, new("Webhooks", "/api-access/webhooks", "webhook")),
            Of(Policies.Leads, new("Team", "/team", "users")),
            new NavigationItem("Security", "/security", "shield-lock", false, "/account/password")
            {
                IsFor = user => !user.IsViewing,
            },
            new NavigationItem("Settings", "/settings", "adjustments")),
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

    /// <summary>The tabs of what is forbidden.</summary>
    public static readonly IReadOnlyList<NavigationItem> Rules =
    [
        new("Rules", "/admin/rules", "", Exact: true),
        new("Block lists", "/admin/rules/lists", ""),
        new("Check", "/admin/rules/check", ""),
    ];

    /// <summary>The tabs of what happened.</summary>
    public static readonly IReadOnlyList<NavigationItem> Activity =
    [
        new("Connections", "/activity", "", Exact: true),
        new("Sign-ins", "/activity/sign-ins", ""),
        Of(Policies.Leads, new("Changes", "/activity/changes", "")),
    ];

    public static IEnumerable<NavigationGroup> For(ClaimsPrincipal user) => (user.IsStaff ? Staff : Customers)
        .Select(group => group with { Items = [.. group.Items.Where(item => item.IsFor(user))] })
        .Where(group => group.Items.Count > 0);

    /// <summary>For those of a customer's people whom a policy lets in.</summary>
    private static NavigationItem Of(string policy, NavigationItem item) => item with { IsFor = user => user.May(policy) };
}
