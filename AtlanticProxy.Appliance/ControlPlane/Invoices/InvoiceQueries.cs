using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Invoices;

/// <summary>Which papers a list shows. Null is no matter.</summary>
/// <param name="From">Issued on this day or later (UTC); drafts have no day.</param>
/// <param name="To">The last day, included.</param>
public sealed record InvoiceFilter(
    long? CustomerId = null, InvoiceKind? Kind = null, InvoiceState? State = null, DateOnly? From = null, DateOnly? To = null);

/// <summary>A line, as the paper shows it. Amounts are minor units.</summary>
/// <param name="UnitPrice">With tax in it, or not, as the paper says.</param>
/// <param name="TaxPercent">Such as 25.5.</param>
public sealed record InvoiceLineSummary(
    int Line, string Description, long Quantity, long UnitPrice, decimal TaxPercent, long Net, long Tax, long Total);

/// <summary>Who sells, or who buys.</summary>
/// <param name="Address">Several lines, without the country.</param>
public sealed record InvoiceParty(string Name, string Address, string? Country, string? VatId, string? Email = null);

/// <summary>All that stands on a paper.</summary>
/// <param name="CreditsNumber">Of a credit note: the invoice that it takes back.</param>
/// <param name="Language"><c>en</c> or <c>fr</c>.</param>
/// <param name="CardCountry">Where the card was issued that the customer last paid with; null where no gateway told.</param>
public sealed record InvoiceDocument(
    InvoiceSummary Summary, string? CreditsNumber, InvoiceParty Seller, InvoiceParty Buyer, TaxRule TaxRule,
        bool PricesIncludeTax,
    string Language, string Footer, IReadOnlyList<InvoiceLineSummary> Lines, string? CardCountry)
{
    /// <summary>
    /// Whether two things agree on where the buyer is, as tax by the buyer's country wants it (Implementing Regulation (EU)
    /// 282/2011, article 24b): the billing country and the card's.
    /// </summary>
    public bool HasPlaceProved => Buyer.Country is { } country && country == CardCountry;
}

/// <summary>A series of numbers that is not whole.</summary>
/// <param name="Count">So many papers there are.</param>
/// <param name="Last">The highest number among them.</param>
public sealed record NumberGap(InvoiceKind Kind, int Year, int Count, int Last);

/// <summary>Reads invoices and credit notes.</summary>
public sealed class InvoiceQueries(AtlanticDb db)
{
    /// <summary>Newest first, drafts above; the search looks in numbers and in what stands on the paper of the buyer.</summary>
    public async Task<Page<InvoiceSummary>> ListAsync(
        Scope scope, InvoiceFilter filter, PageRequest page, CancellationToken cancellation)
    {
        var rows = Filtered(scope, filter);
        if (page.Search is not null)
            rows = rows.Where(row => row.BuyerName.ILike(page.SearchPattern) || row.BuyerEmail.ILike(page.SearchPattern)
                || Sql.Expr<string>($"({row.Year}::text || '-' || lpad({row.Number}::text, 6, '0'))").ILike(page.SearchPattern));
        int total = await rows.CountAsync(cancellation);
        var items = await rows.OrderByDescending(row => row.IssuedAt == null).ThenByDescending(row => row.IssuedAt)
            .ThenByDescending(row => row.Id).Skip(page.Offset).Take(page.Size).ToListAsync(cancellation);
        return new Page<InvoiceSummary>([.. items.Select(InvoiceSummary.Of)], page.Number, page.Size, total);
    }

    /// <summary>The next ones by id.</summary>
    /// <param name="after">The last id that is known; 0 from the beginning.</param>
    public async Task<Slice<InvoiceSummary>> AfterAsync(
        Scope scope, InvoiceFilter filter, long after, int limit, CancellationToken cancellation)
    {
        var found = await Filtered(scope, filter).Where(row => row.Id > after).OrderBy(row => row.Id).Take(limit + 1)
            .ToListAsync(cancellation);
        return Slice<InvoiceSummary>.Of([.. found.Select(InvoiceSummary.Of)], limit);
    }

    /// <summary>What is owed, longest due first.</summary>
    public async Task<IReadOnlyList<InvoiceSummary>> UnpaidAsync(Scope scope, CancellationToken cancellation) =>
        [.. (await Filtered(scope, new(State: InvoiceState.Open)).OrderBy(row => row.DueAt).ThenBy(row => row.Id)
            .ToListAsync(cancellation)).Select(InvoiceSummary.Of)];

