using System.Security.Claims;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
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
            Reads(Area.Customers, new("Customers", "/admin/customers", "users")),
            Reads(Area.Customers, new("Proxy users", "/admin/proxy-users", "key")),
            Writes(Area.Customers, new("Announcements", "/admin/announcements", "speakerphone"))),
        new("Money",
            Reads(Area.Money, new("Orders", "/admin/orders", "shopping-cart")),
            Reads(Area.Money, new("Payments", "/admin/payments", "credit-card")),
            Reads(Area.Money, new("Invoices", "/admin/invoices", "file-invoice")),
            Reads(Area.Plans, new("Plans", "/admin/plans", "stack-2")),
            Reads(Area.Prices, new("Coupons", "/admin/coupons", "ticket")),
            Reads(Area.Money, new("Reconciliation", "/admin/reconciliation", "activity"))),
        new("Network",
            Reads(Area.Network, new("Providers", "/admin/providers", "server-2")),
            Reads(Area.Network, new("Pools", "/admin/pools", "route")),
            Reads(Area.Rules, new("Rules and lists", "/admin/rules", "ban")),
            Reads(Area.Network, new("Live connections", "/admin/live", "plug-connected"))),
        new("Operations",
            Reads(Area.Operations, new("Health", "/admin/health", "activity")),
            Reads(Area.Operations, new("Jobs", "/admin/jobs", "player-play")),
            Reads(Area.Operations, new("Backups", "/admin/backups", "server-2")),
            Reads(Area.Operations, new("Certificate", "/admin/certificate", "lock")),
            Reads(Area.Audit, new("Audit log", "/admin/audit", "history"))),
        new("Setup",
            Reads(Area.Settings, new("Settings", "/admin/settings", "adjustments", Exact: true)),
            Owners(new("Gateways", "/admin/gateways", "building-bank")),
            Reads(Area.Settings, new("Brand", "/admin/settings/brand", "palette")),
            Reads(Area.Settings, new("Seller and taxes", "/admin/settings/invoices", "file-invoice")),
            Reads(Area.Settings, new("Sign-up", "/admin/settings/sign-up", "user-circle")),
            Reads(Area.Settings, new("Retention", "/admin/settings/retention", "history")),
            Reads(Area.Settings, new("Referrals", "/admin/settings/referrals", "ticket")),
            Owners(new("Staff and roles", "/admin/staff", "shield-lock")),
            Writes(Area.Help, new("Mail", "/admin/settings/mail", "mail")),
            new NavigationItem("Mail templates", "/admin/settings/mail/templates", "mail")
            {
                IsFor = user => user.Reads(Area.Settings) && !user.Writes(Area.Help), // others have them as a tab of Mail
            },
            Owners(new("Webhooks", "/admin/settings/webhooks", "webhook")),
            new("API tokens", "/admin/api-tokens", "key"),
            Owners(new("Import", "/admin/import", "login-2"))),
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
            Of(Policies.Connectors, new("API & webhooks", "/api-access", "webhook")),
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

    /// <summary>The tabs of what programs use.</summary>
    public static readonly IReadOnlyList<NavigationItem> ApiAccess =
    [
        new("Tokens", "/api-access", "", Exact: true),
        new("Webhooks", "/api-access/webhooks", ""),
    ];

    /// <summary>The tabs of what is forbidden.</summary>
    public static readonly IReadOnlyList<NavigationItem> Rules =
    [
        new("Rules", "/admin/rules", "", Exact: true),
        new("Block lists", "/admin/rules/lists", ""),
        new("Check", "/admin/rules/check", ""),
    ];

    /// <summary>The tabs of how it is.</summary>
    public static readonly IReadOnlyList<NavigationItem> Health =
    [
        new("Checks", "/admin/health", "", Exact: true, "/admin/health/checks"),
        new("Alerts", "/admin/health/alerts", ""),
        new("Incidents", "/admin/health/incidents", ""),
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

    /// <summary>What staff with these rights, who are no owners, have in the menu.</summary>
    public static IEnumerable<NavigationItem> PagesOf(StaffRights rights)
    {
        var somebody = new ClaimsPrincipal(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.Role, "somebody"),
            .. rights.ToWords().Select(right => new Claim(AccountClaims.StaffRight, right)),
        ]));
        return For(somebody).SelectMany(group => group.Items);
    }

    private static NavigationItem Reads(Area area, NavigationItem item) => item with { IsFor = user => user.Reads(area) };

    private static NavigationItem Writes(Area area, NavigationItem item) => item with { IsFor = user => user.Writes(area) };

    private static NavigationItem Owners(NavigationItem item) => item with { IsFor = user => user.IsOwner };

    /// <summary>For those of a customer's people whom a policy lets in.</summary>
    private static NavigationItem Of(string policy, NavigationItem item) => item with { IsFor = user => user.May(policy) };
}
