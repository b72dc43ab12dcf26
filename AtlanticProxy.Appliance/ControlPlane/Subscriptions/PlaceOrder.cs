using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>
/// A customer wants to buy something. What the wallet can pay is bought at once; else the order stays open, and is done as soon
/// as the money is there.
/// </summary>
public sealed class PlaceOrder(AtlanticDb db, BillingOptions options, TimeProvider time)
{
    private static readonly Error NotSold =
        new(ErrorKind.Invalid, "order.plan_not_sold", "This plan is not sold: choose another.", nameof(Request.PlanId));

    private static readonly Error NoAmount = new(ErrorKind.Invalid, "order.amount_invalid",
        "This plan is not sold by that amount: choose one that is offered.", nameof(Request.Amount));

    /// <param name="PlanId">Of top-ups and seats: null, for the plan that runs.</param>
    /// <param name="Amount">Bytes or minutes of packages and top-ups, proxy users of seats.</param>
    /// <param name="Coupon">As the customer typed it; null or empty for none.</param>
    /// <param name="After">The customer's latest order when the form was made (0 for none): one of the same since then is this
    /// form, sent twice, and is not placed again. Null where that cannot happen.</param>
    public sealed record Request(
        Scope Scope, long CustomerId, OrderKind Kind, long? PlanId = null, long? Amount = null, string? Coupon = null,
        long? After = null);

