using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Host.Cli.Verbs;

namespace AtlanticProxy.Host.DesiredState;

/// <param name="Kind">subscription, per-gb or hourly.</param>
/// <param name="Price">Minor units of <paramref name="Currency"/>.</param>
/// <param name="IncludedGb">10^9 bytes.</param>
/// <param name="Pool">Left out: all providers.</param>
/// <param name="Includes">Targeting rights; left out: all.</param>
internal sealed record DesiredPlan(
    string Name, string Kind, long Price, string Currency = "USD", decimal? IncludedGb = null, bool Active = true,
    string? Pool = null,
    IReadOnlyList<string>? Includes = null)
{
    /// <summary>As <c>month</c> or <c>30day</c>; left out: the present one stays.</summary>
    public string? Period { get; init; }

    /// <summary>period, rolling or lifetime; left out: the present one stays.</summary>
    public string? Window { get; init; }

    /// <summary>Left out: the present ones stay. Given, they are all that there is.</summary>
    public DesiredPlanLimits? Limits { get; init; }
}

/// <summary>What is left out is no limit. Speeds are in megabits a second.</summary>
internal sealed record DesiredPlanLimits(
    int? MaxConnections = null, int? ConnectionsPerSecond = null, int? RequestsPerMinute = null, decimal? SpeedUpMbps = null,
    decimal? SpeedDownMbps = null,
    int? ClientAddresses = null, int? Seats = null, decimal? FloorMbps = null);

internal sealed class PlanSection(
    PlanQueries plans, CreatePlan create, ChangePlan change, SetPlanRouting setRouting, SetPlanActive setActive)
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
    };

    public async Task<Result> ApplyAsync(DesiredPlan desired, List<string> changes, CancellationToken cancel)
    {
        if (!PlanKinds.Names.TryGetValue(desired.Kind, out var kind))
            return new Error(ErrorKind.Invalid, "plan.kind_unknown",
                $"'{desired.Kind}' is not one of {string.Join(", ", PlanKinds.Names.Keys)}.", nameof(desired.Kind));
        long? included = PlanKinds.BytesOf(desired.IncludedGb);
        var present = await plans.FindByNameAsync(desired.Name, cancel);
        var wanted = LimitsOf(desired, present.IsSuccess ? present.Value.Limits : PlanLimits.None);
        if (!wanted.IsSuccess)
            return wanted;
        if (!present.IsSuccess)
        {
            present = await create.ExecuteAsync(
                new(desired.Name, kind, desired.Price, desired.Currency, included, desired.Pool, desired.Includes, wanted.Value),
                cancel);
            if (!present.IsSuccess)
                return present.In(Names);
            changes.Add($"plan {desired.Name}: added");
        }
        else if (present.Value.Kind != kind
            || !present.Value.Currency.Equals(desired.Currency, StringComparison.OrdinalIgnoreCase))
            return new Error(ErrorKind.Conflict, "plan.kind_fixed",
                "A plan's kind and currency do not change: add one with another name and set this one's active to false.");
        else
        {
            bool terms = (present.Value.Price, present.Value.IncludedBytes, present.Value.Limits) != (desired.Price, included,
                wanted.Value);
            if (terms)
            {
                var changed = await change.ExecuteAsync(new(present.Value.Id, desired.Price, included, wanted.Value), cancel);
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
        if (present.Value.Active == desired.Active)
            return Result.Success;
        changes.Add($"plan {desired.Name}: {(desired.Active ? "offered" : "withdrawn")}");
        return await setActive.ExecuteAsync(new(present.Value.Id, desired.Active), cancel);
    }

    private static Result<PlanLimits> LimitsOf(DesiredPlan desired, PlanLimits present)
    {
        var (length, unit, window) = (present.PeriodLength, present.PeriodUnit, present.QuotaWindow);
        if (desired.Period is { } text)
        {
            if (PlanKinds.PeriodOf(text) is not { } period)
                return new Error(ErrorKind.Invalid, "plan.period_invalid", PlanKinds.PeriodRule(text), "period");
            (length, unit) = period;
        }
        if (desired.Window is { } name && !PlanKinds.Windows.TryGetValue(name, out window))
            return new Error(ErrorKind.Invalid, "plan.window_unknown",
                $"'{name}' is not one of {string.Join(", ", PlanKinds.Windows.Keys)}.", "window");
        var limits = desired.Limits is { } given
            ? new PlanLimits(
                MaxConnections: given.MaxConnections, ConnectionsPerSecond: given.ConnectionsPerSecond,
                RequestsPerMinute: given.RequestsPerMinute,
                SpeedUpBytesPerSecond: PlanKinds.BytesPerSecondOf(given.SpeedUpMbps),
                SpeedDownBytesPerSecond: PlanKinds.BytesPerSecondOf(given.SpeedDownMbps),
                MaxClientAddresses: given.ClientAddresses, Seats: given.Seats,
                FloorBytesPerSecond: PlanKinds.BytesPerSecondOf(given.FloorMbps))
            : present;
        return limits with { PeriodLength = length, PeriodUnit = unit, QuotaWindow = window };
    }
}
