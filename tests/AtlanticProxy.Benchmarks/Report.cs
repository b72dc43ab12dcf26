using System.Text.Json;
using AtlanticProxy.Benchmarks.Endurance;
using AtlanticProxy.Benchmarks.Peers;

namespace AtlanticProxy.Benchmarks;

/// <summary>The figures for people, as a Markdown table, and for programs, as JSON.</summary>
internal sealed record Report(
    DateTimeOffset At, string Kernel, string Runtime, BenchmarkOptions Options, IReadOnlyList<Peer> Peers,
    IReadOnlyList<Row> Rows, IReadOnlyList<MemorySamples.Sample> Memory)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string ToMarkdown()
    {
        string[] names = [.. Peers.Select(peer => peer.Name)];
        string[] extra = [.. Rows.SelectMany(row => row.Figures.Keys).Distinct().Except(names)];
        List<string> lines =
        [
            $"{At:yyyy-MM-dd HH:mm} UTC, Linux {Kernel}, {Runtime}; "
                + $"{string.Join(", ", Peers.Select(peer => $"{peer.Name} {peer.Version}"))}; "
                + $"median of {Options.Rounds} rounds of {Options.Seconds:0.0} s",
            "",
            $"| | unit | {string.Join(" | ", names)} | goals |",
            $"|---|---|{string.Concat(names.Select(_ => "---:|"))}---|",
        ];
        foreach (var row in Rows)
        {
            var figures = names.Select(name => row.Figures.TryGetValue(name, out double figure) ? Number(figure) : "-");
            var others = extra.Where(row.Figures.ContainsKey).Select(name => $"{name}: {Number(row.Figures[name])}");
            var goals = row.Goals.Select(goal => $"{goal.Text}: {Number(goal.Measured)} {(goal.IsReached ? "yes" : "NO")}");
            lines.Add(
                $"| {row.Title} | {row.Unit} | {string.Join(" | ", figures)} | {string.Join("; ", others.Concat(goals))} |");
        }
        return string.Join('\n', lines);
    }

    public string ToJson() => JsonSerializer.Serialize(new
    {
        at = At,
        kernel = Kernel,
        runtime = Runtime,
        rounds = Options.Rounds,
        seconds = Options.Seconds,
        // Of the endurance row: seconds, and bytes by kind.
        memory = Memory.Select(sample => new
        {
            seconds = Math.Round(sample.At.TotalSeconds, 1), sample.Memory.Resident, sample.Memory.Anonymous,
            sample.Memory.File, sample.Memory.Shared,
        }),
        versions = Peers.ToDictionary(peer => peer.Name, peer => peer.Version),
        rows = Rows.Select(row => new
        {
            row.Name, row.Title, row.Unit, row.Figures,
            ratios = row.Figures.TryGetValue(Peers[0].Name, out double ours)
                ? row.Figures.Where(figure => figure.Key != Peers[0].Name && figure.Value > 0)
                    .ToDictionary(figure => figure.Key, figure => Math.Round(ours / figure.Value, 3))
                : [],
            goals = row.Goals.Select(goal => new { goal.Text, goal.Measured, reached = goal.IsReached }),
        }),
    }, Format);

    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("N0", System.Globalization.CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture),
    };
}
