using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>
/// A kind of targeting that a plan includes or not, as plans are sold by. Sessions and their times are in every plan.
/// </summary>
/// <param name="Name">As the command line, documents and the database spell it.</param>
/// <param name="Label">As pages show it.</param>
/// <param name="Fields">What it allows to ask for.</param>
public sealed record TargetingRight(string Name, string Label, TargetingFields Fields)
{
    private const TargetingFields Always = TargetingFields.Session | TargetingFields.Ttl;

    /// <summary>From the commonest to the rarest.</summary>
    public static readonly IReadOnlyList<TargetingRight> All =
    [
        new("country", "Country", TargetingFields.Country | TargetingFields.Region | TargetingFields.Exclusion),
        new("city", "State and city", TargetingFields.State | TargetingFields.City),
        new("zip", "ZIP code", TargetingFields.Zip),
        new("asn", "ASN and ISP", TargetingFields.Asn | TargetingFields.Isp),
        new("os", "Operating system", TargetingFields.Os),
    ];

    internal static readonly IReadOnlyList<string> AllNames = [.. All.Select(right => right.Name)];

    internal static readonly Phrase Rule = $"A plan can include {string.Join(", ", AllNames)}.";

    /// <summary>What may be asked for with these rights.</summary>
    public static TargetingFields FieldsOf(IEnumerable<string> names) =>
        names.Aggregate(Always, (fields, name) => fields | All.Single(right => right.Name == name).Fields);

    /// <summary><paramref name="names"/> in the order of <see cref="All"/>, each once; null when one is unknown.</summary>
    internal static string[]? Normalise(IEnumerable<string> names)
    {
        var given = names.Select(name => name.Trim().ToLowerInvariant()).ToHashSet();
        return given.All(AllNames.Contains) ? [.. AllNames.Where(given.Contains)] : null;
    }
}
