using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace AtlanticProxy.Web.Api;

/// <summary>Where a list goes on, as text that means nothing to programs: the list's name and numbers of its last row.</summary>
internal static class Cursor
{
    public static ApiProblem Invalid => ApiProblem.Invalid("request.cursor_invalid",
        "cursor must be the nextCursor of a previous page of this list.", "cursor");

    public static string Of(string list, params long[] numbers) => WebEncoders.Base64UrlEncode(Encoding.ASCII.GetBytes(
        string.Join(':', [list, .. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))])));

    /// <summary>The numbers; null: it is no cursor of this list.</summary>
    public static long[]? Parse(string list, string cursor, int numbers)
    {
        try
        {
            string[] parts = Encoding.ASCII.GetString(WebEncoders.Base64UrlDecode(cursor)).Split(':');
            long[] values = new long[numbers];
            return parts.Length == numbers + 1 && parts[0] == list
                && parts.Skip(1).Index().All(part => long.TryParse(
                    part.Item, NumberStyles.None, CultureInfo.InvariantCulture, out values[part.Index]))
                        ? values
                        : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
