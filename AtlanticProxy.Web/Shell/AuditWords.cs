using System.Globalization;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Shell;

/// <summary>Entries of the audit log in words, in the reader's language.</summary>
internal static class AuditWords
{
    /// <summary>What a row of a table is called.</summary>
    private static readonly Dictionary<string, Phrase> Nouns = new(StringComparer.Ordinal)
    {
        ["alert_channels"] = "alert channel", ["health_mutes"] = "mute",
        ["announcements"] = "announcement", ["api_tokens"] = "API token", ["auto_top_ups"] = "automatic top-up",
        ["coupons"] = "coupon",
        ["customers"] = "customer", ["destination_rules"] = "destination rule", ["gateways"] = "gateway",
        ["grants"] = "grant", ["imports"] = "import",
        ["invitations"] = "invitation", ["invoices"] = "invoice", ["list_tokens"] = "list link of",
        ["mail_settings"] = "mail server",
        ["mail_templates"] = "mail template", ["orders"] = "order", ["payment_methods"] = "payment method", ["plans"] = "plan",
        ["pool_members"] = "member of pool", ["pools"] = "pool", ["provider_bills"] = "count of provider",
        ["providers"] = "provider", ["proxy_users"] = "proxy user", ["referral_settings"] = "referral settings",
        ["refunds"] = "refund", ["resale_prices"] = "resale price", ["resellers"] = "reseller", ["roles"] = "role",
        ["seller"] = "seller",
        ["shadowsocks_keys"] = "Shadowsocks key of", ["site"] = "site settings", ["subscriptions"] = "subscription",
        ["tax_rates"] = "tax rate", ["unallocated_money"] = "unallocated money", ["user_passkeys"] = "passkey",
        ["users"] = "login", ["wallet_entries"] = "wallet entry", ["webhook_endpoints"] = "webhook",
        [AuditQueries.OpenConnections] = "open connections", [AuditQueries.CustomerViews] = "view as customer",
        [AuditQueries.Anonymised] = "anonymised customer", [AuditQueries.Sessions] = "sessions",
        [AuditQueries.SignInLinks] = "sign-in link",
        [AuditQueries.Backups] = "backup",
    };

    private static readonly HashSet<string> Amounts = new(StringComparer.Ordinal)
    {
        "amount", "balance", "price", "deposit", "seat_price", "top_up_price", "overage_price", "threshold", "daily_limit",
        "monthly_limit", "total", "net", "tax",
    };

    public static string Noun(string table) =>
        T.Of(Nouns.GetValueOrDefault(table)) ?? table.TrimEnd('s').Replace('_', ' ');

    /// <summary>"Plan “Personal” changed".</summary>
    public static string Sentence(AuditSummary entry)
    {
        string noun = Noun(entry.Object);
        string label = entry.Label;
        noun = $"{char.ToUpperInvariant(noun[0])}{noun[1..]}";
        return T[(entry.Object, entry.Change) switch
        {
            (AuditQueries.OpenConnections, _) => (Phrase)$"{label} cut",
            (AuditQueries.Backups, AuditChange.Added) => "Backup asked for",
            (AuditQueries.Backups, AuditChange.Changed) => "Restore drill asked for",
            (AuditQueries.Backups, _) => $"{label} downloaded",
            (AuditQueries.Anonymised, _) => $"C{label[1..]} anonymised",
            (AuditQueries.CustomerViews, AuditChange.Added) => $"View as customer “{label}” begun",
            (AuditQueries.Sessions, _) => $"{label} signed out everywhere",
            (AuditQueries.CustomerViews, _) => $"View as customer “{label}” ended",
            (_, AuditChange.Added) when label.Length == 0 => $"{noun} added",
            (_, AuditChange.Changed) when label.Length == 0 => $"{noun} changed",
            (_, AuditChange.Removed) when label.Length == 0 => $"{noun} removed",
            (_, AuditChange.Added) => $"{noun} “{label}” added",
            (_, AuditChange.Changed) => $"{noun} “{label}” changed",
            (_, AuditChange.Removed) => $"{noun} “{label}” removed",
        }];
    }

    public static string Author(AuditSummary entry) => entry.AuthorKind switch
    {
        AuthorKind.Visitor => T["Visitor"],
        AuthorKind.CommandLine => T[$"{entry.Author} at the command line"],
        _ => entry.Author,
    };

    public static string Of(AuthorKind kind) => kind switch
    {
        AuthorKind.Staff => T["Staff"],
        AuthorKind.Customer => T["Customers"],
        AuthorKind.Visitor => T["Visitors"],
        AuthorKind.CommandLine => T["Command line"],
    };

    /// <summary>A value as people read it: money in its currency, secrets as dots.</summary>
    public static string Value(AuditSummary entry, string column, string? value) =>
        value is null ? "–"
        : entry.Currency is { } currency && Amounts.Contains(column) && Money.FindCurrency(currency) is { } known
            && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long minorUnits)
        ? new Money(minorUnits, known).ToString()
        : value;
}
