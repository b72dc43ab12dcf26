using System.ComponentModel.DataAnnotations;
using AtlanticProxy.ControlPlane.Plans;

namespace AtlanticProxy.Web.Api.Resources;

/// <summary>A plan.</summary>
/// <param name="Offered">Whether it can be bought or given now; who has it keeps it.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Includes">What can be asked for: country, city, zip, asn, os.</param>
/// <param name="Pool">Name of the pool that its customers go out through; null for all providers, and for customers.</param>
internal sealed record PlanBody(
    PublicId<OfPlan> Id, string Name, PlanKind Kind, string Currency, bool Offered, PlanTermsBody Terms,
    IReadOnlyList<string> Includes, string? Pool) : IExample<PlanBody>
{
    public static PlanBody Example => new(
        new(3), "Residential 50 GB", PlanKind.Subscription, "USD", true, PlanTermsBody.Example, ["country", "city"], null);

    public static PlanBody Of(PlanSummary plan) => new(
        new(plan.Id), plan.Name, plan.Kind, plan.Currency, plan.Active, PlanTermsBody.Of(plan), plan.Includes, plan.PoolName);

    public static PlanBody ForCustomers(PlanSummary plan) => Of(plan) with { Pool = null };

    /// <summary>Changes with what an operation can change.</summary>
    public static string TagOf(PlanSummary plan) => EntityTag.Of(new
    {
        plan.Id, plan.Active, plan.VersionId, plan.Offer.Hidden, plan.PoolName, plan.Includes,
    });
}

/// <summary>An amount of pay as you go with its price.</summary>
/// <param name="Amount">Bytes or minutes.</param>
/// <param name="Price">Minor units: of a package for all of it, of a tier for a GB or an hour.</param>
internal sealed record PricedAmountBody(long Amount, long Price)
{
    public static IReadOnlyList<PricedAmountBody> Of(IEnumerable<PricedAmount> amounts) =>
        [.. amounts.Select(each => new PricedAmountBody(each.Amount, each.Price))];

    public static IReadOnlyList<PricedAmount> Read(IReadOnlyList<PricedAmountBody?>? amounts) =>
        [.. (amounts ?? []).Select(each => each is null ? default : new PricedAmount(each.Amount, each.Price))];
}

/// <summary>What finer targeting adds to an hour, in percent.</summary>
internal sealed record SurchargesBody(int City = 0, int State = 0, int Asn = 0) : IRequestBody;