    public async Task<Result<OrderSummary>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var drafted = await DraftAsync(request, cancellation);
        if (!drafted.IsSuccess)
            return Result.Failure<OrderSummary>(drafted.Errors);
        var (order, isNew) = drafted.Value;
        if (isNew)
        {
            await db.InsertAsync(order, token: cancellation);
            await new OrderBook(db, options, time).TrySettleAsync(order, cancellation);
            await transaction.CommitAsync(cancellation);
        }
        return await OrderSummary.OfAsync(db, order, cancellation);
    }

    /// <summary>What it would cost at this moment, to the minor unit. Nothing is changed.</summary>
    public async Task<Result<OrderPreview>> PreviewAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation); // never committed
        var drafted = await DraftAsync(request with { After = null }, cancellation);
        return drafted.IsSuccess
            ? await OrderPreview.OfAsync(db, drafted.Value.Order, cancellation)
            : Result.Failure<OrderPreview>(drafted.Errors);
    }

    /// <summary>The order as it would be written, with the draft of its invoice; or the one that there is already.</summary>
    private async Task<Result<(Order Order, bool IsNew)>> DraftAsync(Request request, CancellationToken cancellation)
    {
        var customer = await db.Customers.VisibleTo(request.Scope).Where(row => row.Id == request.CustomerId).LockedForUpdate()
            .SingleOrDefaultAsync(cancellation);
        if (customer is null)
            return CustomerQueries.NoSuchCustomer;
        if (await PlacedAsync(request, cancellation) is { } placed)
            return (placed, false);
        var book = new SubscriptionBook(db, options, time);
        var running = await db.RunningOf(customer.Id).LockedForUpdate().SingleOrDefaultAsync(cancellation);
        bool onTop = request.Kind is OrderKind.TopUp or OrderKind.Seats;
        if (onTop && running is null)
            return new Error(ErrorKind.Conflict, "order.no_subscription",
                "There is no subscription to add that to: buy a plan first.");
        if (!onTop && running is not null)
            return new Error(ErrorKind.Conflict, "order.subscribed",
                "There is a subscription already: change its plan, or cancel it first.");
        var version = onTop
            ? await book.VersionAsync(running!.PlanVersionId, cancellation)
            : await (from plan in db.Plans
                     join sold in db.PlanVersions on plan.VersionId equals sold.Id
                     where plan.Id == request.PlanId && plan.Active && !plan.OnRequest
                     select sold).SingleOrDefaultAsync(cancellation);
        if (version is null)
            return NotSold;
        if (customer.Currency is { } own && own != version.Currency)
            return new Error(ErrorKind.Conflict, "order.currency_differs",
                $"You pay in {own}, and this plan is sold in {version.Currency}.", nameof(Request.PlanId));

        var priced = await PriceAsync(request, customer, version, running, book, cancellation);
        if (!priced.IsSuccess)
            return Result.Failure<(Order, bool)>(priced.Errors);
        var (items, deposit) = priced.Value;
        // One at a time: what was ordered before and not paid is given up, with its coupon.
        foreach (var other in await db.Orders.Where(row => row.CustomerId == customer.Id && row.State == OrderState.Open)
            .LockedForUpdate().ToListAsync(cancellation))
            await new OrderBook(db, options, time).CloseAsync(other, OrderState.Cancelled, cancellation);
        var order = new Order
        {
            Id = await db.NextIdAsync("orders", cancellation), CustomerId = customer.Id, Kind = request.Kind,
            State = OrderState.Open, PlanVersionId = version.Id, Amount = request.Amount, Deposit = deposit,
            Currency = version.Currency, CreatedAt = time.GetUtcNow(), ExpiresAt = time.GetUtcNow() + options.OrderLife,
        };
        if (!string.IsNullOrWhiteSpace(request.Coupon)
            && await TakeCouponAsync(order, customer.Language, request.Coupon, items, cancellation) is
                { IsSuccess: false } refused)
            return Result.Failure<(Order, bool)>(refused.Errors);
        if (items.Count > 0)
        {
            var draft = await new InvoiceBook(db, time).DraftAsync(customer.Id, version.Currency, items, cancellation);
            if (!draft.IsSuccess)
                return Result.Failure<(Order, bool)>(draft.Errors);
            order.InvoiceId = draft.Value;
            order.Total = await db.Invoices.Where(row => row.Id == draft.Value).Select(row => row.Total)
                .SingleAsync(cancellation);
        }
        order.Total += deposit;
        if (customer.Currency is null)
            await db.Customers.Where(row => row.Id == customer.Id).Set(row => row.Currency, version.Currency)
                .UpdateAsync(cancellation);
        return (order, true);
    }

    /// <summary>What this form has ordered before; null when it comes for the first time.</summary>
    private async Task<Order?> PlacedAsync(Request request, CancellationToken cancellation) => request.After is not { } after
        ? null
        : await db.Orders.Where(row => row.CustomerId == request.CustomerId && row.Id > after && row.Kind == request.Kind
                && (row.Amount ?? 0) == (request.Amount ?? 0) && (row.State == OrderState.Open || row.State == OrderState.Paid)
                && (request.PlanId == null || db.PlanVersions.Any(version => version.Id == row.PlanVersionId
                    && version.PlanId == request.PlanId)))
            .OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancellation);

    /// <summary>Reserves a coupon for the order; its discount is a line of its own.</summary>
    private async Task<Result> TakeCouponAsync(
        Order order, string language, string code, List<InvoiceItem> items, CancellationToken cancellation)
    {
        var price = new Money(items.Sum(item => item.UnitPrice * item.Quantity), order.Currency);
        if (price.MinorUnits == 0)
            return new Error(ErrorKind.Invalid, "order.nothing_to_discount", "There is nothing to take off here.",
                nameof(Request.Coupon));
        var coupon = await new CouponBook(db, time).ReserveAsync(code, order.CustomerId, price,
            string.Create(CultureInfo.InvariantCulture, $"order/{order.Id}"), cancellation);
        if (!coupon.IsSuccess)
            return Result.Failure([.. coupon.Errors.Select(error => error with { Field = nameof(Request.Coupon) })]);
        (order.CouponRedemptionId, order.CouponBytes) = (coupon.Value.RedemptionId, coupon.Value.Bytes);
        if (coupon.Value.Discount > 0)
            items.Add(new InvoiceItem(
                InvoiceLineWords.In(language).Coupon(CouponCode.Normalise(code)), -coupon.Value.Discount));
        return Result.Success;
    }

    private async Task<Result<(List<InvoiceItem> Items, long Deposit)>> PriceAsync(
        Request request, Customer customer, PlanVersion version, Subscription? running, SubscriptionBook book,
        CancellationToken cancellation)
    {
        string plan = await book.PlanNameAsync(version, cancellation);
        var words = InvoiceLineWords.In(customer.Language);
        switch (request.Kind)
        {
            case OrderKind.Subscription when version.Kind == PlanKind.Subscription:
                return (await book.ItemsAsync(customer.Id, version, 0, null, null, cancellation), version.Deposit ?? 0);
            case OrderKind.Trial when version.TrialDays is not null:
                bool had = await db.Orders.AnyAsync(row => row.CustomerId == customer.Id && row.Kind == OrderKind.Trial
                    && row.State == OrderState.Paid, cancellation);
                return had
                    ? new Error(ErrorKind.Conflict, "order.trial_used", "You have had your trial: choose a plan.")
                    : (new List<InvoiceItem>(), version.Deposit ?? 0);
            case OrderKind.Package or OrderKind.TopUp when request.Amount is > 0 and var amount
                && (request.Kind == OrderKind.TopUp) == (version.Kind == PlanKind.Subscription):
                return version.Offer.PriceOf(amount, version.Kind, version.Price) is { } price
                    ? (new List<InvoiceItem> { new(words.Package(plan, amount, version.Kind), price) }, 0)
                    : NoAmount;
            case OrderKind.Seats when request.Amount is > 0 and <= MaxSeats and var seats && version.SeatPrice is { } seat:
                if (running!.State != SubscriptionState.Active)
                    return new Error(ErrorKind.Conflict, "subscription.not_active",
                        "Seats are added to a subscription that is paid and runs.");
                long part = Proration.Part(seat * seats, SubscriptionBook.Seconds(time.GetUtcNow(), running.PeriodEnd),
                    SubscriptionBook.Seconds(running.PeriodStart, running.PeriodEnd));
                return (new List<InvoiceItem>
                {
                    new(words.SeatsUntil(plan, seats, running.PeriodEnd), part),
                }, 0);
            case OrderKind.Subscription or OrderKind.Trial:
                return NotSold;
            default:
                return NoAmount;
        }
    }

    /// <summary>Of a team that still fits one proxy.</summary>
    private const int MaxSeats = 1000;
}
