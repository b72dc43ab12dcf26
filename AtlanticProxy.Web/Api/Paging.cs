using System.Globalization;
using System.Text;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.WebUtilities;

namespace AtlanticProxy.Web.Api;

/// <summary>A part of a list.</summary>
/// <param name="NextCursor">What asks for the next part; null: there is none.</param>
internal sealed record ListBody<T>(IReadOnlyList<T> Data, string? NextCursor);

/// <summary>Which part of a list is wanted: rows after one, by their ids, so that none comes twice or is left out.</summary>
/// <param name="After">The last id that is known; 0 from the beginning.</param>
internal readonly record struct Paging(long After, int Limit)
{
    public const int DefaultLimit = 50, MaxLimit = 200;

    /// <param name="list">What is listed: a cursor of another list is none.</param>
    /// <param name="refusal">Null: the paging is good.</param>
    public static Paging Of(string list, int? limit, string? cursor, out ApiProblem? refusal)
    {
        refusal = null;
        if (limit is < 1 or > MaxLimit)
            refusal = ApiProblem.Invalid("request.limit_invalid", $"limit is 1 to {MaxLimit}.", "limit");
        long after = 0;
        if (cursor is not null && AfterOf(list, cursor) is not { } known)
            refusal ??= ApiProblem.Invalid("request.cursor_invalid",
                "cursor is what nextCursor of the same list said, unchanged.", "cursor");
        else if (cursor is not null)
            after = AfterOf(list, cursor)!.Value;
        return new Paging(after, limit ?? DefaultLimit);
    }

    public static ListBody<TBody> Body<T, TBody>(string list, Slice<T> found, Func<T, TBody> body, Func<T, long> id) => new(
        [.. found.Items.Select(body)],
        found.HasMore ? CursorOf(list, id(found.Items[^1])) : null);

    private static string CursorOf(string list, long after) =>
        WebEncoders.Base64UrlEncode(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{list}:{after}")));

    private static long? AfterOf(string list, string cursor)
    {
        try
        {
            string[] parts = Encoding.ASCII.GetString(WebEncoders.Base64UrlDecode(cursor)).Split(':');
            return parts is [var of, var after] && of == list
                && long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out long id)
                    ? id
                    : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