/// <summary>
/// What a plan costs, gives and bounds. Prices are minor units of its currency. Null: no limit, or not sold.
/// </summary>
/// <param name="Price">A period, a GB or an hour, as the plan's kind says.</param>
/// <param name="IncludedBytes">A period; null is without bound. Of subscriptions.</param>
/// <param name="PeriodLength">So many units make a period.</param>
/// <param name="MaxConnections">Concurrent connections a node.</param>
/// <param name="ConnectionsPerSecond">New connections.</param>
/// <param name="RequestsPerMinute">Tunnels and plain requests.</param>
/// <param name="MaxClientAddresses">Distinct client addresses at a time.</param>
/// <param name="Seats">Proxy users.</param>
/// <param name="FloorBytesPerSecond">With its bytes spent, a customer goes on at this speed; null cuts.</param>
/// <param name="OveragePrice">Of a GB once a subscription's traffic is used up, from the wallet.</param>
/// <param name="CarryOverBytes">So much of a period's rest is good in the next one, too.</param>
/// <param name="GraceDays">So long a subscription goes on when its renewal cannot be paid.</param>
/// <param name="Deposit">To be paid before the first use, and given back.</param>
/// <param name="SeatPrice">Of one more proxy user a period.</param>
/// <param name="TopUpPrice">Of a GB bought on top.</param>
/// <param name="Api">Whether its customers may use the API.</param>
/// <param name="OnRequest">Nobody buys it alone: staff gives it.</param>
/// <param name="Hidden">It is sold to whoever has its address, but not shown.</param>
/// <param name="Dialects">http, socks5, shadowsocks; left out for all.</param>
internal sealed record PlanTermsBody(
    [property: Required] long? Price = null, long? IncludedBytes = null, PeriodUnit PeriodUnit = PeriodUnit.Month,
    int PeriodLength = 1, QuotaWindow QuotaWindow = QuotaWindow.Period, int? MaxConnections = null,
    int? ConnectionsPerSecond = null, int? RequestsPerMinute = null, long? SpeedUpBytesPerSecond = null,
    long? SpeedDownBytesPerSecond = null, int? MaxClientAddresses = null, int? Seats = null, long? FloorBytesPerSecond = null,
    long? OveragePrice = null, long? CarryOverBytes = null, int GraceDays = PlanOffer.DefaultGraceDays, int? TrialDays = null,
    long? TrialBytes = null, long? Deposit = null, long? SeatPrice = null, long? TopUpPrice = null, bool Api = true,
    bool Pausable = false, bool OnRequest = false, bool Hidden = false, IReadOnlyList<PricedAmountBody>? Packages = null,
    IReadOnlyList<PricedAmountBody>? Tiers = null, SurchargesBody? Surcharges = null, IReadOnlyList<string>? Dialects = null)
    : IRequestBody, IExample<PlanTermsBody>
{
    public static PlanTermsBody Example => new(
        2900, 50_000_000_000, MaxConnections: 500, TrialDays: 3, TrialBytes: 1_000_000_000, TopUpPrice: 100,
        Dialects: ["http", "socks5"]);

    /// <summary>A price or kind that no plan has: left out, it is refused with all else that is wrong.</summary>
    private const int Nothing = -1;

    public static PlanTermsBody Of(PlanSummary plan)
    {
        var (limits, offer) = (plan.Limits, plan.Offer);
        return new PlanTermsBody(
            plan.Price, plan.IncludedBytes, limits.PeriodUnit, limits.PeriodLength, limits.QuotaWindow, limits.MaxConnections,
            limits.ConnectionsPerSecond, limits.RequestsPerMinute, limits.SpeedUpBytesPerSecond, limits.SpeedDownBytesPerSecond,
            limits.MaxClientAddresses, limits.Seats, limits.FloorBytesPerSecond, offer.OveragePrice, offer.CarryOverBytes,
            offer.GraceDays, offer.TrialDays, offer.TrialBytes, offer.Deposit, offer.SeatPrice, offer.TopUpPrice, offer.Api,
            offer.Pausable, offer.OnRequest, offer.Hidden, PricedAmountBody.Of(offer.Packages), PricedAmountBody.Of(offer.Tiers),
            new SurchargesBody(offer.Surcharges.City, offer.Surcharges.State, offer.Surcharges.Asn), offer.DialectNames);
    }

    public CreatePlan.Request Named(NewPlanBody plan) => new(
        plan.Name ?? "", plan.Kind ?? (PlanKind)Nothing, Price ?? Nothing, plan.Currency ?? "", IncludedBytes, plan.Pool,
        plan.Includes is null ? null : NewPlanBody.Names(plan.Includes), Limits, Offer);

    public ChangePlan.Request For(long plan) => new(plan, Price ?? Nothing, IncludedBytes, Limits, Offer);

    private PlanLimits Limits => new(
        PeriodUnit, PeriodLength, QuotaWindow, MaxConnections, ConnectionsPerSecond, RequestsPerMinute, SpeedUpBytesPerSecond,
        SpeedDownBytesPerSecond, MaxClientAddresses, Seats, FloorBytesPerSecond);

    /// <summary>A dialect that there is not counts as none at all, which no plan can have.</summary>
    private PlanOffer Offer => new(
        OveragePrice, CarryOverBytes, GraceDays, TrialDays, TrialBytes, Deposit, SeatPrice, TopUpPrice, Api, Pausable, OnRequest,
        Hidden)
    {
        Packages = PricedAmountBody.Read(Packages), Tiers = PricedAmountBody.Read(Tiers),
        Surcharges = Surcharges is { } extra ? new TargetingSurcharges(extra.City, extra.State, extra.Asn) : default,
        Dialects = Dialects is null ? PlanOffer.Usual.Dialects : PlanOffer.DialectsOf(NewPlanBody.Names(Dialects)) ?? default,
    };
}

/// <param name="Currency">ISO 4217, any case.</param>
/// <param name="Pool">Name of a pool; left out for all providers.</param>
/// <param name="Includes">country, city, zip, asn, os; left out for all.</param>
internal sealed record NewPlanBody(
    [property: Required] string? Name, [property: Required] PlanKind? Kind, [property: Required] string? Currency,
    [property: Required] PlanTermsBody? Terms, string? Pool, IReadOnlyList<string>? Includes)
    : IRequestBody, IExample<NewPlanBody>
{
    public static NewPlanBody Example => new(
        "Residential 50 GB", PlanKind.Subscription, "USD", PlanTermsBody.Example, null, ["country", "city"]);

    /// <summary>A null among names is a name that there is not.</summary>
    public static IReadOnlyList<string> Names(IReadOnlyList<string?> names) => [.. names.Select(each => each ?? "")];
}

/// <summary>What is left out stays as it is.</summary>
/// <param name="Pool">Name of a pool; null for all providers.</param>
/// <param name="Includes">country, city, zip, asn, os.</param>
internal sealed record PlanChangeBody(Optional<string> Pool, Optional<IReadOnlyList<string>> Includes)
    : IRequestBody, IExample<PlanChangeBody>
{
    public static PlanChangeBody Example => new(new(true, "residential"), default);
}
