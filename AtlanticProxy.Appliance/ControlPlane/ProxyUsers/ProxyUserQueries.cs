using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.ProxyUsers;

/// <summary>Reads proxy users.</summary>
public sealed class ProxyUserQueries(AtlanticDb db)
{
    internal static readonly Error NoSuchProxyUser = new(ErrorKind.NotFound, "proxy_user.not_found",
        "There is no such proxy user.");

    /// <summary>Proxy users by name; the search looks in the name and the customer's email.</summary>
    /// <param name="customerId">Only this customer's; null for all that <paramref name="scope"/> sees.</param>
    public async Task<Page<ProxyUserSummary>> ListAsync(
        Scope scope, PageRequest page, CancellationToken cancellation, long? customerId = null)
    {
        var users = db.ProxyUsers.VisibleTo(scope);
        if (customerId is not null)
            users = users.Where(u => u.CustomerId == customerId);
        if (page.Search is not null)
            users = users.Where(u => u.Name.ILike(page.SearchPattern) || u.Customer!.Email.ILike(page.SearchPattern));

        var items = await SummariesAsync(users.OrderBy(u => u.Name).Skip(page.Offset).Take(page.Size), cancellation);
        int total = page.TotalBy(items.Count) ?? await users.CountAsync(cancellation);
        return new Page<ProxyUserSummary>(items, page.Number, page.Size, total);
    }

    /// <summary>The next ones by id.</summary>
    /// <param name="after">The last id that is known; 0 from the beginning.</param>
    /// <param name="name">Only the one of this name; null for all.</param>
    public async Task<Slice<ProxyUserSummary>> AfterAsync(
        Scope scope, long after, int limit, CancellationToken cancellation, long? customerId = null, string? name = null)
    {
        var users = db.ProxyUsers.VisibleTo(scope).Where(u => u.Id > after);
        if (customerId is not null)
            users = users.Where(u => u.CustomerId == customerId);
        if (name is not null)
            users = users.Where(u => u.Name == name);
        return Slice<ProxyUserSummary>.Of(
            await SummariesAsync(users.OrderBy(u => u.Id).Take(limit + 1), cancellation), limit);
    }

    public async Task<Result<ProxyUserSummary>> FindAsync(Scope scope, long id, CancellationToken cancellation) =>
        await One(db.ProxyUsers.VisibleTo(scope).Where(u => u.Id == id), cancellation);

    public async Task<Result<ProxyUserSummary>> FindByNameAsync(Scope scope, string name, CancellationToken cancellation) =>
        await One(db.ProxyUsers.VisibleTo(scope).Where(u => u.Name == name), cancellation);

    private static async Task<Result<ProxyUserSummary>> One(IQueryable<ProxyUser> users, CancellationToken cancellation) =>
        await SummariesAsync(users, cancellation) is [var user] ? user : NoSuchProxyUser;

    private static async Task<List<ProxyUserSummary>> SummariesAsync(IQueryable<ProxyUser> users, CancellationToken cancellation)
    {
        var rows = await users.Select(u => new { User = u, u.Customer!.Email, Standing = StandingFunctions.OfProxyUser(u.Id) })
            .ToListAsync(cancellation);
        return rows.ConvertAll(row => new ProxyUserSummary(
            row.User.Id, row.User.CustomerId, row.Email, row.Standing, row.User.Name, row.User.Enabled, row.User.SecretKind,
            row.User.MaxConnections, row.User.SpeedBytesPerSecond,
            [.. row.User.AllowedSources.Select(network => network.ToString())], row.User.CreatedAt, row.User.LimitBytes));
    }
}

internal static class ProxyUserScope
{
    /// <summary>Only what the scope may see. Every way to a proxy user by an id from outside goes through here.</summary>
    public static IQueryable<ProxyUser> VisibleTo(this IQueryable<ProxyUser> users, Scope scope) =>
        scope.CustomerId is { } customer ? users.Where(u => u.CustomerId == customer) : users;
}
