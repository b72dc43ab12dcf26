using System.Globalization;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Ledger;

namespace AtlanticProxy.Web.Shell;

/// <summary>Entries of the audit log in words.</summary>
internal static class AuditWords
{
    /// <summary>What a row of a table is called.</summary>
    private static readonly Dictionary<string, string> Nouns = new(StringComparer.Ordinal)
    {
        ["auto_top_ups"] = "automatic top-up", ["destination_rules"] = "destination rule", ["mail_settings"] = "mail server",
        ["mail_templates"] = "mail template", ["payment_methods"] = "payment method", ["pool_members"] = "member of pool",
        ["provider_bills"] = "count of provider", ["proxy_users"] = "proxy user", ["referral_settings"] = "referral settings",
        ["seller"] = "seller", ["shadowsocks_keys"] = "Shadowsocks key of", ["site"] = "site settings",
        ["tax_rates"] = "tax rate", ["unallocated_money"] = "unallocated money", ["user_passkeys"] = "passkey",
        ["users"] = "login", [AuditQueries.OpenConnections] = "open connections",
        [AuditQueries.CustomerViews] = "view as customer", [AuditQueries.Anonymised] = "anonymised customer",
        ["wallet_entries"] = "wallet entry", ["webhook_endpoints"] = "webhook", ["grants"] = "grant",
    };

    private static readonly HashSet<string> Amounts = new(StringComparer.Ordinal)
    {
        "amount", "balance", "price", "deposit", "seat_price", "top_up_price", "overage_price", "threshold", "daily_limit",
        "monthly_limit", "total", "net", "tax",
    };

    public static string Noun(string table) =>
        Nouns.GetValueOrDefault(table) ?? table.TrimEnd('s').Replace('_', ' ');

    /// <summary>"Plan “Personal” changed".</summary>
    public static string Sentence(AuditSummary entry)
    {
        string noun = Noun(entry.Object);
        string label = entry.Label.Length > 0 ? $" “{entry.Label}”" : "";
        string change = entry.Change switch
        {
            AuditChange.Added => "added",
            AuditChange.Changed => "changed",
            AuditChange.Removed => "removed",
        };
        if (entry.Object == AuditQueries.OpenConnections)
            return $"{entry.Label} cut";
        if (entry.Object == AuditQueries.Anonymised)
            return $"C{entry.Label[1..]} anonymised";
        if (entry.Object == AuditQueries.CustomerViews)
            return $"View as customer “{entry.Label}” {(entry.Change == AuditChange.Added ? "begun" : "ended")}";
        return $"{char.ToUpperInvariant(noun[0])}{noun[1..]}{label} {change}";
    }

    public static string Author(AuditSummary entry) => entry.AuthorKind switch
    {
        AuthorKind.Visitor => "Visitor",
        AuthorKind.CommandLine => $"{entry.Author} at the command line",
        _ => entry.Author,
    };

    public static string Of(AuthorKind kind) => kind switch
    {
        AuthorKind.Staff => "Staff",
        AuthorKind.Customer => "Customers",
        AuthorKind.Visitor => "Visitors",
        AuthorKind.CommandLine => "Command line",
    };

    /// <summary>The column's name as words.</summary>
    public static string Field(string column) =>
        char.ToUpperInvariant(column[0]) + column[1..].Replace("_sealed", "", StringComparison.Ordinal)
            .Replace("_hash", "", StringComparison.Ordinal).Replace('_', ' ');

    /// <summary>A value as people read it: money in its currency, secrets as dots.</summary>
    public static string Value(AuditSummary entry, string column, string? value) =>
        value is null ? "–"
        : entry.Currency is { } currency && Amounts.Contains(column) && Money.FindCurrency(currency) is { } known
            && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long minorUnits)
        ? new Money(minorUnits, known).ToString()
        : value;
}
