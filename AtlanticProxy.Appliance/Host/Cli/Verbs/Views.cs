using System.Text.Json.Nodes;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Quantities;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// Stored things as <c>--json</c> shows them: amounts of money as people write them, states as verbs call them.
/// </summary>
internal static class Views
{
    public static JsonObject Of(PlanSummary plan) => Terminal.View(plan,
        ("price", new Money(plan.Price, plan.Currency).Amount), ("state", StateOf(plan)));

    /// <param name="currency">What costs are in.</param>
    public static JsonObject Of(ProviderSummary provider, string currency) => Terminal.View(provider,
        ("costPerGb", new Money(provider.CostPerGb, currency).Amount), ("currency", currency),
        ("state", StateOf(provider.Enabled)));

    public static JsonObject Of(ProxyUserSummary user) => Terminal.View(user, ("state", StateOf(user.Enabled)));

    public static object Of(AccountSummary account) =>
        new { account.Id, account.Email, role = RoleOf(account.Role), account.CreatedAt };

    public static object Of(WalletBalance balance) =>
        new { balance.Currency, balance = new Money(balance.Balance, balance.Currency).Amount };

    public static JsonObject Of(WalletEntry entry) => Terminal.View(entry,
        ("amount", new Money(entry.Amount, entry.Currency).Amount),
        ("balanceAfter", new Money(entry.BalanceAfter, entry.Currency).Amount));

    public static string StateOf(PlanSummary plan) => plan.Active ? "offered" : "withdrawn";

    public static string StateOf(bool enabled) => enabled ? "enabled" : "disabled";

    /// <summary>Whether connections are served now, and if not, why.</summary>
    public static string ServedOf(Standing standing) => standing == Standing.Served ? "yes" : Spelling.Of(standing);

    /// <summary>One of <see cref="Roles"/>, as the command line spells it.</summary>
    public static string RoleOf(string role) => Roles.Shipped.Contains(role) ? role.ToLowerInvariant() : role;

    /// <summary>The number of GB; a dash for no limit.</summary>
    public static string Gb(long? bytes) => bytes is { } count ? new DataSize(count).Gigabytes : "-";

    public static string Id(long id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static string Count(long number) => number.ToString("N0", System.Globalization.CultureInfo.InvariantCulture);

    public static string Day(DateTimeOffset instant) => Figures.Text(DateOnly.FromDateTime(instant.UtcDateTime));

    public static string Minute(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);
}
