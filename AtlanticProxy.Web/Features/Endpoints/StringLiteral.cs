using System.Globalization;
using System.Text;

namespace AtlanticProxy.Web.Features.Endpoints;

/// <summary>Any text as the inside of a string literal.</summary>
internal static class StringLiteral
{
    /// <summary>Between <c>'</c> of a POSIX shell, where nothing but <c>'</c> is special.</summary>
    public static string OfShell(string text) => text.Replace("'", "'\\''", StringComparison.Ordinal);

    /// <summary>Between <c>'</c> of PHP and Ruby, where only <c>'</c> and <c>\</c> are special.</summary>
    public static string OfSingleQuotes(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);

    /// <summary>
    /// Between <c>"</c> of Python, JavaScript, Go, C# and Java: what they have in common. Line separators of Unicode would end a
    /// literal of C#.
    /// </summary>
    public static string OfDoubleQuotes(string text)
    {
        var literal = new StringBuilder(text.Length);
        foreach (char c in text)
            _ = c switch
            {
                '\\' => literal.Append("\\\\"),
                '"' => literal.Append("\\\""),
                '\n' => literal.Append("\\n"),
                '\r' => literal.Append("\\r"),
                '\t' => literal.Append("\\t"),
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' =>
                    literal.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => literal.Append(c),
            };
        return literal.ToString();
    }
}
