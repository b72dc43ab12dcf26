namespace AtlanticProxy.Web.Shell;

/// <summary>Where a list stands, for its search box and pager.</summary>
/// <param name="Path">The list's own address.</param>
internal sealed record Listing(string Path, string? Search, int Number, int Size, int Total, string SearchLabel)
{
    public int First => Total == 0 ? 0 : ((Number - 1) * Size) + 1;

    public int Last => Math.Min(Number * Size, Total);

    public bool HasPrevious => Number > 1;

    public bool HasNext => Last < Total;

    public string PageHref(int number) =>
        Search is null ? $"{Path}?page={number}" : $"{Path}?search={Uri.EscapeDataString(Search)}&page={number}";
}
