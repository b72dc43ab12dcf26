using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quantities;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.DesiredState;

/// <param name="Kind">subscription, per-gb or hourly.</param>
/// <param name="Price">As people write it: 9.99.</param>
/// <param name="IncludedGb">0.5, or with a unit: <c>500 MB</c>.</param>
/// <param name="Pool">Left out: all providers.</param>
/// <param name="Includes">Targeting rights; left out: all.</param>
internal sealed record DesiredPlan(
    string Name, string Kind, decimal Price, string Currency = WalletQueries.DefaultCurrency, DataSize? IncludedGb = null,
    bool Active = true,
    string? Pool = null, IReadOnlyList<string>? Includes = null)
{
    /// <summary>As <c>month</c>, <c>30day</c> or <c>year</c>; left out: the present one stays.</summary>
    public string? Period { get; init; }

    /// <summary>period or lifetime; left out: the present one stays.</summary>
    public string? Window { get; init; }

    /// <summary>Left out: the present ones stay. Given, they are all that there is.</summary>
    public DesiredPlanLimits? Limits { get; init; }

    /// <summary>Left out: the present one stays. Given, it is all that there is.</summary>
    public DesiredPlanOffer? Offer { get; init; }
}

/// <summary>What is left out is no limit.</summary>
internal sealed record DesiredPlanLimits(
    int? MaxConnections = null, int? ConnectionsPerSecond = null, int? RequestsPerMinute = null, DataRate? SpeedUpMbps = null,
    DataRate? SpeedDownMbps = null, int? ClientAddresses = null, int? Seats = null, DataRate? FloorMbps = null);

