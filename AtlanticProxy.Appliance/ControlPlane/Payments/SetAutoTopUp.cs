using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Payments;

/// <summary>
/// A customer says when the wallet fills itself from the default method. Switched on again, it begins with no failures.
/// </summary>
public sealed class SetAutoTopUp(AtlanticDb db, TimeProvider time)
{
    /// <summary>More in a day than any wallet needs.</summary>
    private const int MostADay = 50;

    /// <param name="Threshold">Minor units: below it, the wallet is filled.</param>
    /// <param name="Amount">Minor units each time.</param>
    /// <param name="DailyLimit">Charges in a day (UTC).</param>
    /// <param name="MonthlyLimit">Minor units in a month (UTC).</param>
    public sealed record Request(
        Scope Scope, long CustomerId, long Threshold, long Amount, string Currency, int DailyLimit, long MonthlyLimit,
        bool Enabled = true);

    public async Task<Result> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        var customer = await db.Customers.VisibleTo(request.Scope).SingleOrDefaultAsync(row => row.Id == request.CustomerId,
            cancellation);
        if (customer is null)
            return CustomerQueries.NoSuchCustomer;
        string? currency = Money.FindCurrency(request.Currency);
        var validation = new Validation();
        validation.Require(request.Threshold is > 0 and <= Money.MaxPrice, nameof(Request.Threshold),
            "auto_top_up.threshold_invalid",
            "Give the amount below which the wallet is filled, such as 5.00.");
        validation.Require(request.Amount is > 0 and <= Money.MaxPrice, nameof(Request.Amount), "auto_top_up.amount_invalid",
            "Give the amount to fill it with, such as 20.00.");
        validation.Require(currency is not null && (customer.Currency ?? currency) == currency, nameof(Request.Currency),
            "auto_top_up.currency_invalid", customer.Currency is null
                ? Money.CurrencyRule
                : (Phrase)$"You pay in {customer.Currency}.");
        validation.Require(request.DailyLimit is > 0 and <= MostADay, nameof(Request.DailyLimit),
            "auto_top_up.daily_limit_invalid",
            $"Give how often in a day it may be filled: 1 to {MostADay}.");
        validation.Require(request.MonthlyLimit >= request.Amount && request.MonthlyLimit <= Money.MaxPrice,
            nameof(Request.MonthlyLimit), "auto_top_up.monthly_limit_invalid",
            "Give the most to charge in a month: at least the amount of one time.");
        validation.Require(!request.Enabled || await db.PaymentMethods.AnyAsync(method => method.CustomerId == customer.Id
            && method.IsDefault, cancellation), nameof(Request.Enabled), "auto_top_up.no_method",
            "Save a payment method first: pay once and agree to keep the card.");
        if (validation.Failed)
            return Result.Failure(validation.Errors);

        await db.ExecuteSqlAsync($"""
            insert into auto_top_ups (customer_id, threshold, amount, currency, daily_limit, monthly_limit, enabled, changed_at)
            values ({customer.Id}, {request.Threshold}, {request.Amount}, {currency}, {request.DailyLimit},
                {request.MonthlyLimit}, {request.Enabled}, {time.GetUtcNow()})
            on conflict (customer_id) do update set threshold = excluded.threshold, amount = excluded.amount,
                currency = excluded.currency, daily_limit = excluded.daily_limit, monthly_limit = excluded.monthly_limit,
                enabled = excluded.enabled, failures = 0, changed_at = excluded.changed_at
            """, cancellation);
        return Result.Success;
    }
}
