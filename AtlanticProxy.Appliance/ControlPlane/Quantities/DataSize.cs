using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Quantities;

/// <summary>An amount of traffic or storage, in whole bytes. Traffic is sold by the decimal GB: 10^9 bytes.</summary>
public readonly record struct DataSize(long Bytes)
{
    public const long BytesPerGb = 1_000_000_000;

    private static readonly Measure Reading = new("size", "size", new Dictionary<string, decimal>
    {
        ["B"] = 1, ["KB"] = 1e3m, ["MB"] = 1e6m, ["GB"] = BytesPerGb, ["TB"] = 1e12m, ["PB"] = 1e15m,
        ["KiB"] = 1L << 10, ["MiB"] = 1L << 20, ["GiB"] = 1L << 30, ["TiB"] = 1L << 40, ["PiB"] = 1L << 50,
    });

    /// <summary>The number of GB alone, such as <c>0.5</c>: exact to the byte.</summary>
    public string Gigabytes => Figures.Text((decimal)Bytes / BytesPerGb);

    /// <summary>Reads <c>1.5</c> (GB), <c>1500MB</c> or <c>2 GiB</c>. Negative sizes and parts of a byte are refused.</summary>
    public static Result<DataSize> Parse(string text) => Parse(text, "GB");

    /// <summary>The same of a setting in bytes: <c>65536</c> or <c>64 KiB</c>.</summary>
    public static Result<DataSize> ParseBytes(string text) => Parse(text, "B");

    /// <summary>As <see cref="Parse(string)"/> reads it: <c>0.5 GB</c>.</summary>
    public override string ToString() => $"{Gigabytes} GB";

    private static Result<DataSize> Parse(string text, string unit) =>
        Reading.Parse(text, unit).Then(bytes => new DataSize(bytes));
}
