namespace AtlanticProxy.Engine.Diagnostics;

/// <summary>Text of others' making in a header or a log line.</summary>
internal static class PlainText
{
    /// <summary>
    /// The text with everything but printable ASCII, and what would end a quoted string (RFC 8941 section 3.3.3), made a question
    /// mark.
    /// </summary>
    public static string Of(string text) => string.Create(text.Length, text, static (plain, from) =>
    {
        for (int i = 0; i < from.Length; i++)
            plain[i] = from[i] is >= ' ' and <= '~' and not ('"' or '\\') ? from[i] : '?';
    });
}
