using System.Text.RegularExpressions;

namespace AtlanticProxy.Host.Tests.Metrics;

/// <summary>What <c>/metrics</c> answered.</summary>
internal sealed partial class Scrape
{
    private Scrape(string text) => Text = text;

    public string Text { get; }

    /// <summary>Each metric's type and labels, without those that make a histogram's buckets.</summary>
    public SortedDictionary<string, (string Type, string Labels)> Families { get; } = new(StringComparer.Ordinal);

    /// <summary>Every series, without its value.</summary>
    public HashSet<string> Series { get; } = [];

    public static async Task<Scrape> OfAsync(string portal)
    {
        using var client = new HttpClient();
        var scrape = new Scrape(await client.GetStringAsync(new Uri($"{portal}/metrics")));
        var labels = new Dictionary<string, SortedSet<string>>();
        foreach (string line in scrape.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                string[] words = line.Split(' ');
                scrape.Families[words[2]] = (words[3], "");
                labels[words[2]] = [];
            }
            else if (line[0] != '#')
            {
                string series = line[..line.LastIndexOf(' ')];
                scrape.Series.Add(series);
                string name = series.Split('{')[0];
                string family = scrape.Families.ContainsKey(name) ? name : Part().Replace(name, "");
                labels[family].UnionWith(Label().Matches(series).Select(label => label.Groups[1].Value).Where(label =>
                    label != "le"));
            }
        foreach (var (name, keys) in labels)
            scrape.Families[name] = (scrape.Families[name].Type, string.Join(", ", keys.Order(StringComparer.Ordinal)));
        return scrape;
    }

    public double Value(string series) => double.Parse(
        Text.Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..],
        System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Part();

    [GeneratedRegex("[{,]([a-z_]+)=\"")]
    private static partial Regex Label();
}
