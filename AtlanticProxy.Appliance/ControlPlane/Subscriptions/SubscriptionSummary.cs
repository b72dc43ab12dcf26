using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>A subscription, as pages and lists show it.</summary>
/// <param name="Price">Of its plan as bought, in minor units a period.</param>
/// <param name="NextPlan">What it changes to at the period's end; null: nothing changes.</param>
/// <param name="Owed">What is unpaid of the running period, in minor units.</param>
public sealed record SubscriptionSummary(
    long Id, long CustomerId, string Email, SubscriptionState State, long PlanId, string Plan, long Price, string Currency,
    int ExtraSeats, DateTimeOffset PeriodStart, DateTimeOffset PeriodEnd, bool CancelAtEnd, string? NextPlan, long Owed,
    DateTimeOffset? NextTryAt, bool Disputed, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, EndReason? EndReason)
{
    /// <summary>Its plan's terms, as bought.</summary>
    public required SubscriptionTerms Terms { get; init; }

    internal static async Task<SubscriptionSummary> FindAsync(AtlanticDb db, long id, CancellationToken cancellation) =>
        (await ListAsync(db, db.Subscriptions.Where(row => row.Id == id), cancellation)).Single();

    internal static async Task<List<SubscriptionSummary>> ListAsync(
        AtlanticDb db, IQueryable<Subscription> subscriptions, CancellationToken cancellation) =>
        await (from row in subscriptions
               join version in db.PlanVersions on row.PlanVersionId equals version.Id
               join plan in db.Plans on version.PlanId equals plan.Id
               join customer in db.AllCustomers on row.CustomerId equals customer.Id
               select new SubscriptionSummary(row.Id, row.CustomerId, customer.Email, row.State, plan.Id, plan.Name,
                   version.Price,
                   row.Currency, row.ExtraSeats, row.PeriodStart, row.PeriodEnd, row.CancelAtEnd,
                   (from next in db.PlanVersions
                    join named in db.Plans on next.PlanId equals named.Id
                    where next.Id == row.NextVersionId
                    select named.Name).FirstOrDefault(),
                   (from period in db.SubscriptionPeriods
                    join invoice in db.Invoices on period.InvoiceId equals invoice.Id
                    where period.SubscriptionId == row.Id && invoice.State == InvoiceState.Open
                    select invoice.Total - invoice.Credited).Sum(),
                   row.NextTryAt, row.Disputed, row.CreatedAt, row.EndedAt, row.EndReason)
               {
                   Terms = new SubscriptionTerms(version.PeriodUnit, version.PeriodLength, version.IncludedBytes, version.Seats,
                       version.SeatPrice, version.TopUpPrice, version.Pausable),
               })
        .ToListAsync(cancellation);
}

/// <summary>What a subscription's plan gives and sells, as bought. Prices in minor units.</summary>
/// <param name="IncludedBytes">A period; null is without bound.</param>
/// <param name="Seats">Proxy users; null is any number.</param>
/// <param name="SeatPrice">Of one more a period; null: none can be added.</param>
/// <param name="TopUpPrice">Of a GB on top; null: none can be bought.</param>
public sealed record SubscriptionTerms(
    PeriodUnit PeriodUnit, int PeriodLength, long? IncludedBytes, int? Seats, long? SeatPrice, long? TopUpPrice, bool Pausable);

/// <summary>Reads subscriptions and orders.</summary>
public sealed class SubscriptionQueries(AtlanticDb db)
{
    /// <summary>The one of a customer that has not ended; null when there is none, or it is not in scope.</summary>
    public async Task<SubscriptionSummary?> RunningAsync(Scope scope, long customerId, CancellationToken cancellation) =>
        (await SubscriptionSummary.ListAsync(db, Visible(scope).Where(row => row.CustomerId == customerId
            && row.State != SubscriptionState.Ended), cancellation)).SingleOrDefault();

    /// <summary>The last of a customer that has ended; null when none has, or it is not in scope.</summary>
    public async Task<SubscriptionSummary?> LastEndedAsync(Scope scope, long customerId, CancellationToken cancellation) =>
        (await SubscriptionSummary.ListAsync(db, Visible(scope).Where(row => row.CustomerId == customerId
            && row.State == SubscriptionState.Ended).OrderByDescending(row => row.Id).Take(1), cancellation)).SingleOrDefault();

