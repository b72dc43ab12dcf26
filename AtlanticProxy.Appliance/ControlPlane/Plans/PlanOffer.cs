using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>How a plan is sold, besides its price and its limits. Prices are in minor units of the plan's currency.</summary>
/// <param name="OveragePrice">Of a GB once a subscription's traffic is used up, from the wallet; null: it stops, or goes on at
/// its floor speed.</param>
/// <param name="CarryOverBytes">So much of a period's rest is good in the next one, too; null is nothing.</param>
/// <param name="GraceDays">So long a subscription goes on when its renewal cannot be paid.</param>
/// <param name="TrialDays">Null: it has no trial.</param>
/// <param name="TrialBytes">What the trial gives.</param>
/// <param name="Deposit">To be paid before the first use, and given back; null for none.</param>
/// <param name="SeatPrice">Of one more seat a period; null: none can be added.</param>
/// <param name="TopUpPrice">Of a GB bought on top; null: none can be bought.</param>
/// <param name="Api">Whether its customers may use the API.</param>
/// <param name="Pausable">Whether its customers may pause.</param>
/// <param name="OnRequest">Nobody buys it alone: staff gives it.</param>
/// <param name="Hidden">It is sold to whoever has its address, but not shown.</param>
public sealed record PlanOffer(
    long? OveragePrice = null, long? CarryOverBytes = null, int GraceDays = PlanOffer.DefaultGraceDays, int? TrialDays = null,
    long? TrialBytes = null, long? Deposit = null, long? SeatPrice = null, long? TopUpPrice = null, bool Api = true,
    bool Pausable = false, bool OnRequest = false, bool Hidden = false)
{
    /// <summary>Two tries of dunning (days 1 and 3) come within it.</summary>
    public const int DefaultGraceDays = 3;

    public static readonly PlanOffer Usual = new();

    /// <summary>GB or hours of one purchase: far beyond any, and far from overflow with any price.</summary>
    private const decimal MaxUnits = 1_000_000;

    private static readonly ClientDialects[] Each = [ClientDialects.Http, ClientDialects.Socks5, ClientDialects.Shadowsocks];

    /// <summary>What of pay as you go is bought at once, for good.</summary>
    public IReadOnlyList<PricedAmount> Packages { get; init; } = [];

    /// <summary>
    /// What one GB or hour costs of a purchase of so much or more: of any amount that is no package. The plan's own price holds
    /// below the first.
    /// </summary>
    public IReadOnlyList<PricedAmount> Tiers { get; init; } = [];

    /// <summary>Of plans by the hour.</summary>
    public TargetingSurcharges Surcharges { get; init; }

    public ClientDialects Dialects { get; init; } = ClientDialects.All;

    /// <summary>As the database, documents and the command line spell them.</summary>
    public string[] DialectNames =>
        [.. Each.Where(each => Dialects.HasFlag(each)).Select(each => each.ToString().ToLowerInvariant())];

    /// <summary>Null when one is unknown.</summary>
    public static ClientDialects? DialectsOf(IEnumerable<string> names)
    {
        var read = ClientDialects.None;
        foreach (string name in names)
        {
            var found = Each.FirstOrDefault(each => each.ToString().Equals(name.Trim(), StringComparison.OrdinalIgnoreCase));
            if (found == ClientDialects.None)
                return null;
            read |= found;
        }
        return read;
    }

    /// <summary>
    /// Minor units for an amount bought at once: a package's price, or by the tier that it reaches, rounded up.
    /// </summary>
    public long? PriceOf(long amount, PlanKind kind, long unitPrice)
    {
        if (amount > MaxUnits * PricedAmount.UnitOf(kind))
            return null;
        if (kind == PlanKind.Subscription)
            return TopUpPrice is { } topUp ? Charge(amount, topUp) : null;
        if (Packages.FirstOrDefault(each => each.Amount == amount) is { Amount: > 0 } package)
            return package.Price;
        return Tiers.Count > 0 || kind == PlanKind.PerGb
            ? Charge(amount, Tiers.Where(tier => tier.Amount <= amount).OrderBy(tier => tier.Amount)
                .Select(tier => tier.Price).DefaultIfEmpty(unitPrice).Last())
            : null;

        long Charge(long bought, long price) => (long)decimal.Ceiling(bought * (decimal)price / PricedAmount.UnitOf(kind));
    }

    public bool Equals(PlanOffer? other) => other is not null
        && (OveragePrice, CarryOverBytes, GraceDays, TrialDays, TrialBytes, Deposit, SeatPrice)
            == (other.OveragePrice, other.CarryOverBytes, other.GraceDays, other.TrialDays, other.TrialBytes, other.Deposit,
                other.SeatPrice)
        && (TopUpPrice, Api, Pausable, OnRequest, Hidden, Dialects, Surcharges)
            == (other.TopUpPrice, other.Api, other.Pausable, other.OnRequest, other.Hidden, other.Dialects, other.Surcharges)
        && Packages.SequenceEqual(other.Packages) && Tiers.SequenceEqual(other.Tiers);

    public override int GetHashCode() => HashCode.Combine(OveragePrice, TrialDays, Deposit, TopUpPrice, Dialects, Packages.Count);

    internal void Require(Validation validation, PlanKind kind)
    {
        foreach (var (name, price) in new[]
        {
            (nameof(OveragePrice), OveragePrice), (nameof(Deposit), Deposit), (nameof(SeatPrice), SeatPrice),
            (nameof(TopUpPrice), TopUpPrice),
        })
            validation.Require(price is null or (> 0 and <= Money.MaxPrice), name, "plan.price_invalid",
                "A price is more than nothing, and not beyond any sale; leave it out where it is not sold.");
        bool subscribed = kind == PlanKind.Subscription;
        validation.Require(OveragePrice is null || subscribed, nameof(OveragePrice), "plan.overage_not_sold",
            "Only a subscription has a price for what comes after its traffic.");
        validation.Require(CarryOverBytes is null or > 0, nameof(CarryOverBytes), "plan.carry_over_invalid",
            "Carry over more than nothing; leave it out for none.");
        validation.Require(GraceDays is >= 0 and <= 30, nameof(GraceDays), "plan.grace_invalid", "Grace is 0 to 30 days.");
        validation.Require((TrialDays is null) == (TrialBytes is null) && TrialDays is null or (> 0 and <= 90)
            && TrialBytes is null or > 0, nameof(TrialDays), "plan.trial_invalid",
            "A trial is 1 to 90 days, with some traffic: give both or neither.");
        validation.Require(Dialects != ClientDialects.None, nameof(Dialects), "plan.dialects_invalid",
            "A plan serves at least one of http, socks5 and shadowsocks.");
        validation.Require(Surcharges.IsNone || kind == PlanKind.Hourly && Surcharges.AreValid, nameof(Surcharges),
            "plan.surcharges_invalid",
            $"Only hourly plans can have targeting surcharges, each up to {TargetingSurcharges.Max} percent.");
        validation.Require(!subscribed || Packages.Count + Tiers.Count == 0, nameof(Packages), "plan.packages_not_sold",
            "A subscription is topped up by the GB: only pay as you go has packages and tiers.");
        foreach (var (name, amounts) in new[] { (nameof(Packages), Packages), (nameof(Tiers), Tiers) })
            validation.Require(amounts.Count <= PricedAmount.MaxCount && amounts.All(each => each.Amount > 0
                && each.Price is > 0 and <= Money.MaxPrice) && amounts.DistinctBy(each => each.Amount).Count() == amounts.Count,
                name, "plan.packages_invalid", $"Give up to {PricedAmount.MaxCount} amounts, each once, with a price each.");
    }
}
