namespace AtlanticProxy.Engine.Requests;

/// <summary>
/// The continents that providers offer as targets: the seven of Oxylabs and Decodo, with their two-letter codes.
/// </summary>
internal static class Region
{
    private static readonly (string Name, string Code)[] Table =
    [
        ("africa", "af"), ("antarctica", "an"), ("asia", "as"), ("europe", "eu"), ("northamerica", "na"), ("oceania", "oc"),
        ("southamerica", "sa"),
    ];

    /// <summary>The names, in order.</summary>
    public static IEnumerable<string> Names => Table.Select(region => region.Name);

    /// <summary>
    /// The name of the region that <paramref name="text"/> names (normalised) or is the code of; null when it is none.
    /// </summary>
    public static string? Find(ReadOnlySpan<char> text)
    {
        foreach (var (name, code) in Table)
            if (text.Equals(code, StringComparison.OrdinalIgnoreCase) || text.Equals(name, StringComparison.OrdinalIgnoreCase))
                return name;
        return null;
    }

    /// <summary>The two letters of the region called <paramref name="name"/>; empty when it is none.</summary>
    public static string CodeOf(string name) => Array.Find(Table, region => region.Name == name).Code ?? "";
}
