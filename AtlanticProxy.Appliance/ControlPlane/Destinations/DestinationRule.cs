using System.Text.Json.Serialization;
using LinqToDB.Mapping;

namespace AtlanticProxy.ControlPlane.Destinations;

/// <summary>What a destination rule is about.</summary>
public enum DestinationRuleKind
{
    Port,

    /// <summary>One name, for itself only.</summary>
    Domain,

    /// <summary>A name with every name below it.</summary>
    Suffix,

    /// <summary>All names of a block list category.</summary>
    Category,

    /// <summary>An address, or a network of them: asked for as such, or what a name stands for that this appliance
    /// resolves.</summary>
    Network,
}

/// <summary>Whom a rule concerns: at most one of these; none is everybody.</summary>
/// <param name="PlanId">All customers that have this plan.</param>
public sealed record RuleOwner(long? ProxyUserId = null, long? CustomerId = null, long? PlanId = null)
{
    public static readonly RuleOwner Everybody = new();
}

/// <summary>Kinds of <see cref="RuleOwner"/>.</summary>
public enum RuleScope
{
    Everybody,
    Plan,
    Customer,
    ProxyUser,
}

/// <summary>One rule: of everybody, of a plan's customers, of one customer or of one proxy user, with which it goes.</summary>
[Table("destination_rules")]
internal sealed class DestinationRule
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    /// <summary>At most one of these three; none is everybody.</summary>
    public long? ProxyUserId { get; set; }

    public long? CustomerId { get; set; }
    public long? PlanId { get; set; }

    public required DestinationRuleKind Kind { get; set; }

    /// <summary>Lower case: a port in decimal, a name in punycode, a category, or a network.</summary>
    public required string Value { get; set; }

    /// <summary>The staff's own words about it.</summary>
    public string Note { get; set; } = "";

    public required DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What a rule refused on one day (UTC), as far as the connection log knows.</summary>
[Table("destination_rule_hits")]
internal sealed class DestinationRuleHits
{
    [PrimaryKey(0)]
    public long RuleId { get; set; }

    [PrimaryKey(1)]
    public DateOnly Day { get; set; }

    public long Hits { get; set; }
}

/// <summary>A rule as lists show it.</summary>
/// <param name="ProxyUserName">At most one of proxy user, customer and plan is given; without any it is everybody's.</param>
/// <param name="Customer">Email.</param>
/// <param name="Plan">Its name.</param>
/// <param name="Hits">Refusals of the last seven days (UTC) and today, at least.</param>
public sealed record DestinationRuleSummary(
    long Id, string? ProxyUserName, string? Customer, string? Plan, DestinationRuleKind Kind, string Value, string Note,
    long Hits, DateTimeOffset CreatedAt)
{
    [JsonIgnore] // the three names say it
    public RuleScope Scope => ProxyUserName is not null ? RuleScope.ProxyUser
        : Customer is not null ? RuleScope.Customer : Plan is not null ? RuleScope.Plan : RuleScope.Everybody;

    /// <summary>The name of whom it concerns; empty for everybody.</summary>
    [JsonIgnore]
    public string Owner => ProxyUserName ?? Customer ?? Plan ?? "";

    /// <summary>The value for people: a name in punycode is followed by the same in its own letters.</summary>
    [JsonIgnore] // programs have the value
    public string Shown =>
        Kind is DestinationRuleKind.Domain or DestinationRuleKind.Suffix
        && DestinationPattern.Readable(Value) is var readable && readable != Value
            ? $"{Value} ({readable})"
            : Value;
}
