using AtlanticProxy.ControlPlane.Plans;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>How plans are spelled on the command line and in the document of <c>apply</c>.</summary>
internal static class PlanKinds
{
    /// <summary>Traffic is sold by the decimal GB, as providers sell it.</summary>
    public const long BytesPerGb = 1_000_000_000;

    private const decimal MaxGb = long.MaxValue / BytesPerGb;

    /// <summary>Bytes of so many GB, down to whole ones; more than there can be is the most that there can be.</summary>
    public static long? BytesOf(decimal? gb) => gb is { } amount ? (long)decimal.Truncate(Math.Clamp(amount, -MaxGb, MaxGb) * BytesPerGb) : null;

    public static readonly IReadOnlyDictionary<string, PlanKind> Names = new Dictionary<string, PlanKind>
    {
        ["subscription"] = PlanKind.Subscription, ["per-gb"] = PlanKind.PerGb, ["hourly"] = PlanKind.Hourly,
    };

    public static string NameOf(PlanKind kind) => Names.Single(pair => pair.Value == kind).Key;
}
