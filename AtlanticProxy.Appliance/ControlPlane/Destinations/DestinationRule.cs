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

/// <summary>One rule: of everybody, or of one proxy user. Gone with the proxy user.</summary>
[Table("destination_rules")]
internal sealed class DestinationRule
{
    [PrimaryKey, Identity]
    public long Id { get; set; }

    /// <summary>Null for everybody.</summary>
    public long? ProxyUserId { get; set; }

    public required DestinationRuleKind Kind { get; set; }

    /// <summary>Lower case: a port in decimal, a name in punycode, a category, or a network.</summary>
    public required string Value { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A rule as lists show it.</summary>
/// <param name="ProxyUserName">Null for everybody.</param>
public sealed record DestinationRuleSummary(
    long Id, string? ProxyUserName, DestinationRuleKind Kind, string Value, DateTimeOffset CreatedAt)
{
    /// <summary>The value for people: a name in punycode is followed by the same in its own letters.</summary>
    [JsonIgnore] // programs have the value
    public string Shown =>
        Kind is DestinationRuleKind.Domain or DestinationRuleKind.Suffix
        && DestinationPattern.Readable(Value) is var readable && readable != Value
            ? $"{Value} ({readable})"
            : Value;
}
