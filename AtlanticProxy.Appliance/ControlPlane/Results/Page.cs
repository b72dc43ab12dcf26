namespace AtlanticProxy.ControlPlane.Results;

/// <summary>
/// Which part of a list is wanted. Out-of-range values are brought into range, so a hand-typed URL cannot fail or cost much.
/// </summary>
public sealed record PageRequest
{
    /// <summary>As many rows as a screen or two shows.</summary>
    public const int DefaultSize = 50;

    public const int MaxSize = 500;

    /// <summary>Deeper pages cost the database more with each step; people search instead.</summary>
    public const int MaxNumber = 10_000;

    /// <summary>Longer searches than any name or address that is stored.</summary>
    public const int MaxSearchLength = 254;

    /// <param name="number">From 1.</param>
    /// <param name="size">Rows a page.</param>
    /// <param name="search">Part of a name or address, any case; null or blank is everything.</param>
    public PageRequest(int number = 1, int size = DefaultSize, string? search = null)
    {
        Number = Math.Clamp(number, 1, MaxNumber);
        Size = Math.Clamp(size, 1, MaxSize);
        search = search?.Replace("\0", "", StringComparison.Ordinal).Trim();
        Search = string.IsNullOrEmpty(search) ? null : search[..Math.Min(search.Length, MaxSearchLength)];
    }

    public int Number { get; }
    public int Size { get; }
    public string? Search { get; }

    internal int Offset => (Number - 1) * Size;

    /// <summary>Rows of the whole list, where it ends on this page; null where they must be counted.</summary>
    /// <param name="items">Rows on this page.</param>
    internal int? TotalBy(int items) => items < Size && (items > 0 || Number == 1) ? Offset + items : null;

    /// <summary>For LIKE, whose escape is the backslash.</summary>
    internal string SearchPattern =>
        "%" + Search?.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal) + "%";
}

/// <summary>The next rows of a list that is walked by its rows' ids.</summary>
/// <param name="HasMore">There are rows after these.</param>
public sealed record Slice<T>(IReadOnlyList<T> Items, bool HasMore)
{
    /// <param name="found">One more than wanted, where there are so many.</param>
    internal static Slice<T> Of(IReadOnlyList<T> found, int wanted) =>
        new(found.Count > wanted ? [.. found.Take(wanted)] : found, found.Count > wanted);
}

/// <summary>One page of a list.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Size">Most rows a page.</param>
/// <param name="Total">Rows on all pages together.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, int Number, int Size, int Total)
{
    public int PageCount => Math.Max(1, (Total + Size - 1) / Size);

    public bool HasNext => Number < PageCount;

    public bool HasPrevious => Number > 1;
}
