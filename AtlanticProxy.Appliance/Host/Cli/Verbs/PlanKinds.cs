using AtlanticProxy.ControlPlane.Plans;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>How plans are spelled on the command line and in the document of <c>apply</c>.</summary>
internal static class PlanKinds
{
    /// <summary>Traffic is sold by the decimal GB, as providers sell it.</summary>
    public const long BytesPerGb = 1_000_000_000;

    public static readonly IReadOnlyDictionary<string, PlanKind> Names = new Dictionary<string, PlanKind>
    {
        ["subscription"] = PlanKind.Subscription, ["per-gb"] = PlanKind.PerGb, ["hourly"] = PlanKind.Hourly,
    };

    public static string NameOf(PlanKind kind) => Names.Single(pair => pair.Value == kind).Key;
}
