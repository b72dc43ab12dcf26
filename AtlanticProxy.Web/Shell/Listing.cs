using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Mvc.Rendering;
using static AtlanticProxy.Web.Languages.Speaking;

namespace AtlanticProxy.Web.Shell;

/// <summary>A choice beside a list's search box.</summary>
/// <param name="Value">What is chosen; null or empty for all.</param>
/// <param name="Options">The first is all, with an empty value.</param>
internal sealed record ListFilter(string Name, Phrase Label, string? Value, IEnumerable<SelectListItem> Options)
{
    /// <param name="all">What the choice of none is called.</param>
    /// <param name="words">What a value is called, in the reader's language.</param>
    public static ListFilter Of<TValue>(
        string name, Phrase label, TValue? chosen, Phrase all, Func<TValue, string> words)
        where TValue : struct, Enum =>
        new(name, label, chosen?.ToString(), Enum.GetValues<TValue>()
            .Select(value => new SelectListItem(words(value), value.ToString())).Prepend(new SelectListItem(T[all], "")));
}

/// <summary>A day beside a list's search box.</summary>
internal sealed record ListDay(string Name, Phrase Label, DateOnly? Value);

/// <summary>Where a list stands, for its search box, its sorted columns and its pager.</summary>
/// <param name="Path">The list's own address.</param>
internal sealed record Listing(string Path, string? Search, int Number, int Size, int Total, Phrase SearchLabel)
{
    /// <summary>Pages beside the present one that the pager names.</summary>
    private const int Neighbours = 2;

    public IReadOnlyList<ListFilter> Filters { get; init; } = [];

    public IReadOnlyList<ListDay> Days { get; init; } = [];

    /// <summary>What else narrows the list and stays in the address: a customer, say.</summary>
    public IReadOnlyList<(string Name, string? Value)> Kept { get; init; } = [];

    /// <summary>
    /// The column that it is sorted by, with a minus before it where the largest come first; null: its own order.
    /// </summary>
    public string? Sort { get; init; }

    /// <summary>Address of the same list as CSV; null where there is none.</summary>
    public string? CsvPath { get; init; }

    /// <summary>Whether it shows a part of what there is.</summary>
    public bool IsNarrowed => Search is not null || Filters.Any(filter => !string.IsNullOrEmpty(filter.Value))
        || Days.Any(day => day.Value is not null) || Kept.Any(each => !string.IsNullOrEmpty(each.Value));

    public int First => Total == 0 ? 0 : ((Number - 1) * Size) + 1;

    public int Last => Math.Min(Number * Size, Total);

    public bool HasPrevious => Number > 1;

    public bool HasNext => Last < Total;

    /// <summary>The pages that the pager names: the first, the last, and those around this one. Null is a gap.</summary>
    public IReadOnlyList<int?> Pages
    {
        get
        {
            int last = Math.Max(1, (Total + Size - 1) / Size);
            List<int?> pages = [];
            for (int page = 1; page <= last; page++)
                if (page == 1 || page == last || Math.Abs(page - Number) <= Neighbours)
                    pages.Add(page);
                else if (pages[^1] is not null)
                {
                    pages.Add(null);
                    page = page < Number ? Math.Min(Number - Neighbours, last) - 1 : last - 1;
                }
            return pages;
        }
    }

    public string PageHref(int number) => $"{Path}?{QueryOf(Sort)}page={number}";

    /// <summary>The same list, sorted by a column; sorted by it already, the other way round.</summary>
    public string SortHref(string column) => $"{Path}?{QueryOf(Sort == column ? $"-{column}" : column)}".TrimEnd('&', '?');

    /// <summary>What is shown, as a file.</summary>
    public string CsvHref => $"{CsvPath}?{QueryOf(Sort)}".TrimEnd('&', '?');

    /// <summary>What a form keeps beside its own fields.</summary>
    public IEnumerable<(string Name, string? Value)> Hidden =>
        Kept.Append(("sort", Sort)).Where(each => !string.IsNullOrEmpty(each.Item2));

    /// <summary>What narrows and sorts it, as in its address: <c>search=ann&amp;sort=-used</c>; empty: nothing does.</summary>
    public string Query => QueryOf(Sort).TrimEnd('&');

    private string QueryOf(string? sort) => string.Concat(
        Filters.Select(filter => (filter.Name, filter.Value))
            .Concat(Days.Select(day => (day.Name, day.Value is { } value ? Format.Iso(value) : null)))
            .Concat(Kept).Prepend(("search", Search)).Append(("sort", sort))
            .Where(each => !string.IsNullOrEmpty(each.Item2))
            .Select(each => $"{each.Item1}={Uri.EscapeDataString(each.Item2!)}&"));
}
