using System.Globalization;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Plans;

/// <summary>
/// What finer targeting than a country adds to an hour, in percent of its price, each once a minute however many tunnels ask for
/// it; 0 is nothing. Those of one minute add up.
/// </summary>
/// <param name="City">A postal code counts as one.</param>
/// <param name="Asn">A provider of the internet by its name counts as one.</param>
public readonly record struct TargetingSurcharges(int City = 0, int State = 0, int Asn = 0)
{
    /// <summary>Eleven times the price: what is beyond is a slip of the hand.</summary>
    public const int Max = 1000;

    public bool IsNone => this == default;

    /// <summary>Those that there are.</summary>
    public IEnumerable<(string Name, int Percent)> Parts => new[] { ("city", City), ("state", State), ("asn", Asn) }
        .Where(part => part.Item2 > 0);

    internal bool AreValid => City is >= 0 and <= Max && State is >= 0 and <= Max && Asn is >= 0 and <= Max;

    /// <summary>Reads <c>city=50,state=20,asn=100</c>; each may be left out.</summary>
    public static Result<TargetingSurcharges> Parse(string text)
    {
        var read = default(TargetingSurcharges);
        foreach (string each in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] parts = each.Split('=', StringSplitOptions.TrimEntries);
            if (parts.Length != 2
                || !int.TryParse(parts[1].TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out int percent)
                || Of(read, parts[0], percent) is not { } next)
                return new Error(ErrorKind.Invalid, "plan.surcharges_invalid",
                    $"'{each}' is not a surcharge: write city=50,state=20,asn=100, in percent of the price.");
            read = next;
        }
        return read;
    }

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Join(',', Parts
        .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Name}={part.Percent}")));

    private static TargetingSurcharges? Of(TargetingSurcharges read, string name, int percent) => name.ToLowerInvariant() switch
    {
        "city" => read with { City = percent },
        "state" => read with { State = percent },
        "asn" => read with { Asn = percent },
        _ => null,
    };
}
