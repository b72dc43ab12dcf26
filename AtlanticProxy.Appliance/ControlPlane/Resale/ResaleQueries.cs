using System.Runtime.CompilerServices;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Resale;

/// <summary>Reads resellers and their customers. Whoever is not in scope is not there.</summary>
public sealed class ResaleQueries(AtlanticDb db)
{
    /// <summary>Rows of <see cref="SoldCustomer"/>, of <c>customers c</c>.</summary>
    private const string Sold = """
        select c.id, c.seller_id, c.email, c.name, customer_standing(c.id) as standing, c.held_by_seller, c.may_resell,
            coalesce(g.amount, 0)::bigint as granted, coalesce(g.used, 0)::bigint as used, g.ends_at,
            exists (select from users u where u.customer_id = c.id) as has_login, c.created_at
        from customers c
        cross join lateral (select sum(amount) as amount, sum(grants.used) as used,
                min(valid_until) filter (where amount > grants.used) as ends_at from grants
            where customer_id = c.id and measure = 'bytes' and proxy_user_id is null and valid_from <= clock_timestamp()
                and (valid_until is null or valid_until > clock_timestamp())) g
        """;

    /// <summary>Figures and terms; null for who has never been a reseller.</summary>
    public async Task<ResellerSummary?> FindAsync(long customerId, CancellationToken cancellation) =>
        (await db.QueryAsync<ResellerSummary>($"""
            select c.id as customer_id, c.may_resell, c.resale_level as level, (select max(f.floor_price) from resellers f
                    where f.customer_id in (c.id, c.seller_id)) as floor_price,
                r.currency, s.stock, s.reserved, s.sold,
                (select count(*)::int from customers b where b.seller_id = c.id and b.deleted_at is null) as customers,
                exists (select from quota_accounts q where q.customer_id = c.id and q.proxy_user_id is null
                    and q.measure = 'bytes') as is_bounded
            from customers c join resellers r on r.customer_id = c.id, resale_stock(c.id, clock_timestamp()) s
            where c.id = {customerId} and c.deleted_at is null
            """, cancellation)).SingleOrDefault();

    /// <summary>A reseller's customers by name; the search looks in name and email.</summary>
    public async Task<Page<SoldCustomer>> ListAsync(long sellerId, PageRequest page, CancellationToken cancellation)
    {
        var found = db.Customers.SoldBy(Scope.Of(sellerId));
        if (page.Search is not null)
            found = found.Where(c => c.Email.ILike(page.SearchPattern) || c.Name.ILike(page.SearchPattern));
        int total = await found.CountAsync(cancellation);
        var ids = await found.OrderBy(c => c.Name).ThenBy(c => c.Id).Skip(page.Offset).Take(page.Size)
            .Select(c => c.Id).ToListAsync(cancellation);
        return new Page<SoldCustomer>(await RowsAsync([.. ids], cancellation), page.Number, page.Size, total);
    }

    public async Task<Result<SoldCustomer>> FindCustomerAsync(Scope scope, long customerId, CancellationToken cancellation)
    {
        if (!await db.Customers.SoldBy(scope).AnyAsync(row => row.Id == customerId, cancellation))
            return CustomerQueries.NoSuchCustomer;
        return (await RowsAsync([customerId], cancellation)).Single();
    }

    /// <summary>A reseller's price list, the smallest amount first.</summary>
    public Task<List<ResaleOffer>> PricesAsync(long resellerId, CancellationToken cancellation) =>
        db.QueryAsync<ResaleOffer>($"""
            select p.id, p.bytes, p.price, r.currency, coalesce(p.price::numeric * 1000000000 < p.bytes::numeric * (
                select max(f.floor_price) from customers c join resellers f on f.customer_id in (c.id, c.seller_id)
                where c.id = p.customer_id), false) as is_under_floor
            from resale_prices p join resellers r on r.customer_id = p.customer_id where p.customer_id = {resellerId}
            order by p.bytes
            """, cancellation);

    /// <summary>What the seller of a customer offers it; null: the operator sells to it.</summary>
    public async Task<SellerOffer?> OfferAsync(long customerId, CancellationToken cancellation) =>
        await db.SellerBrandOfAsync(customerId, cancellation) is { } seller
            ? new SellerOffer(seller.Name, seller.SupportEmail,
                [.. (await PricesAsync(seller.CustomerId, cancellation)).Where(price => !price.IsUnderFloor)])
            : null;

    /// <summary>A reseller's own brand; null for who has never been one.</summary>
    public Task<ResellerBrand?> BrandAsync(long resellerId, CancellationToken cancellation) =>
        Brands(db.Resellers.Where(row => row.CustomerId == resellerId)).SingleOrDefaultAsync(cancellation);

    public Task<List<ResellerBrand>> BrandsAsync(CancellationToken cancellation) =>
        Brands(db.Resellers).ToListAsync(cancellation);

    /// <summary>
    /// Host names of those who may resell and are not suspended, neither by staff nor by their own seller: by name.
    /// </summary>
    public Task<List<string>> HostNamesAsync(CancellationToken cancellation) =>
        (from row in db.Resellers
            join customer in db.Customers on row.CustomerId equals customer.Id
            where row.HostName != null && customer.MayResell && !customer.HeldBySeller && customer.State == CustomerState.Active
            orderby row.HostName
            select row.HostName!).ToListAsync(cancellation);

    /// <summary>Changes when any brand does.</summary>
    public async Task<string> BrandsVersionAsync(CancellationToken cancellation) => await db.ScalarAsync<string?>($"""
        select md5(string_agg(concat_ws('/', r.customer_id, r.changed_at, c.name), ',' order by r.customer_id))
        from resellers r join customers c on c.id = r.customer_id
        """, cancellation) ?? "";

    /// <summary>For choices: those who may resell, by name.</summary>
    public Task<List<KeyValuePair<long, string>>> ResellersAsync(CancellationToken cancellation) => db.Customers
        .Where(row => row.MayResell || db.Customers.Any(sold => sold.SellerId == row.Id)).OrderBy(row => row.Name)
        .Select(row => new KeyValuePair<long, string>(row.Id, row.Name)).ToListAsync(cancellation);

    private Task<List<SoldCustomer>> RowsAsync(long[] ids, CancellationToken cancellation) => db.QueryAsync<SoldCustomer>(
        FormattableStringFactory.Create(Sold + " where c.id = any({0}) order by c.name, c.id", ids), cancellation);

    private IQueryable<ResellerBrand> Brands(IQueryable<Reseller> resellers) =>
        from row in resellers
        join customer in db.AllCustomers on row.CustomerId equals customer.Id
        select new ResellerBrand(row.CustomerId, row.BrandName ?? customer.Name, row.Accent, row.Logo, row.SupportEmail,
            row.HostName);
}
