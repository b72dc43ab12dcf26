using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>
/// A plan as it was sold from some time on. Written by <c>freeze_plan_version</c> only, and never changed but for its pool.
/// </summary>
[Table("plan_versions")]
internal sealed class PlanVersion
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    public long PlanId { get; set; }

    /// <summary>From 1, a plan.</summary>
    public int Number { get; set; }

    public PlanKind Kind { get; set; }
    public long Price { get; set; }
    public required string Currency { get; set; }
    public long? IncludedBytes { get; set; }
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
    public long? PoolId { get; set; }
    public long? OveragePrice { get; set; }
    public long? CarryOverBytes { get; set; }
    public int GraceDays { get; set; }
    public int? TrialDays { get; set; }
    public long? TrialBytes { get; set; }
    public long? Deposit { get; set; }
    public long? SeatPrice { get; set; }
    public long? TopUpPrice { get; set; }
    public required long[] PackageAmounts { get; set; }
    public required long[] PackagePrices { get; set; }
    public required long[] TierAmounts { get; set; }
    public required long[] TierPrices { get; set; }
    public int CitySurcharge { get; set; }
    public int StateSurcharge { get; set; }
    public int AsnSurcharge { get; set; }
    public required string[] Dialects { get; set; }
    public bool Api { get; set; }
    public bool Pausable { get; set; }
    public bool OnRequest { get; set; }
    public required string[] Includes { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>How it was sold.</summary>
    [NotColumn]
    public PlanOffer Offer => new(OveragePrice, CarryOverBytes, GraceDays, TrialDays, TrialBytes, Deposit, SeatPrice, TopUpPrice,
        Api, Pausable, OnRequest)
    {
        Packages = PricedAmount.Of(PackageAmounts, PackagePrices), Tiers = PricedAmount.Of(TierAmounts, TierPrices),
        Dialects = PlanOffer.DialectsOf(Dialects)!.Value, Surcharges = new(CitySurcharge, StateSurcharge, AsnSurcharge),
    };
}
