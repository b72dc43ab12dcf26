using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Customers;

/// <summary>Reads customers.</summary>
public sealed class CustomerQueries(AtlanticDb db)
{
    internal static readonly Error NoSuchCustomer = new(ErrorKind.NotFound, "customer.not_found", "There is no such customer.");

    /// <summary>Customers by email; the search looks in email and name.</summary>
    public async Task<Page<CustomerSummary>> ListAsync(PageRequest page, CancellationToken cancellation)
    {
        var customers = db.Customers.AsQueryable();
        if (page.Search is not null)
            customers = customers.Where(c => c.Email.ILike(page.SearchPattern) || c.Name.ILike(page.SearchPattern));

        int total = await customers.CountAsync(cancellation);
        var items = await Summaries(customers.OrderBy(c => c.Email).Skip(page.Offset).Take(page.Size)).ToListAsync(cancellation);
        return new Page<CustomerSummary>(items, page.Number, page.Size, total);
    }

    /// <summary>The next ones by id.</summary>
    /// <param name="after">The last id that is known; 0 from the beginning.</param>
    /// <param name="email">Only the one of this address, in any case; null for all.</param>
    public async Task<Slice<CustomerSummary>> AfterAsync(
        long after, int limit, string? email, CancellationToken cancellation)
    {
        var customers = db.Customers.Where(c => c.Id > after);
        if (email is not null)
        {
            string? normal = EmailAddress.Normalise(email);
            customers = customers.Where(c => c.Email == normal);
        }
        return Slice<CustomerSummary>.Of(
            await Summaries(customers.OrderBy(c => c.Id).Take(limit + 1)).ToListAsync(cancellation), limit);
    }

    public async Task<Result<CustomerSummary>> FindAsync(Scope scope, long id, CancellationToken cancellation)
    {
        var visible = db.Customers.VisibleTo(scope).Where(c => c.Id == id);
        return await Summaries(visible).SingleOrDefaultAsync(cancellation) is { } found ? found : NoSuchCustomer;
    }

    /// <summary>For staff and the command line, which know a customer by email (any case).</summary>
    public async Task<Result<CustomerSummary>> FindByEmailAsync(string email, CancellationToken cancellation)
    {
        string? normal = EmailAddress.Normalise(email);
        return await Summaries(db.Customers.Where(c => c.Email == normal)).SingleOrDefaultAsync(cancellation) is { } found
            ? found
            : NoSuchCustomer;
    }

    /// <summary>What lists of other things call their customers: the address by id, of removed ones too.</summary>
    public async Task<IReadOnlyDictionary<long, string>> EmailsAsync(IEnumerable<long> ids, CancellationToken cancellation)
    {
        long[] wanted = [.. ids.Distinct()];
        return await db.AllCustomers.Where(c => wanted.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Email, cancellation);
    }

    private IQueryable<CustomerSummary> Summaries(IQueryable<Customer> customers) => customers.Select(c => new CustomerSummary(
        c.Id, c.Email, c.Name, c.State, c.PlanId, c.Plan!.Name, db.ProxyUsers.Count(u => u.CustomerId == c.Id), c.CreatedAt,
        c.PlanEndsAt, c.PlanEnded, StandingFunctions.OfCustomer(c.Id), c.SellerId,
        db.AllCustomers.Where(s => s.Id == c.SellerId).Select(s => s.Name).SingleOrDefault(), c.MayResell));
}

internal static class CustomerScope
{
    /// <summary>Only what the scope may see. Every way to a customer by an id from outside goes through here.</summary>
    public static IQueryable<Customer> VisibleTo(this IQueryable<Customer> customers, Scope scope) =>
        scope.CustomerId is { } only ? customers.Where(c => c.Id == only) : customers;
}
