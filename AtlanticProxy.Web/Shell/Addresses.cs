namespace AtlanticProxy.Web.Shell;

/// <summary>Addresses of pages that keep what was chosen.</summary>
internal static class Addresses
{
    /// <summary>The path with those parts of a query that have a value.</summary>
    public static string Of(string path, params IEnumerable<(string Name, string? Value)> parts)
    {
        string query = string.Join('&', parts.Where(part => !string.IsNullOrEmpty(part.Value))
            .Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
        return query.Length == 0 ? path : $"{path}?{query}";
    }
}
