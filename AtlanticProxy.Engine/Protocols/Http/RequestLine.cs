using System.Text;

namespace AtlanticProxy.Engine.Protocols.Http;

/// <summary>What the first line of a request says of where it goes.</summary>
internal static class RequestLine
{
    /// <summary>RFC 9110 section 7.6: default port of the http scheme.</summary>
    public const int HttpPort = 80;

    /// <summary>
    /// Splits <c>http://host:port/path?query</c>. Only http: an https URL in absolute form would be fetched in the clear.
    /// </summary>
    public static bool SplitAbsoluteForm(ReadOnlySpan<byte> target, out ReadOnlySpan<byte> authority, out ReadOnlySpan<byte> path)
    {
        var scheme = "http://"u8;
        authority = path = default;
        if (target.Length <= scheme.Length || !Ascii.EqualsIgnoreCase(target[..scheme.Length], scheme))
            return false;
        var rest = target[scheme.Length..];
        int end = rest.IndexOfAny((byte)'/', (byte)'?', (byte)'#');
        authority = end < 0 ? rest : rest[..end];
        path = end < 0 ? default : rest[end..];
        // userinfo is deprecated, and would leak; a fragment never travels.
        return !authority.Contains((byte)'@') && !path.Contains((byte)'#');
    }

    /// <summary>Whether what a client said, though nobody could read it, is a HEAD request.</summary>
    public static bool BeginsWithHead(ReadOnlySpan<byte> bytes) => bytes.StartsWith("HEAD "u8);
}