    public async Task<Result<SubscriptionSummary>> FindAsync(Scope scope, long id, CancellationToken cancellation) =>
        (await SubscriptionSummary.ListAsync(db, Visible(scope).Where(row => row.Id == id), cancellation)).SingleOrDefault()
            is { } found ? found : SubscriptionBook.NoSuchSubscription;

    /// <summary>The newest first.</summary>
    /// <param name="state">Null for all.</param>
    public async Task<Page<SubscriptionSummary>> ListAsync(
        Scope scope, SubscriptionState? state, PageRequest page, CancellationToken cancellation)
    {
        var rows = Visible(scope).Where(row => state == null || row.State == state);
        if (page.Search is not null)
            rows = rows.Where(row => db.AllCustomers.Any(customer => customer.Id == row.CustomerId
                && customer.Email.ILike(page.SearchPattern)));
        return new Page<SubscriptionSummary>(
            await SubscriptionSummary.ListAsync(db, rows.OrderByDescending(row => row.Id).Skip(page.Offset).Take(page.Size),
                cancellation),
            page.Number, page.Size, await rows.CountAsync(cancellation));
    }

    /// <summary>The next ones by id.</summary>
    /// <param name="after">The last id that is known; 0 from the beginning.</param>
    /// <param name="customerId">Null for all in scope.</param>
    /// <param name="state">Null for all.</param>
    public async Task<Slice<SubscriptionSummary>> AfterAsync(
        Scope scope, long after, int limit, CancellationToken cancellation, long? customerId = null,
        SubscriptionState? state = null)
    {
        var rows = Visible(scope).Where(row => row.Id > after);
        if (customerId is { } customer)
            rows = rows.Where(row => row.CustomerId == customer);
        if (state is { } wanted)
            rows = rows.Where(row => row.State == wanted);
        var found = await SubscriptionSummary.ListAsync(db, rows.OrderBy(row => row.Id).Take(limit + 1), cancellation);
        return Slice<SubscriptionSummary>.Of([.. found.OrderBy(row => row.Id)], limit);
    }

    /// <summary>The next orders by id.</summary>
    /// <param name="after">The last id that is known; 0 from the beginning.</param>
    /// <param name="customerId">Null for all in scope.</param>
    /// <param name="state">Null for all.</param>
    public async Task<Slice<OrderSummary>> OrdersAfterAsync(
        Scope scope, long after, int limit, CancellationToken cancellation, long? customerId = null, OrderState? state = null)
    {
        var rows = db.Orders.Where(row => row.Id > after);
        if (scope.CustomerId is { } only)
            rows = rows.Where(row => row.CustomerId == only);
        if (customerId is { } customer)
            rows = rows.Where(row => row.CustomerId == customer);
        if (state is { } wanted)
            rows = rows.Where(row => row.State == wanted);
        var found = await OrderSummary.ListAsync(db, rows.OrderBy(row => row.Id).Take(limit + 1), cancellation);
        return Slice<OrderSummary>.Of([.. found.OrderBy(row => row.Id)], limit);
    }

    /// <summary>The newest first.</summary>
    /// <param name="customerId">Null for all in scope.</param>
    /// <param name="state">Null for all.</param>
    public async Task<Page<OrderSummary>> OrdersAsync(
        Scope scope, long? customerId, PageRequest page, CancellationToken cancellation, OrderState? state = null)
    {
        var rows = db.Orders.Where(row => (scope.CustomerId == null || row.CustomerId == scope.CustomerId)
            && (customerId == null || row.CustomerId == customerId) && (state == null || row.State == state));
        if (page.Search is not null)
            rows = rows.Where(row => db.AllCustomers.Any(customer => customer.Id == row.CustomerId
                && customer.Email.ILike(page.SearchPattern)));
        return new Page<OrderSummary>(
            await OrderSummary.ListAsync(db, rows.OrderByDescending(row => row.Id).Skip(page.Offset).Take(page.Size),
                cancellation),
            page.Number, page.Size, await rows.CountAsync(cancellation));
    }

    /// <summary>Null when there is no such order, or it is not in scope.</summary>
    public async Task<OrderSummary?> FindOrderAsync(Scope scope, long id, CancellationToken cancellation) =>
        (await OrderSummary.ListAsync(db, db.Orders.Where(row => row.Id == id
            && (scope.CustomerId == null || row.CustomerId == scope.CustomerId)), cancellation)).SingleOrDefault();

    private IQueryable<Subscription> Visible(Scope scope) => scope.CustomerId is { } only
        ? db.Subscriptions.Where(row => row.CustomerId == only)
        : db.Subscriptions;
}
