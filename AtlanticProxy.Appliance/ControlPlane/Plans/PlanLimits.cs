using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Plans;

public enum PeriodUnit
{
    Day,
    Week,
    Month,
}

/// <summary>Over what time a subscription's included bytes are counted.</summary>
public enum QuotaWindow
{
    /// <summary>From the customer's own day of purchase on, period by period.</summary>
    Period,

    /// <summary>Once and for all.</summary>
    Lifetime,
}

/// <summary>
/// What a plan bounds, besides its bytes. Null is no limit. Of a customer as a whole, all its proxy users together.
/// </summary>
/// <param name="PeriodLength">So many units make a period.</param>
/// <param name="MaxConnections">Concurrent connections a node.</param>
/// <param name="ConnectionsPerSecond">New connections.</param>
/// <param name="RequestsPerMinute">Tunnels and plain requests.</param>
/// <param name="SpeedUpBytesPerSecond">From clients, over all tunnels.</param>
/// <param name="SpeedDownBytesPerSecond">To clients, over all tunnels.</param>
/// <param name="MaxClientAddresses">Distinct client addresses at a time.</param>
/// <param name="Seats">Proxy users.</param>
/// <param name="FloorBytesPerSecond">With its bytes spent, a customer goes on at this speed; null cuts.</param>
public sealed record PlanLimits(
    PeriodUnit PeriodUnit = PeriodUnit.Month, int PeriodLength = 1, QuotaWindow QuotaWindow = QuotaWindow.Period,
    int? MaxConnections = null, int? ConnectionsPerSecond = null, int? RequestsPerMinute = null,
    long? SpeedUpBytesPerSecond = null,
    long? SpeedDownBytesPerSecond = null, int? MaxClientAddresses = null, int? Seats = null, long? FloorBytesPerSecond = null)
{
    public static readonly PlanLimits None = new();

    /// <summary>A leap year of days.</summary>
    private const int MaxPeriodLength = 366;

    internal void Require(Validation validation)
    {
        validation.Require(Enum.IsDefined(PeriodUnit) && PeriodLength is > 0 and <= MaxPeriodLength, nameof(PeriodLength),
            "plan.period_invalid",
            $"A period is 1 to {MaxPeriodLength} days, weeks or months: "
                + $"{MaxPeriodLength / PlanPeriod.MonthsPerYear} years at most.");
        validation.Require(Enum.IsDefined(QuotaWindow), nameof(QuotaWindow), "plan.window_invalid",
            "Traffic is included by the period or for life.");
        foreach (var (name, value) in new (string, long?)[]
        {
            (nameof(MaxConnections), MaxConnections), (nameof(ConnectionsPerSecond), ConnectionsPerSecond),
            (nameof(RequestsPerMinute), RequestsPerMinute),
            (nameof(SpeedUpBytesPerSecond), SpeedUpBytesPerSecond), (nameof(SpeedDownBytesPerSecond), SpeedDownBytesPerSecond),
            (nameof(MaxClientAddresses), MaxClientAddresses), (nameof(Seats), Seats),
            (nameof(FloorBytesPerSecond), FloorBytesPerSecond),
        })
            validation.Require(value is null or > 0, name, "plan.limit_invalid",
                "A limit is more than nothing; leave it out for none.");
    }
}
