using System.Text;

namespace AtlanticProxy.Engine.Protocols.Http;

/// <summary>What a parser made of the bytes so far.</summary>
internal enum HeadStatus
{
    Complete,

    /// <summary>Well-formed so far; more is needed.</summary>
    Incomplete,

    /// <summary>Malformed: 400 for a request, 502 for a response.</summary>
    Malformed,

    /// <summary>414.</summary>
    LineTooLong,

    /// <summary>431.</summary>
    TooLarge,
}

/// <summary>
/// Parses HTTP/1.x heads (RFC 9112). Requests strictly: whatever two implementations might read differently is refused, since
/// that difference is how requests are smuggled. Responses as clients read them: what is odd but has one meaning is understood,
/// and passed on in its proper form. No allocation.
/// </summary>
internal static partial class HttpHeadParser
{
    /// <summary>Digits of a Content-Length: 18 always fit a long.</summary>
    private const int MaxLengthDigits = 18;

    /// <summary>
    /// Parses a request head at the start of <paramref name="bytes"/>; <paramref name="problem"/> says what is malformed.
    /// </summary>
    public static HeadStatus ParseRequest(ReadOnlySpan<byte> bytes, HttpHead head, out string problem)
    {
        head.Reset();
        var status = FindEnd(bytes, head, out int lineEnd, out problem);
        if (status != HeadStatus.Complete)
            return status;

        // request-line = method SP request-target SP HTTP-version
        var line = bytes[..lineEnd];
        int first = line.IndexOf((byte)' ');
        int last = line.LastIndexOf((byte)' ');
        if (first <= 0 || last == first)
            return Malformed("the request line is not 'METHOD target HTTP/1.1'", out problem);
        var target = line[(first + 1)..last];
        if (!HttpTokens.IsToken(line[..first]))
            return Malformed("the method is not a token", out problem);
        if (target.IsEmpty || target.ContainsAny(HttpTokens.ForbiddenInTarget))
            return Malformed("the request target has spaces or controls", out problem);
        if (!ParseVersion(line[(last + 1)..], head))
            return Malformed("the version is not HTTP/1.0 or HTTP/1.1", out problem);
        head.MethodRange = ..first;
        head.IsHead = line[..first].SequenceEqual("HEAD"u8);
        head.TargetRange = (first + 1)..last;

        status = ParseFields(bytes, lineEnd + 2, head, out problem);
        return status == HeadStatus.Complete ? FrameRequest(bytes, head, out problem) : status;
    }

    private static HeadStatus FrameRequest(ReadOnlySpan<byte> bytes, HttpHead head, out string problem)
    {
        var status = ReadFraming(bytes, head, lenient: false, out bool hasCoding, out problem);
        if (status != HeadStatus.Complete)
            return status;
        if (hasCoding && head.MinorVersion == 0)
            return Malformed("an HTTP/1.0 request has Transfer-Encoding", out problem);
        ReadConnection(bytes, head);
        return HeadStatus.Complete;
    }

    private static HeadStatus FindEnd(ReadOnlySpan<byte> bytes, HttpHead head, out int lineEnd, out string problem)
    {
        problem = "";
        lineEnd = bytes.IndexOf("\r\n"u8);
        if (lineEnd > HttpHead.MaxLine || (lineEnd < 0 && bytes.Length > HttpHead.MaxLine))
            return HeadStatus.LineTooLong;
        int feed = bytes.IndexOf((byte)'\n');
        if (feed >= 0 && feed - 1 != lineEnd)
            return Malformed("a line ends with LF and not CR LF", out problem);

        int end = bytes.IndexOf("\r\n\r\n"u8);
        // With a CR or an LF alone it would perhaps never end: say so now, not at the timeout.
        if (end < 0 && HasLoneLineEnd(bytes))
            return Malformed("a line ends with LF or CR and not CR LF", out problem);
        if (end >= 0 && end + 4 <= HttpHead.MaxSize)
        {
            head.Length = end + 4;
            return HeadStatus.Complete;
        }
        return end >= 0 || bytes.Length >= HttpHead.MaxSize ? HeadStatus.TooLarge : HeadStatus.Incomplete;
    }

    private static bool HasLoneLineEnd(ReadOnlySpan<byte> bytes)
    {
        for (int found; (found = bytes.IndexOfAny((byte)'\r', (byte)'\n')) >= 0; bytes = bytes[(found + 2)..])
        {
            if (bytes[found] == '\n')
                return true;
            if (found + 1 == bytes.Length)
                return false; // the LF may be still to come
            if (bytes[found + 1] != '\n')
                return true;
        }
        return false;
    }

