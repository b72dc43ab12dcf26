using System.Text.RegularExpressions;

namespace AtlanticProxy.Host.Configuration;

/// <summary>
/// What each setting does: docs/reference.md, which is built in, has a table row for every one. So the page of settings and the
/// document say the same.
/// </summary>
internal static partial class SettingsReference
{
    private static readonly Lazy<IReadOnlyDictionary<string, (string Default, string What)>> Rows = new(Read);

    /// <summary>By <c>Section:Name</c>, or <c>Section:Part:Name</c>, as text without Markdown.</summary>
    public static IReadOnlyDictionary<string, (string Default, string What)> All => Rows.Value;

    private static Dictionary<string, (string Default, string What)> Read()
    {
        using var stream = typeof(SettingsReference).Assembly.GetManifestResourceStream("reference.md")!;
        using var reader = new StreamReader(stream);
        var rows = new Dictionary<string, (string Default, string What)>(StringComparer.OrdinalIgnoreCase);
        while (reader.ReadLine() is { } line)
            if (Row().Match(line) is { Success: true } row)
                foreach (Match name in Name().Matches(row.Groups["names"].Value))
                    rows.TryAdd(name.Groups[1].Value, (Text(row.Groups["default"].Value), Text(row.Groups["what"].Value)));
        return rows;
    }

    private static string Text(string markdown) =>
        Link().Replace(markdown, "$1").Replace("`", "", StringComparison.Ordinal).Trim();

    [GeneratedRegex(@"^\|(?<names>( *`[A-Z]\w+(?::\w+)+`,?)+) *\|(?<default>[^|]*)\|(?<what>[^|]*)\|$")]
    private static partial Regex Row();

    [GeneratedRegex("`([A-Z]\\w+(?::\\w+)+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();
}
