using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>Adds a plan. The same name twice (any case) is a conflict.</summary>
public sealed class CreatePlan(AtlanticDb db, PlanQueries queries, TimeProvider time)
{
    /// <param name="Price">Minor units of <paramref name="Currency"/> per period, GB or hour, as <paramref name="Kind"/>
    /// says.</param>
    /// <param name="Currency">ISO 4217.</param>
    /// <param name="IncludedBytes">Bytes a period of a subscription; null is without bound.</param>
    /// <param name="Pool">Name of the pool that its customers go out through; null for all providers.</param>
    /// <param name="Includes">Names of <see cref="TargetingRight"/>s; null for all of them.</param>
    /// <param name="Limits">Null for none, by the month.</param>
    /// <param name="Offer">Null for the usual.</param>
    public sealed record Request(
        string Name, PlanKind Kind, long Price, string Currency, long? IncludedBytes = null, string? Pool = null,
        IReadOnlyList<string>? Includes = null,
        PlanLimits? Limits = null, PlanOffer? Offer = null);

    public async Task<Result<PlanSummary>> ExecuteAsync(Request request, CancellationToken cancellation)
    {
        string name = request.Name.Trim();
        string currency = request.Currency.Trim().ToUpperInvariant();
        var validation = new Validation();
        validation.Require(name.Length is > 0 and <= Plan.MaxNameLength && !name.Any(char.IsControl), nameof(Request.Name),
            "plan.name_invalid",
            $"A plan's name has 1 to {Plan.MaxNameLength} characters.");
        validation.Require(Enum.IsDefined(request.Kind), nameof(Request.Kind), "plan.kind_unknown",
            "Choose subscription, per GB or hourly.");
        validation.Require(Money.FindCurrency(currency) is not null, nameof(Request.Currency), "plan.currency_invalid",
            Money.CurrencyRule);
        RequireTerms(validation, request.Kind, request.Price, request.IncludedBytes);
        var limits = request.Limits ?? PlanLimits.None;
        limits.Require(validation);
        var offer = request.Offer ?? PlanOffer.Usual;
        offer.Require(validation, request.Kind);
        string[] includes = SetPlanRouting.RequireRights(request.Includes ?? TargetingRight.AllNames, validation);
        if (validation.Failed)
            return Result.Failure<PlanSummary>(validation.Errors);
        await using var transaction = await db.BeginTransactionAsync(cancellation);
        long? pool = await SetPlanRouting.FindPoolAsync(db, request.Pool, validation, cancellation);
        if (validation.Failed)
            return Result.Failure<PlanSummary>(validation.Errors);

        var plan = new Plan
        {
            Name = name, Kind = request.Kind, Price = request.Price, Currency = currency, IncludedBytes = request.IncludedBytes,
            PoolId = pool, Includes = includes, CreatedAt = time.GetUtcNow(),
        };
        plan.SetLimits(limits);
        plan.SetOffer(offer);
        if (await db.InsertWithIdUnlessTakenAsync(plan, cancellation) is not { } id)
            return new Error(ErrorKind.Conflict, "plan.name_taken", "There is a plan with this name already.",
                nameof(Request.Name));
        await transaction.CommitAsync(cancellation);
        return await queries.FindAsync(id, cancellation);
    }

    internal static void RequireTerms(Validation validation, PlanKind kind, long price, long? includedBytes)
    {
        validation.Require(price is >= 0 and <= Money.MaxPrice, nameof(Request.Price), "plan.price_invalid",
            "A price is not negative, and not beyond any sale.");
        validation.Require(includedBytes is null or > 0, nameof(Request.IncludedBytes), "plan.included_invalid",
            "Included traffic is more than nothing; leave it out for no bound.");
        validation.Require(includedBytes is null || kind == PlanKind.Subscription, nameof(Request.IncludedBytes),
            "plan.included_not_sold", "Only a subscription includes traffic.");
    }
}