    private static HeadStatus ParseFields(ReadOnlySpan<byte> bytes, int position, HttpHead head, out string problem)
    {
        problem = "";
        int end = head.Length - 2; // where the empty line begins
        while (position < end)
        {
            int length = bytes[position..].IndexOf("\r\n"u8);
            var line = bytes.Slice(position, length);
            int colon = line.IndexOf((byte)':');
            if (colon <= 0)
                return Malformed("a header line has no name", out problem);
            // This also refuses 'Name :' and folded lines, whose names would have a space (RFC 9112 section 5).
            if (!HttpTokens.IsToken(line[..colon]))
                return Malformed("a header name is not a token", out problem);
            var value = HttpTokens.TrimWhitespace(line[(colon + 1)..]);
            if (!HttpTokens.IsFieldValue(value))
                return Malformed("a header value has control characters", out problem);
            int valueStart = value.IsEmpty ? position + length : position + colon + 1 + line[(colon + 1)..].IndexOf(value[0]);
            if (!head.AddField(new HttpField((ushort)position, (ushort)colon, (ushort)valueStart, (ushort)value.Length)))
                return HeadStatus.TooLarge;
            position += length + 2;
        }
        return HeadStatus.Complete;
    }

    private static HeadStatus ReadFraming(
        ReadOnlySpan<byte> bytes, HttpHead head, bool lenient, out bool hasCoding, out string problem)
    {
        bool hasLength = hasCoding = false;
        problem = "";
        foreach (var field in head.Fields)
        {
            var name = HttpHead.Name(bytes, field);
            var value = HttpHead.Value(bytes, field);
            if (name.Length == "content-length".Length && Ascii.EqualsIgnoreCase(name, "content-length"u8))
            {
                if (!TryParseLength(value, out long length) && !(lenient && TryParseLengths(value, head, out length)))
                    return Malformed("Content-Length is not a number", out problem);
                if (hasLength && length != head.ContentLength)
                    return Malformed("two Content-Length fields differ", out problem);
                hasLength = true;
                head.ContentLength = length;
            }
            else if (name.Length == "transfer-encoding".Length && Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
            {
                if (lenient && Ascii.EqualsIgnoreCase(value, "identity"u8))
                {
                    head.IsOdd = true; // none at all, as RFC 2616 had it
                    continue;
                }
                // Only the one coding, said once: lists of codings are how proxies and servers come to disagree.
                if (hasCoding || !Ascii.EqualsIgnoreCase(value, "chunked"u8))
                    return Malformed("Transfer-Encoding is not 'chunked', once", out problem);
                hasCoding = true;
            }
        }
        if (hasLength && hasCoding)
        {
            if (!lenient)
                return Malformed("there are both Content-Length and Transfer-Encoding", out problem);
            head.IsOdd = true; // RFC 9112 section 6.3: the coding overrides the length
            hasLength = false;
        }
        head.HasContentLength = hasLength;
        head.Framing = hasCoding
            ? BodyFraming.Chunked
            : hasLength && head.ContentLength > 0
            ? BodyFraming.Length
            : BodyFraming.None;
        return HeadStatus.Complete;
    }

    private static void ReadConnection(ReadOnlySpan<byte> bytes, HttpHead head)
    {
        bool close = head.ConnectionNames(bytes, "close"u8) || ProxyConnectionSays(bytes, head, "close"u8);
        bool keep = head.ConnectionNames(bytes, "keep-alive"u8) || ProxyConnectionSays(bytes, head, "keep-alive"u8);
        head.Close = close || (head.MinorVersion == 0 && !keep);
        head.Upgrade = head.MinorVersion == 1 && head.ConnectionNames(bytes, "upgrade"u8)
            && head.TryFind(bytes, "upgrade"u8, out _);
    }

    // Never a standard, but old clients (curl with HTTP/1.0, wget) speak to proxies so.
    private static bool ProxyConnectionSays(ReadOnlySpan<byte> bytes, HttpHead head, ReadOnlySpan<byte> token) =>
        head.TryFind(bytes, "proxy-connection"u8, out var value) && HttpTokens.ListContains(value, token);

    private static bool ParseVersion(ReadOnlySpan<byte> version, HttpHead head)
    {
        head.MinorVersion = version.SequenceEqual("HTTP/1.1"u8) ? 1 : 0;
        return head.MinorVersion == 1 || version.SequenceEqual("HTTP/1.0"u8);
    }

    private static bool TryParseLength(ReadOnlySpan<byte> digits, out long length)
    {
        length = 0;
        if (digits.Length is 0 or > MaxLengthDigits)
            return false;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            length = length * 10 + digit - '0';
        }
        return true;
    }

    /// <summary>A list of one and the same length, which is that length (RFC 9112 section 6.3).</summary>
    private static bool TryParseLengths(ReadOnlySpan<byte> list, HttpHead head, out long length)
    {
        head.IsOdd = true;
        length = -1;
        foreach (var part in list.Split((byte)','))
        {
            if (!TryParseLength(HttpTokens.TrimWhitespace(list[part]), out long one) || (length >= 0 && one != length))
                return false;
            length = one;
        }
        return true;
    }

    private static HeadStatus Malformed(string what, out string problem)
    {
        problem = what;
        return HeadStatus.Malformed;
    }
}
