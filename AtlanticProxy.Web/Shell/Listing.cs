using Microsoft.AspNetCore.Mvc.Rendering;

namespace AtlanticProxy.Web.Shell;

/// <summary>A choice beside a list's search box.</summary>
/// <param name="Value">What is chosen; null or empty for all.</param>
/// <param name="Options">The first is all, with an empty value.</param>
internal sealed record ListFilter(string Name, string Label, string? Value, IEnumerable<SelectListItem> Options)
{
    /// <param name="all">What the choice of none is called.</param>
    /// <param name="words">What a value is called.</param>
    public static ListFilter Of<T>(string name, string label, T? chosen, string all, Func<T, string> words)
        where T : struct, Enum =>
        new(name, label, chosen?.ToString(), Enum.GetValues<T>()
            .Select(value => new SelectListItem(words(value), value.ToString())).Prepend(new SelectListItem(all, "")));
}

/// <summary>Where a list stands, for its search box and pager.</summary>
/// <param name="Path">The list's own address.</param>
internal sealed record Listing(string Path, string? Search, int Number, int Size, int Total, string SearchLabel)
{
    public IReadOnlyList<ListFilter> Filters { get; init; } = [];

    /// <summary>Whether it shows a part of what there is.</summary>
    public bool IsNarrowed => Search is not null || Filters.Any(filter => !string.IsNullOrEmpty(filter.Value));

    public int First => Total == 0 ? 0 : ((Number - 1) * Size) + 1;

    public int Last => Math.Min(Number * Size, Total);

    public bool HasPrevious => Number > 1;

    public bool HasNext => Last < Total;

    public string PageHref(int number) => $"{Path}?" + string.Concat(
        Filters.Select(filter => (filter.Name, filter.Value)).Prepend(("search", Search))
            .Where(each => !string.IsNullOrEmpty(each.Item2))
            .Select(each => $"{each.Item1}={Uri.EscapeDataString(each.Item2!)}&")) + $"page={number}";
}
