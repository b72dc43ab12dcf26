using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Quantities;

/// <summary>A speed, in whole bytes a second. People write megabits a second.</summary>
public readonly record struct DataRate(long BytesPerSecond)
{
    /// <summary>A megabit a second, in bytes a second.</summary>
    private const decimal BytesPerMegabit = 1e6m / 8;

    private static readonly Measure Reading = new("speed", "speed", new Dictionary<string, decimal>
    {
        ["bps"] = 1m / 8, ["kbps"] = 1e3m / 8, ["Mbps"] = BytesPerMegabit, ["Gbps"] = 1e9m / 8,
    });

    /// <summary>The number of megabits a second alone, such as <c>0.5</c>: exact.</summary>
    public string Megabits => Figures.Text(BytesPerSecond / BytesPerMegabit);

    /// <summary>Reads <c>0.5</c> (Mbps), <c>500 kbps</c> or <c>1 Gbps</c>.</summary>
    public static Result<DataRate> Parse(string text) => Reading.Parse(text, "Mbps").Then(bytes => new DataRate(bytes));

    /// <summary>As <see cref="Parse"/> reads it: <c>0.5 Mbps</c>.</summary>
    public override string ToString() => $"{Megabits} Mbps";
}