    /// <summary>All that was issued in a period, in order of date.</summary>
    public async Task<IReadOnlyList<InvoiceSummary>> IssuedAsync(DateOnly from, DateOnly to, CancellationToken cancellation) =>
        [.. (await Filtered(Scope.Staff, new(From: from, To: to)).OrderBy(row => row.IssuedAt).ThenBy(row => row.Id)
            .ToListAsync(cancellation)).Select(InvoiceSummary.Of)];

    public async Task<Result<InvoiceDocument>> FindAsync(Scope scope, long id, CancellationToken cancellation)
    {
        if (await db.Invoices.VisibleTo(scope).SingleOrDefaultAsync(row => row.Id == id, cancellation) is not { } row)
            return InvoiceBook.NoSuchInvoice;
        var credited = row.CreditsId is { } credits
            ? await db.Invoices.SingleAsync(invoice => invoice.Id == credits, cancellation)
            : null;
        var lines = await db.InvoiceLines.Where(line => line.InvoiceId == id).OrderBy(line => line.Line)
            .ToListAsync(cancellation);
        return new InvoiceDocument(
            InvoiceSummary.Of(row), credited?.FullNumber,
            new(row.SellerName, row.SellerAddress, row.SellerCountry, row.SellerVatId),
            new(row.BuyerName, row.BuyerAddress, row.BuyerCountry, row.BuyerVatId, row.BuyerEmail),
            row.TaxRule, row.PricesIncludeTax, row.Language, row.Footer,
            [.. lines.Select(line => new InvoiceLineSummary(line.Line, line.Description, line.Quantity, line.UnitPrice,
                (decimal)line.BasisPoints / TaxRate.BasisPointsPerPercent, line.Net, line.Tax, line.Total))],
            row.CardCountry);
    }

    /// <summary>The series of numbers that have gaps: none, unless somebody went past the database's rules.</summary>
    public async Task<IReadOnlyList<NumberGap>> GapsAsync(CancellationToken cancellation) =>
        await db.QueryAsync<NumberGap>($"""
            select kind, year, count(*)::int as count, max(number) as last from invoices where number is not null
            group by kind, year having count(*) <> max(number) order by year, kind
            """, cancellation);

    /// <summary>The years in which papers were issued, the latest first.</summary>
    public async Task<IReadOnlyList<int>> YearsAsync(Scope scope, long customerId, CancellationToken cancellation) =>
        await Filtered(scope, new(customerId)).Where(row => row.IssuedAt != null)
            .Select(row => row.IssuedAt!.Value.Year).Distinct().OrderByDescending(year => year).ToListAsync(cancellation);

    /// <summary>What papers are for: the first line of each, by its id.</summary>
    public async Task<IReadOnlyDictionary<long, string>> SubjectsAsync(
        Scope scope, IReadOnlyList<long> ids, CancellationToken cancellation)
    {
        long[] wanted = [.. ids];
        return await (from row in db.Invoices.VisibleTo(scope)
                      join line in db.InvoiceLines on row.Id equals line.InvoiceId
                      where wanted.Contains(row.Id) && line.Line == db.InvoiceLines.Where(each => each.InvoiceId == row.Id)
                          .Min(each => each.Line)
                      select new { row.Id, line.Description })
            .ToDictionaryAsync(each => each.Id, each => each.Description, cancellation);
    }

    private IQueryable<Invoice> Filtered(Scope scope, InvoiceFilter filter)
    {
        var rows = db.Invoices.VisibleTo(scope);
        if (filter.CustomerId is { } customer)
            rows = rows.Where(row => row.CustomerId == customer);
        if (filter.Kind is { } kind)
            rows = rows.Where(row => row.Kind == kind);
        if (filter.State is { } state)
            rows = rows.Where(row => row.State == state);
        if (filter.From is { } from)
        {
            var first = new DateTimeOffset(from, TimeOnly.MinValue, TimeSpan.Zero);
            rows = rows.Where(row => row.IssuedAt >= first);
        }
        if (filter.To is { } to)
        {
            var end = new DateTimeOffset(to, TimeOnly.MinValue, TimeSpan.Zero).AddDays(1);
            rows = rows.Where(row => row.IssuedAt < end);
        }
        return rows;
    }
}

internal static class InvoiceScope
{
    /// <summary>Only what the scope may see: a customer sees no drafts.</summary>
    public static IQueryable<Invoice> VisibleTo(this IQueryable<Invoice> invoices, Scope scope) => scope.CustomerId is { } only
        ? invoices.Where(row => row.CustomerId == only && row.State != InvoiceState.Draft)
        : invoices;
}
