using AtlanticProxy.ControlPlane.Plans;
using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Customers;

public enum CustomerState
{
    Active,

    /// <summary>All proxy users of the customer are refused and their open tunnels cut.</summary>
    Suspended,
}

/// <summary>Who buys traffic from the reseller.</summary>
[Table("customers")]
internal sealed class Customer
{
    public const int MaxNameLength = 100;

    [PrimaryKey, Identity]
    public long Id { get; set; }

    /// <summary>Lower case; unique.</summary>
    public required string Email { get; set; }

    public required string Name { get; set; }
    public CustomerState State { get; set; }
    public long? PlanId { get; set; }

    [Association(ThisKey = nameof(PlanId), OtherKey = nameof(Plans.Plan.Id))]
    public Plan? Plan { get; set; }

    /// <summary>Raised when the exits of all its proxy users are to change.</summary>
    public long ExitGeneration { get; set; }

    /// <summary>From when on the plan is no longer good; null is never.</summary>
    public DateTimeOffset? PlanEndsAt { get; set; }

    /// <summary>That time has come: what nodes follow.</summary>
    public bool PlanEnded { get; set; }

    /// <summary>The version of the plan that was sold when it was given: set by the database.</summary>
    [Column(SkipOnInsert = true, SkipOnUpdate = true)]
    public long? PlanVersionId { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null while it is not removed.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}

/// <summary>A customer, as lists and pages show one.</summary>
/// <param name="PlanName">Null when none is assigned.</param>
/// <param name="ProxyUserCount">Its proxy users, disabled ones included.</param>
/// <param name="PlanEndsAt">From when on the plan is no longer good; null is never.</param>
/// <param name="Standing">Whether its proxy users are served now.</param>
public sealed record CustomerSummary(
    long Id, string Email, string Name, CustomerState State, long? PlanId, string? PlanName, int ProxyUserCount,
    DateTimeOffset CreatedAt,
    DateTimeOffset? PlanEndsAt = null, bool PlanEnded = false, Standing Standing = Standing.Served)
{
    /// <summary>The last whole day (UTC) of a plan that ends.</summary>
    public DateOnly? PlanLastDay => PlanEndsAt is { } end ? DateOnly.FromDateTime(end.UtcDateTime.AddTicks(-1)) : null;
}
