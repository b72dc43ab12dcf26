using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Subscriptions;

/// <summary>What a change of plan costs now.</summary>
/// <param name="Credit">Of the running period, in minor units: to the wallet.</param>
/// <param name="Price">Of the new period, with tax.</param>
/// <param name="Missing">What the wallet lacks for it, the credit counted.</param>
/// <param name="From">When it holds from.</param>
public sealed record PlanChangePreview(long Credit, long Price, long Missing, string Currency, DateTimeOffset From);

/// <summary>
/// Moves a subscription to another plan, or to the present version of its own. Now: what is unused of the running period is
/// credited, and a new period begins. At the period's end: nothing changes until then.
/// </summary>
public sealed class ChangeSubscription(AtlanticDb db, BillingOptions options, TimeProvider time)
{
    /// <param name="PlanId">The plan that it has already takes a change at the period's end back.</param>
    /// <param name="Now">Else at the period's end.</param>
    public sealed record Request(Scope Scope, long SubscriptionId, long PlanId, bool Now);

    private static readonly Error NotEnough = new(ErrorKind.Conflict, "subscription.not_paid",
        "The wallet does not have enough money for the new period: top it up first.");

    public async Task<Result<SubscriptionSummary>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        var book = new SubscriptionBook(db, options, time);
        var found = await FindAsync(request, book, cancellation);
        if (!found.IsSuccess)
            return Result.Failure<SubscriptionSummary>(found.Errors);
        var (subscription, version) = found.Value;
        if (!request.Now)
        {
            subscription.NextVersionId = version.Id == subscription.PlanVersionId ? null : version.Id;
            await db.UpdateAsync(subscription, token: cancellation);
        }
        else
        {
            await book.CloseRunningAsync(subscription, cancellation);
            if (!await book.BeginAnewAsync(subscription, version, cancellation))
                return NotEnough;
        }
        await transaction.CommitAsync(cancellation);
        return await SubscriptionSummary.FindAsync(db, subscription.Id, cancellation);
    }

    /// <summary>What the change would cost, to the minor unit, if it were made at this moment. Nothing is changed.</summary>
    public async Task<Result<PlanChangePreview>> PreviewAsync(Request request, CancellationToken cancellation)
    {
        await using var transaction = await db.BeginTransactionAsync(cancellation); // never committed
        var book = new SubscriptionBook(db, options, time);
        var found = await FindAsync(request, book, cancellation);
        if (!found.IsSuccess)
            return Result.Failure<PlanChangePreview>(found.Errors);
        var (subscription, version) = found.Value;
        var items = await book.ItemsAsync(
            subscription.CustomerId, version, subscription.ExtraSeats, null, null, cancellation);
        var draft = await new Invoices.InvoiceBook(db, time).DraftAsync(subscription.CustomerId, version.Currency, items,
            cancellation);
        if (!draft.IsSuccess)
            return Result.Failure<PlanChangePreview>(draft.Errors);
        long price = await db.Invoices.Where(row => row.Id == draft.Value).Select(row => row.Total).SingleAsync(cancellation);
        if (!request.Now)
            return new PlanChangePreview(0, price, 0, version.Currency, subscription.PeriodEnd);
        long credit = (await book.UnusedAsync(subscription, cancellation))?.Credit ?? 0;
        long spendable = await book.SpendableAsync(subscription, cancellation);
        return new PlanChangePreview(credit, price, Math.Max(price - credit - spendable, 0), version.Currency, time.GetUtcNow());
    }

    private async Task<Result<(Subscription, PlanVersion)>> FindAsync(
        Request request, SubscriptionBook book, CancellationToken cancellation)
    {
        var held = await SubscriptionAccess.HoldAsync(db, request.Scope, request.SubscriptionId, cancellation);
        if (!held.IsSuccess)
            return Result.Failure<(Subscription, PlanVersion)>(held.Errors);
        var subscription = held.Value;
        if (subscription.State is not (SubscriptionState.Active or SubscriptionState.Trialing)
            || request.Now && subscription.State == SubscriptionState.Trialing)
            return SubscriptionAccess.NotActive;
        bool mayAll = request.Scope.CustomerId is null;
        var version = await (from plan in db.Plans
                             join sold in db.PlanVersions on plan.VersionId equals sold.Id
                             where plan.Id == request.PlanId && plan.Active && (mayAll || !plan.OnRequest)
                                 && plan.Kind == PlanKind.Subscription && plan.Currency == subscription.Currency
                             select sold).SingleOrDefaultAsync(cancellation);
        return version is null
            ? new Error(ErrorKind.Invalid, "order.plan_not_sold", "This plan is not sold: choose another.",
                nameof(Request.PlanId))
            : (subscription, version);
    }
}
