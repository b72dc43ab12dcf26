using System.Globalization;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Finding;

/// <summary>What can be found by a name or number.</summary>
public enum FoundKind
{
    Customer,
    ProxyUser,
    Order,
    Payment,
    Invoice,
    Provider,
}

/// <summary>One thing that was found.</summary>
/// <param name="Key">What its page is called by: an id, or a payment's reference.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Of">Whose it is: an email address; empty for what is nobody's.</param>
public sealed record Found(FoundKind Kind, string Key, string Label, string Of);

/// <summary>What of it whoever asks may know.</summary>
/// <param name="Customers">And proxy users.</param>
/// <param name="Money">Orders, payments, invoices.</param>
public readonly record struct FindScope(bool Customers, bool Money, bool Providers);

/// <summary>Finds what staff look for by one word: each kind by the index of its own list.</summary>
public sealed partial class FindQueries(AtlanticDb db)
{
    /// <summary>As many of a kind as one looks through; its list has all.</summary>
    public const int MaxOfAKind = 8;

    /// <summary>
    /// Customers by a part of name or email, proxy users and providers by a part of the name, orders by number, payments by our
    /// reference or the gateway's, invoices by number. Without a word, nothing.
    /// </summary>
    public async Task<IReadOnlyList<Found>> FindAsync(string? word, FindScope scope, CancellationToken cancellation)
    {
        var asked = new PageRequest(search: word);
        if (asked.Search is not { } typed)
            return [];
        string pattern = asked.SearchPattern;
        long order = long.TryParse(typed.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : 0;
        var number = InvoiceNumber().Match(typed);
        int year = number.Success ? int.Parse(number.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        int invoice = number.Success ? int.Parse(number.Groups[2].Value, CultureInfo.InvariantCulture) : 0;
        var rows = await db.QueryAsync<Row>($"""
            (select 0 as kind, id::text as key, name as label, email as of from customers
                where {scope.Customers} and deleted_at is null and (email ilike {pattern} or name ilike {pattern})
                order by email limit {MaxOfAKind})
            union all
            (select 1, u.id::text, u.name, c.email from proxy_users u join customers c on c.id = u.customer_id
                where {scope.Customers} and u.deleted_at is null and u.name ilike {pattern} order by u.name limit {MaxOfAKind})
            union all
            (select 2, o.id::text, 'Order ' || o.id, c.email from orders o join customers c on c.id = o.customer_id
                where {scope.Money} and o.id = {order})
            union all
            (select 3, p.reference, p.reference, c.email from payments p join customers c on c.id = p.customer_id
                where {scope.Money} and p.id in (select id from payments where reference = {typed} union all
                    select o.id from gateways g join payments o on o.gateway_id = g.id and o.gateway_payment_id = {typed})
                order by p.id desc limit {MaxOfAKind})
            union all
            (select 4, i.id::text, case i.kind when 'credit_note' then 'CN-' else '' end || i.year || '-'
                    || lpad(i.number::text, 6, '0'), i.buyer_email from invoices i
                where {scope.Money} and i.kind in ('invoice', 'credit_note') and i.year = {year} and i.number = {invoice}
                order by i.kind desc)
            union all
            (select 5, id::text, name, '' from providers
                where {scope.Providers} and deleted_at is null and name ilike {pattern} order by name limit {MaxOfAKind})
            """, cancellation);
        return rows.ConvertAll(row => new Found((FoundKind)row.Kind, row.Key, row.Label, row.Of));
    }

    private sealed record Row(int Kind, string Key, string Label, string Of);

    [GeneratedRegex(@"^(?:CN-)?(\d{4})-(\d{1,9})$", RegexOptions.IgnoreCase)]
    private static partial Regex InvoiceNumber();
}
