using AtlanticProxy.ControlPlane.Pools;
using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Plans;

public enum PlanKind
{
    /// <summary>A price a period, with bytes included.</summary>
    Subscription,

    /// <summary>A price a GB.</summary>
    PerGb,

    /// <summary>A price an hour of use.</summary>
    Hourly,
}

/// <summary>What a customer buys.</summary>
[Table("plans")]
internal sealed class Plan
{
    public const int MaxNameLength = 60;

    [PrimaryKey, Identity]
    public long Id { get; set; }

    public required string Name { get; set; }
    public PlanKind Kind { get; set; }

    /// <summary>Minor units of <see cref="Currency"/> per period, GB or hour, as <see cref="Kind"/> says.</summary>
    public long Price { get; set; }

    /// <summary>ISO 4217, upper case.</summary>
    public required string Currency { get; set; }

    /// <summary>Bytes a period; null is without bound. Only subscriptions include any.</summary>
    public long? IncludedBytes { get; set; }

    /// <summary>The providers that its customers go out through; null is all of them, by their own priority and weight.</summary>
    public long? PoolId { get; set; }

    [Association(ThisKey = nameof(PoolId), OtherKey = nameof(Pools.Pool.Id))]
    public Pool? Pool { get; set; }

    /// <summary>Names of <see cref="TargetingRight"/>s.</summary>
    public string[] Includes { get; set; } = [.. TargetingRight.AllNames];

    /// <summary>Whether it can be assigned now; who has it keeps it.</summary>
    public bool Active { get; set; } = true;

    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>
    /// What is sold now: the database makes a new version whenever the terms of this row change (<c>freeze_plan_version</c>).
    /// </summary>
    [Column(SkipOnInsert = true, SkipOnUpdate = true)]
    public long VersionId { get; set; }

    public PeriodUnit PeriodUnit { get; set; }
    public int PeriodLength { get; set; }
    public QuotaWindow QuotaWindow { get; set; }
    public int? MaxConnections { get; set; }
    public int? ConnectionsPerSecond { get; set; }
    public int? RequestsPerMinute { get; set; }
    public long? SpeedUpBytesPerSecond { get; set; }
    public long? SpeedDownBytesPerSecond { get; set; }
    public int? MaxClientAddresses { get; set; }
    public int? Seats { get; set; }
    public long? FloorBytesPerSecond { get; set; }

    public long? OveragePrice { get; set; }
    public long? CarryOverBytes { get; set; }
    public int GraceDays { get; set; }
    public int? TrialDays { get; set; }
    public long? TrialBytes { get; set; }
    public long? Deposit { get; set; }
    public long? SeatPrice { get; set; }
    public long? TopUpPrice { get; set; }
    public long[] PackageAmounts { get; set; } = [];
    public long[] PackagePrices { get; set; } = [];
    public long[] TierAmounts { get; set; } = [];
    public long[] TierPrices { get; set; } = [];
    public int CitySurcharge { get; set; }
    public int StateSurcharge { get; set; }
    public int AsnSurcharge { get; set; }
    public string[] Dialects { get; set; } = [];
    public bool Api { get; set; }
    public bool Pausable { get; set; }
    public bool OnRequest { get; set; }
    public bool Hidden { get; set; }

    public void SetLimits(PlanLimits limits) =>
        (PeriodUnit, PeriodLength, QuotaWindow, MaxConnections, ConnectionsPerSecond, RequestsPerMinute, SpeedUpBytesPerSecond,
            SpeedDownBytesPerSecond,
            MaxClientAddresses, Seats, FloorBytesPerSecond) = limits;

    public void SetOffer(PlanOffer offer)
    {
        (OveragePrice, CarryOverBytes, GraceDays, TrialDays, TrialBytes, Deposit, SeatPrice, TopUpPrice) = (offer.OveragePrice,
            offer.CarryOverBytes, offer.GraceDays, offer.TrialDays, offer.TrialBytes, offer.Deposit, offer.SeatPrice,
            offer.TopUpPrice);
        (Api, Pausable, OnRequest, Hidden, Dialects) = (offer.Api, offer.Pausable, offer.OnRequest, offer.Hidden,
            offer.DialectNames);
        (CitySurcharge, StateSurcharge, AsnSurcharge) = offer.Surcharges;
        PackageAmounts = [.. offer.Packages.Select(each => each.Amount)];
        PackagePrices = [.. offer.Packages.Select(each => each.Price)];
        TierAmounts = [.. offer.Tiers.Select(each => each.Amount)];
        TierPrices = [.. offer.Tiers.Select(each => each.Price)];
    }

    private PlanOffer Offer => new(OveragePrice, CarryOverBytes, GraceDays, TrialDays, TrialBytes, Deposit, SeatPrice, TopUpPrice,
        Api, Pausable, OnRequest, Hidden)
    {
        Packages = PricedAmount.Of(PackageAmounts, PackagePrices), Tiers = PricedAmount.Of(TierAmounts, TierPrices),
        Dialects = PlanOffer.DialectsOf(Dialects)!.Value, Surcharges = new(CitySurcharge, StateSurcharge, AsnSurcharge),
    };

    public PlanSummary ToSummary() => new(Id, Name, Kind, Price, Currency, IncludedBytes, Active, PoolId, Pool?.Name, Includes)
    {
        VersionId = VersionId,
        Limits = new(PeriodUnit, PeriodLength, QuotaWindow, MaxConnections, ConnectionsPerSecond, RequestsPerMinute,
            SpeedUpBytesPerSecond, SpeedDownBytesPerSecond,
            MaxClientAddresses, Seats, FloorBytesPerSecond),
        Offer = Offer,
    };
}

/// <summary>A plan, as lists and pages show one.</summary>
/// <param name="Price">Minor units of <paramref name="Currency"/> per period, GB or hour, as <paramref name="Kind"/>
/// says.</param>
/// <param name="IncludedBytes">Bytes a period; null is without bound.</param>
/// <param name="PoolName">Null: all providers.</param>
/// <param name="Includes">Names of <see cref="TargetingRight"/>s.</param>
public sealed record PlanSummary(
    long Id, string Name, PlanKind Kind, long Price, string Currency, long? IncludedBytes, bool Active, long? PoolId,
    string? PoolName,
    IReadOnlyList<string> Includes)
{
    public PlanLimits Limits { get; init; } = PlanLimits.None;

    public PlanOffer Offer { get; init; } = PlanOffer.Usual;

    /// <summary>Whether it is shown to a customer who buys.</summary>
    /// <param name="currency">What the customer pays in; null: nothing was bought yet, and any will do.</param>
    /// <param name="isSubscribed">Whoever has a subscription changes it to another one.</param>
    public bool IsShownTo(string? currency, bool isSubscribed) => Active && !Offer.Hidden && (currency ?? Currency) == Currency
        && (!isSubscribed || Kind == PlanKind.Subscription);

    /// <summary>What it is sold as now: changes with its terms.</summary>
    public long VersionId { get; init; }
}
