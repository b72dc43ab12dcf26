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

    /// <summary>
    /// A subscription or package bills the plan; else it was given by hand, and its periods begin by themselves.
    /// </summary>
    public bool Billed { get; set; }

    /// <summary>ISO 4217; null until the first purchase. Then all that the customer pays is in it.</summary>
    public string? Currency { get; set; }

    /// <summary>Of IANA: periods begin and end at its midnight.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>Of mail and papers: <c>en</c> or <c>fr</c>.</summary>
    public string Language { get; set; } = "en";

    /// <summary>Null: nobody was asked to.</summary>
    [Column(SkipOnInsert = true, SkipOnUpdate = true)]
    public DateTimeOffset? TermsAgreedAt { get; set; }

    /// <summary>On invoices, with the address; empty of a private person.</summary>
    public string Company { get; set; } = "";

    /// <summary>As on an envelope, several lines, without the country.</summary>
    public string StreetAddress { get; set; } = "";

    /// <summary>ISO 3166-1 alpha-2: where tax is due.</summary>
    public string? Country { get; set; }

    /// <summary>With its country's prefix, upper case, no spaces.</summary>
    public string? VatId { get; set; }

    /// <summary>When a directory of the state last said that the VAT number is somebody's; null: not asked, or no
    /// answer.</summary>
    public DateTimeOffset? VatCheckedAt { get; set; }

    /// <summary>What staff file it by, lower case.</summary>
    public string[] Tags { get; set; } = [];

    /// <summary>Since when its people need a second factor; null: they do not.</summary>
    [Column(SkipOnInsert = true, SkipOnUpdate = true)]
    public DateTimeOffset? SecondFactorSince { get; set; }

    /// <summary>Mails that it has turned off, as <c>mails.template</c> spells them.</summary>
    public string[] MutedMails { get; set; } = [];

    /// <summary>Whose customer it is; null: the operator's own. It never changes.</summary>
    [Column(SkipOnUpdate = true)]
    public long? SellerId { get; set; }

    /// <summary>0: the operator's customer, 1: a reseller's, 2: a customer of one of those. Set by the database.</summary>
    [Column(SkipOnInsert = true, SkipOnUpdate = true)]
    public int ResaleLevel { get; set; }

    /// <summary>May have customers of its own.</summary>
    public bool MayResell { get; set; }

    /// <summary>Suspended by its seller, whatever staff say.</summary>
    public bool HeldBySeller { get; set; }

    /// <summary>Null while it is not removed.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}

/// <summary>A customer, as lists and pages show one.</summary>
/// <param name="PlanName">Null when none is assigned.</param>
/// <param name="ProxyUserCount">Its proxy users, disabled ones included.</param>
/// <param name="PlanEndsAt">From when on the plan is no longer good; null is never.</param>
/// <param name="Standing">Whether its proxy users are served now.</param>
/// <param name="SellerId">Whose customer it is; null: the operator's own.</param>
/// <param name="Seller">Name of that one.</param>
public sealed record CustomerSummary(
    long Id, string Email, string Name, CustomerState State, long? PlanId, string? PlanName, int ProxyUserCount,
    DateTimeOffset CreatedAt,
    DateTimeOffset? PlanEndsAt = null, bool PlanEnded = false, Standing Standing = Standing.Served, long? SellerId = null,
    string? Seller = null, bool MayResell = false)
{
    /// <summary>The last whole day (UTC) of a plan that ends.</summary>
    public DateOnly? PlanLastDay => PlanEndsAt is { } end ? DateOnly.FromDateTime(end.UtcDateTime.AddTicks(-1)) : null;
}
