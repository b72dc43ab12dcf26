using AtlanticProxy.ControlPlane.Results;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Shell;

/// <summary>Columns of audited tables in words. What is noted has their names in the database.</summary>
internal static class AuditFields
{
    /// <summary>Each as <see cref="English"/> makes it of the column.</summary>
    private static readonly Dictionary<string, Phrase> Known = new Phrase[]
    {
        "About", "Accent", "Account id", "Acme email", "Acme terms agreed at", "Action url", "Active", "Alarmed at",
        "Allowed networks", "Allowed sources", "Amount", "Anchor at", "Api", "Asn surcharge", "Attestation object",
        "Authenticator key", "Balance", "Balance after", "Base url", "Basis points", "Billed", "Brand", "Brand name",
        "Buyer address", "Buyer country",
        "Buyer email", "Buyer name", "Buyer vat id", "Bytes", "Cancel at end", "Card country", "Carry over bytes",
        "City surcharge", "Clearing days", "Client data json", "Closed at", "Code", "Company", "Connections",
        "Connections per second", "Cost per gb", "Countries", "Country", "Coupon bytes", "Coupon redemption id", "Credential id",
        "Credits id", "Currencies", "Currency", "Customer", "Daily cap bytes", "Daily limit", "Day", "Deleted at", "Deposit",
        "Dialects", "Disputed", "Due at", "Email", "Email confirmed", "Enabled", "End reason", "Ended at", "Entered at",
        "Exit generation", "Expires at", "Expiry month", "Expiry year", "Extra seats", "File name", "Finished at",
        "First purchase only", "Floor bytes per second", "Floor price", "Footer", "Gateway id", "Gateway refund id", "Grace days",
        "Headings", "Held by seller", "Hidden", "Host", "Host name", "Html body", "Included bytes", "Includes", "Instructions",
        "Invited by", "Invoice id", "Is backed up", "Is backup eligible", "Is default", "Is user verified", "Issued at", "Kind",
        "Kinds", "Landing", "Language", "Last4", "Limit bytes", "Line", "Lines", "Local networks", "Logo", "Mapping",
        "Max client addresses", "Max connections", "Max per customer", "Max redemptions", "May resell", "Measure", "Member role",
        "Memo", "Method", "Monthly cap bytes", "Monthly limit", "Muted mails", "Name", "Net", "Next extra seats",
        "Next version id", "Note", "Number", "On public pages", "On request", "Origin", "Origin id", "Overage price",
        "Package amounts", "Package prices", "Paid at", "Parent id", "Password", "Password template", "Past due since",
        "Pausable", "Paused at", "Payer", "Payment days", "Payment id", "Period end", "Period length", "Period start",
        "Period unit", "Pitch", "Plan ended", "Plan ends at", "Plan id", "Policy", "Pool id", "Port", "Prefix", "Prepaid",
        "Preset", "Price", "Prices include tax", "Priority", "Privacy", "Protocol", "Provider id", "Proxy user", "Proxy user id",
        "Public key", "Quota window", "Reason", "Receipt key", "Received at", "Reference", "Reminded for", "Removed at",
        "Requests per minute", "Resolved at", "Revoked at", "Rights", "Role", "Scopes", "Seat price", "Seats",
        "Second factor since", "Secret",
        "Secret kind",
        "Secret salt", "Secrets", "Security", "Seller address", "Seller country", "Seller id", "Seller name", "Seller vat id",
        "Sender address", "Sender name", "Settled at", "Setup finished at", "Setup token", "Setup token expires at",
        "Setup token used at", "Shows from", "Shows until", "Sign up", "Sign up plan id", "Source", "Speed bytes per second",
        "Speed down bytes per second", "Speed up bytes per second", "Staff role",
        "Staff second factor since", "Started by", "State",
        "State surcharge", "Store", "Street address", "Subject", "Support email", "Suspended at", "Tag", "Tags", "Target",
        "Targeting", "Tax", "Tax rule", "Template", "Terms", "Terms agreed at", "Terms url", "Text body", "Threshold", "Tier",
        "Tier amounts", "Tier prices", "Time zone", "Title", "Token", "Top up price", "Total", "Transaction id", "Transports",
        "Trial bytes", "Trial days", "Tries", "Two factor enabled", "Undone at", "Url", "User id", "Username",
        "Username template", "Valid from", "Valid until", "Value", "Vat checked at", "Vat id", "Weight", "Why", "Words", "Year",
        // Of backups, alerts and times without them.
        "After minutes", "Asked at", "Begins at", "Check name", "Ends at", "Failure", "File", "From state", "Interval minutes",
        "Made at", "Node", "Recipient", "Remind minutes", "Remote", "Sha256", "Upload verified at", "Version",
    }.ToDictionary(phrase => phrase.ToString(), StringComparer.Ordinal);

    /// <summary>The column's name in the reader's language; in English where there is no other word for it.</summary>
    public static string Of(string column) => T.Of(Known.GetValueOrDefault(English(column))) ?? English(column);

    /// <summary>Whether other languages have it.</summary>
    public static bool IsKnown(string column) => Known.ContainsKey(English(column));

    private static string English(string column) =>
        char.ToUpperInvariant(column[0]) + column[1..].Replace("_sealed", "", StringComparison.Ordinal)
            .Replace("_hash", "", StringComparison.Ordinal).Replace('_', ' ');
}
