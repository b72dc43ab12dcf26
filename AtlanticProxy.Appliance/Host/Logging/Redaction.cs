using System.Text.RegularExpressions;

namespace AtlanticProxy.Host.Logging;

/// <summary>Masks secrets in a line that is about to be written: the last line of defence, behind not logging them.</summary>
internal static partial class Redaction
{
    private const string Mask = "***";

    public static string Apply(string line)
    {
        line = UrlPassword().Replace(line, $"$1:{Mask}@");
        line = AuthorizationHeader().Replace(line, $"$1$2{Mask}");
        line = Token().Replace(line, $"$1{Mask}");
        return NamedSecret().Replace(line, $"$1{Mask}");
    }

    /// <summary>scheme://user:password@</summary>
    [GeneratedRegex("""(://[^/\s"@:]*):[^/\s"@]+@""")]
    private static partial Regex UrlPassword();

    /// <summary>Authorization and Proxy-Authorization, as a header line or a JSON property, with or without a scheme.</summary>
    [GeneratedRegex("""(authorization\\?"?\s*[:=,]\s*\\?"?)((?:basic|bearer|digest|negotiate)\s+)?[^\s"\\]+""",
        RegexOptions.IgnoreCase)]
    private static partial Regex AuthorizationHeader();

    /// <summary>What programs sign in with, and links that lists are fetched by: <c>TokenText</c>.</summary>
    [GeneratedRegex("""\b(apl?_)[A-Za-z0-9]{32,}""")]
    private static partial Regex Token();

    /// <summary>
    /// password=..., "Secret":"...", api_key: ...; in connection strings, queries, JSON and JSON inside JSON. "token" needs its
    /// '=' or quotes: prose speaks of tokens, too.
    /// </summary>
    [GeneratedRegex(
        """((?:(?:password|passwd|pwd|passphrase|secret|api[-_]?key|private[-_]?key)(?:\\?"?\s*[:=]\s*\\?"?)"""
        + """|token(?:=|\\?"\s*:\s*\\?"?)))[^\s"\\&,;}]+""",
        RegexOptions.IgnoreCase)]
    private static partial Regex NamedSecret();
}
