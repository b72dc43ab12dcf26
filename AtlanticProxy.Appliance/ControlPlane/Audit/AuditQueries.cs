using System.Globalization;
using System.Net;
using System.Text.Json;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Audit;

/// <summary>Which entries. Null does not narrow.</summary>
/// <param name="Object">A table, one of <see cref="AuditQueries.Objects"/>.</param>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
public sealed record AuditFilter(
    Scope Scope, long? CustomerId = null, AuthorKind? By = null, string? Object = null, long? ObjectId = null,
    DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>One column that somebody wrote.</summary>
/// <param name="Before">As text; null: there was none.</param>
/// <param name="After">As text; null: there is none now.</param>
public sealed record AuditedField(string Column, string? Before, string? After);

/// <summary>One entry of the audit log.</summary>
/// <param name="Author">Empty for visitors.</param>
/// <param name="Action">The form or verb.</param>
/// <param name="Object">The table.</param>
/// <param name="Label">What people call the row; may be empty.</param>
/// <param name="Customer">Email of whom it is about; null: of nobody.</param>
/// <param name="Currency">What amounts are in; null where the row has none.</param>
public sealed record AuditSummary(
    long Id, DateTimeOffset At, AuthorKind AuthorKind, string Author, string Action, IPAddress? Address, AuditChange Change,
    string Object, long? ObjectId, string Label, long? CustomerId, string? Customer, string? Currency,
    IReadOnlyList<AuditedField> Fields);

/// <summary>Reads the audit log, the latest first.</summary>
public sealed class AuditQueries(AtlanticDb db)
{
    /// <summary>What shows in place of a secret.</summary>
    public const string Secret = "•";

    private const string CurrencyColumn = "currency", OwnRow = "customers";

    /// <summary>What <see cref="NoteAct"/> notes of connections that are cut.</summary>
    public const string OpenConnections = "open_connections";

    /// <summary>What it notes of looks at a customer's portal: begun is added, ended is removed.</summary>
    public const string CustomerViews = "customer_views";

    /// <summary>What it notes of staff whose sessions an owner ends.</summary>
    public const string Sessions = "staff_sessions";

    /// <summary>What it notes of links that sign a customer's owner in.</summary>
    public const string SignInLinks = "sign_in_links";

    /// <summary>What it notes of customers that are forgotten.</summary>
    public const string Anonymised = "anonymised_customers";

    /// <summary>What it notes of backups: asked for is added, tried is changed, downloaded is removed.</summary>
    public const string Backups = "backups";

    /// <summary>What <see cref="NoteAct"/> notes.</summary>
    public static readonly IReadOnlyList<string> Acts =
        [Anonymised, Backups, CustomerViews, OpenConnections, Sessions, SignInLinks];

    /// <summary>
    /// The tables whose rows are audited, as <c>Functions/audit_log.sql</c> lists them, and what <see cref="NoteAct"/> notes.
    /// </summary>
    public static readonly IReadOnlyList<string> Objects =
    [
        "alert_channels", "announcements", Anonymised, "api_tokens", "auto_top_ups", Backups, "coupons", CustomerViews,
        "customers", "destination_rules", "gateways", "grants", "health_mutes", "imports", "invitations", "invoices",
        "list_tokens", "mail_settings", "mail_templates",
        OpenConnections, "orders",
        "payment_methods", "plans", "pool_members", "pools", "provider_bills", "providers", "proxy_users",
        "referral_settings", "refunds", "resale_prices", "resellers", "roles", "seller", "shadowsocks_keys", SignInLinks, "site",
        Sessions, "subscriptions", "tax_rates", "unallocated_money", "user_passkeys", "users",
        "wallet_entries", "webhook_endpoints",
    ];

    /// <summary>
    /// What a customer sees of it: what its people, and others for it, did with these. Of its own row only what its people
    /// changed: the rest is what staff keep about it.
    /// </summary>
    public static readonly IReadOnlyList<string> OfCustomers =
    [
        "api_tokens", "auto_top_ups", "customers", "grants", "invitations", "invoices", "list_tokens", "orders",
        "payment_methods", "proxy_users", "refunds", "shadowsocks_keys", "subscriptions", "users", "wallet_entries",
        "webhook_endpoints",
    ];

    /// <summary>Entries; the search looks in who it was, and in what the row is called.</summary>
    public async Task<Page<AuditSummary>> ListAsync(AuditFilter filter, PageRequest page, CancellationToken cancellation)
    {
        var entries = Narrow(filter);
        if (page.Search is not null)
            entries = entries.Where(entry =>
                entry.Author.ILike(page.SearchPattern) || entry.Label.ILike(page.SearchPattern));
        int total = await entries.CountAsync(cancellation);
        var rows = await (
            from entry in entries.OrderByDescending(entry => entry.Id).Skip(page.Offset).Take(page.Size)
            from customer in db.AllCustomers.LeftJoin(customer => customer.Id == entry.CustomerId)
            select new { Entry = entry, Email = customer!.Email }).ToListAsync(cancellation);
        return new Page<AuditSummary>(
            [.. rows.OrderByDescending(row => row.Entry.Id).Select(row => Summary(row.Entry, row.Email))
                .Select(entry => filter.Scope.CustomerId is null ? entry : Theirs(entry))],
            page.Number, page.Size, total);
    }

    /// <param name="before">Ids less than this; 0 for the latest of all.</param>
    public async Task<Slice<AuditSummary>> LatestAsync(
        AuditFilter filter, long before, int count, CancellationToken cancellation)
    {
        var entries = Narrow(filter);
        if (before > 0)
            entries = entries.Where(entry => entry.Id < before);
        var rows = await entries.OrderByDescending(entry => entry.Id).Take(count + 1).ToListAsync(cancellation);
        return Slice<AuditSummary>.Of(
            [.. rows.Select(entry => Summary(entry, customer: null))
                .Select(entry => filter.Scope.CustomerId is null ? entry : Theirs(entry))], count);
    }

    private IQueryable<AuditEntry> Narrow(AuditFilter filter)
    {
        var entries = db.AuditEntries.AsQueryable();
        foreach (long? customer in new[] { filter.Scope.CustomerId, filter.CustomerId })
            if (customer is not null)
                entries = entries.Where(entry => entry.CustomerId == customer);
        if (filter.Scope.CustomerId is not null)
            entries = entries.Where(entry => OfCustomers.Contains(entry.Object)
                && (entry.Object != OwnRow || entry.AuthorKind == AuthorKind.Customer));
        if (filter.By is { } kind)
            entries = entries.Where(entry => entry.AuthorKind == kind);
        if (filter.Object is { } table)
            entries = entries.Where(entry => entry.Object == table);
        if (filter.ObjectId is { } id)
            entries = entries.Where(entry => entry.ObjectId == id);
        if (filter.From is { } from)
            entries = entries.Where(entry => entry.At >= from);
        if (filter.To is { } to)
            entries = entries.Where(entry => entry.At < to);
        return entries;
    }

    /// <summary>As the customer may see it: without who works here, and from where.</summary>
    private static AuditSummary Theirs(AuditSummary entry) => entry.AuthorKind == AuthorKind.Customer
        ? entry with { Action = "" }
        : entry with { Author = "", Action = "", Address = null };

    private static AuditSummary Summary(AuditEntry entry, string? customer)
    {
        var (before, after) = (Values(entry.Before), Values(entry.After));
        return new AuditSummary(
            entry.Id, entry.At, entry.AuthorKind, entry.Author, entry.Action, entry.Address, entry.Change, entry.Object,
            entry.ObjectId, entry.Label, entry.CustomerId, customer,
            after.GetValueOrDefault(CurrencyColumn) ?? before.GetValueOrDefault(CurrencyColumn),
            [.. before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
                .Select(column => new AuditedField(column, before.GetValueOrDefault(column), after.GetValueOrDefault(column)))
                .Where(field => field.Before != field.After || field.Before == Secret)]);
    }

    private static Dictionary<string, string?> Values(string json)
    {
        using var row = JsonDocument.Parse(json);
        return row.RootElement.EnumerateObject().ToDictionary(field => field.Name, string? (field) => field.Value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => field.Value.GetString(),
            JsonValueKind.True => "yes",
            JsonValueKind.False => "no",
            JsonValueKind.Array => string.Join(", ", field.Value.EnumerateArray().Select(each => each.ToString())),
            _ => string.Create(CultureInfo.InvariantCulture, $"{field.Value}"),
        });
    }
}
