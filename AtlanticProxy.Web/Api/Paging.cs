using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Api;

/// <summary>A part of a list.</summary>
/// <param name="NextCursor">What asks for the next part; null: there is none.</param>
internal sealed record ListBody<T>(IReadOnlyList<T> Data, string? NextCursor)
{
    /// <summary>Of a list that is short and answered whole.</summary>
    public static ListBody<T> Whole(IEnumerable<T> items) => new([.. items], NextCursor: null);
}

/// <summary>Which part of a list is wanted: rows after one, by their ids, so that none comes twice or is left out.</summary>
/// <param name="After">The last id that is known; 0 from the beginning.</param>
internal readonly record struct Paging(long After, int Limit)
{
    public const int DefaultLimit = 50, MaxLimit = 200;

    /// <param name="list">What is listed: a cursor of another list is none.</param>
    /// <param name="refusal">Null: the paging is good.</param>
    public static Paging Of(string list, int? limit, string? cursor, out ApiProblem? refusal)
    {
        refusal = Check(limit);
        long[]? last = cursor is null ? [0] : Cursor.Parse(list, cursor, numbers: 1);
        if (last is null)
            refusal ??= Cursor.Invalid;
        return new Paging(last?[0] ?? 0, limit ?? DefaultLimit);
    }

    /// <summary>Null: so many may be asked for.</summary>
    public static ApiProblem? Check(int? limit) => limit is < 1 or > MaxLimit
        ? ApiProblem.Invalid("request.limit_invalid", $"limit must be between 1 and {MaxLimit}.", "limit")
        : null;

    public static ListBody<TBody> Body<T, TBody>(string list, Slice<T> found, Func<T, TBody> body, Func<T, long> id) => new(
        [.. found.Items.Select(body)],
        found.HasMore ? Cursor.Of(list, id(found.Items[^1])) : null);
}