internal sealed class PlanSection(
    PlanQueries plans, CreatePlan create, ChangePlan change, SetPlanRouting setRouting, SetPlanState setState)
{
    /// <inheritdoc cref="ProviderSection.Names"/>
    private static readonly Dictionary<string, string> Names = new()
    {
        [nameof(CreatePlan.Request.IncludedBytes)] = "includedGb",
        [nameof(PlanLimits.PeriodLength)] = "period",
        [nameof(PlanLimits.QuotaWindow)] = "window",
        [nameof(PlanLimits.MaxConnections)] = "limits.maxConnections",
        [nameof(PlanLimits.ConnectionsPerSecond)] = "limits.connectionsPerSecond",
        [nameof(PlanLimits.RequestsPerMinute)] = "limits.requestsPerMinute",
        [nameof(PlanLimits.SpeedUpBytesPerSecond)] = "limits.speedUpMbps",
        [nameof(PlanLimits.SpeedDownBytesPerSecond)] = "limits.speedDownMbps",
        [nameof(PlanLimits.MaxClientAddresses)] = "limits.clientAddresses",
        [nameof(PlanLimits.Seats)] = "limits.seats",
        [nameof(PlanLimits.FloorBytesPerSecond)] = "limits.floorMbps",
        [nameof(PlanOffer.OveragePrice)] = "offer.overagePrice",
        [nameof(PlanOffer.CarryOverBytes)] = "offer.carryOverGb",
        [nameof(PlanOffer.GraceDays)] = "offer.graceDays",
        [nameof(PlanOffer.TrialDays)] = "offer.trialDays",
        [nameof(PlanOffer.Deposit)] = "offer.deposit",
        [nameof(PlanOffer.SeatPrice)] = "offer.seatPrice",
        [nameof(PlanOffer.TopUpPrice)] = "offer.topUpPrice",
        [nameof(PlanOffer.Packages)] = "offer.packages",
        [nameof(PlanOffer.Tiers)] = "offer.tiers",
        [nameof(PlanOffer.Surcharges)] = "offer.surcharges",
        [nameof(PlanOffer.Dialects)] = "offer.dialects",
    };

    public async Task<Result> ApplyAsync(DesiredPlan desired, List<string> changes, CancellationToken cancel)
    {
        var read = Spelling.Parse<PlanKind>(desired.Kind);
        if (!read.IsSuccess)
            return read.AboutField("plan.kind_unknown", nameof(desired.Kind));
        var money = Money.Of(desired.Price, desired.Currency);
        if (!money.IsSuccess)
            return money.AboutField("plan.price_invalid", Money.FindCurrency(desired.Currency) is null
                ? nameof(desired.Currency)
                : nameof(desired.Price));
        var (kind, price, currency, included) = (read.Value, money.Value.MinorUnits, money.Value.Currency,
            desired.IncludedGb?.Bytes);
        var present = await plans.FindByNameAsync(desired.Name, cancel);
        var wanted = LimitsOf(desired, present.IsSuccess ? present.Value.Limits : PlanLimits.None);
        if (!wanted.IsSuccess)
            return wanted;
        var offer = desired.Offer is { } given
            ? given.Read(kind, currency)
            : present.IsSuccess ? present.Value.Offer : PlanOffer.Usual;
        if (!offer.IsSuccess)
            return offer;
        if (!present.IsSuccess)
        {
            present = await create.ExecuteAsync(
                new(desired.Name, kind, price, currency, included, desired.Pool, desired.Includes, wanted.Value,
                    offer.Value), cancel);
            if (!present.IsSuccess)
                return present.In(Names);
            changes.Add($"plan {desired.Name}: added");
        }
        else if (present.Value.Kind != kind || present.Value.Currency != currency)
            return new Error(ErrorKind.Conflict, "plan.kind_fixed",
                "A plan's kind and currency do not change: add one with another name and set this one's active to false.");
        else
        {
            bool terms = (present.Value.Price, present.Value.IncludedBytes, present.Value.Limits, present.Value.Offer)
                != (price, included, wanted.Value, offer.Value);
            if (terms)
            {
                var changed = await change.ExecuteAsync(new(present.Value.Id, price, included, wanted.Value, offer.Value),
                    cancel);
                if (!changed.IsSuccess)
                    return changed.In(Names);
                changes.Add($"plan {desired.Name}: on other terms for new customers");
            }
            var includes = desired.Includes ?? [.. TargetingRight.All.Select(right => right.Name)];
            var set = await setRouting.ExecuteAsync(new(present.Value.Id, desired.Pool, includes), cancel);
            if (!set.IsSuccess)
                return set;
            if (set.Value)
                changes.Add($"plan {desired.Name}: changed");
        }
        var offered = await setState.ExecuteAsync(new(present.Value.Id, desired.Active), cancel);
        if (offered is { IsSuccess: true, Value: true })
            changes.Add($"plan {desired.Name}: {(desired.Active ? "offered" : "withdrawn")}");
        return offered;
    }

    private static Result<PlanLimits> LimitsOf(DesiredPlan desired, PlanLimits present)
    {
        var (length, unit, window) = (present.PeriodLength, present.PeriodUnit, present.QuotaWindow);
        if (desired.Period is { } text)
        {
            var period = PlanPeriod.Parse(text);
            if (!period.IsSuccess)
                return Result.Failure<PlanLimits>(period.AboutField("plan.period_invalid", "period").Errors);
            (length, unit) = period.Value;
        }
        if (desired.Window is { } name)
        {
            var read = Spelling.Parse<QuotaWindow>(name);
            if (!read.IsSuccess)
                return Result.Failure<PlanLimits>(read.AboutField("plan.window_unknown", "window").Errors);
            window = read.Value;
        }
        var limits = desired.Limits is { } given
            ? new PlanLimits(
                MaxConnections: given.MaxConnections, ConnectionsPerSecond: given.ConnectionsPerSecond,
                RequestsPerMinute: given.RequestsPerMinute,
                SpeedUpBytesPerSecond: given.SpeedUpMbps?.BytesPerSecond,
                SpeedDownBytesPerSecond: given.SpeedDownMbps?.BytesPerSecond,
                MaxClientAddresses: given.ClientAddresses, Seats: given.Seats,
                FloorBytesPerSecond: given.FloorMbps?.BytesPerSecond)
            : present;
        return limits with { PeriodLength = length, PeriodUnit = unit, QuotaWindow = window };
    }
}
