using System.Text;

namespace AtlanticProxy.Engine.Dialects.Http;

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
internal static class HttpHeadParser
{
    /// <summary>Digits of a Content-Length: 18 always fit a long.</summary>
    private const int MaxLengthDigits = 18;

    /// <summary>Parses a request head at the start of <paramref name="bytes"/>; <paramref name="problem"/> says what is malformed.</summary>
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

    /// <summary>
    /// Parses a response head at the start of <paramref name="bytes"/>, as leniently as clients do where it can be read in one
    /// way only: see <see cref="HttpHead.IsOdd"/>. The framing of its body also depends on the request: see <see
    /// cref="FrameResponse"/>.
    /// </summary>
    /// <param name="bytes">Line ends within a value, and controls, become blanks once the head is whole.</param>
    public static HeadStatus ParseResponse(Span<byte> bytes, HttpHead head, out string problem)
    {
        head.Reset();
        problem = "";
        int start = SkipLineEnds(bytes);
        head.IsOdd = start > 0;
        // Garbage is told from a slow head at once, not at a timeout.
        var magic = "HTTP/1."u8;
        int told = Math.Min(bytes.Length - start, magic.Length);
        if (!bytes.Slice(start, told).SequenceEqual(magic[..told]))
            return Malformed("the reply does not begin with HTTP/1.", out problem);

        // 1. The status line.
        if (!TryFindLine(bytes, start, head, out int length, out int next))
            return bytes.Length >= HttpHead.MaxSize ? HeadStatus.TooLarge : HeadStatus.Incomplete;
        var status = ParseStatusLine(bytes.Slice(start, length), head, out problem);
        if (status != HeadStatus.Complete)
            return status;
        head.ReasonRange = (start + magic.Length + 1)..(start + length);

        // 2. Where the head ends: nothing is changed before that is known.
        int end = next;
        do
        {
            start = end;
            if (start >= HttpHead.MaxSize)
                return HeadStatus.TooLarge;
            if (!TryFindLine(bytes, start, head, out length, out end))
                return bytes.Length >= HttpHead.MaxSize ? HeadStatus.TooLarge : HeadStatus.Incomplete;
        }
        while (length > 0);
        head.Length = end;
        return end > HttpHead.MaxSize ? HeadStatus.TooLarge : ParseLooseFields(bytes, next, start, head, out problem);
    }

    /// <summary>Decides how the response's body ends (RFC 9112 section 6.3).</summary>
    public static HeadStatus FrameResponse(ReadOnlySpan<byte> bytes, HttpHead head, bool toHead, out string problem)
    {
        var status = ReadFraming(bytes, head, lenient: true, out bool hasCoding, out problem);
        if (status != HeadStatus.Complete)
            return status;
        if (hasCoding && head.MinorVersion == 0)
            return Malformed("an HTTP/1.0 response has Transfer-Encoding", out problem);
        ReadConnection(bytes, head);
        if (toHead || head.Status is (>= 100 and < 200) or 204 or 304)
            head.Framing = BodyFraming.None;
        else if (!head.HasContentLength && !hasCoding)
            head.Framing = BodyFraming.UntilClose;
        return HeadStatus.Complete;
    }

    // status-line = HTTP-version SP status-code SP [ reason-phrase ]; the second space is often left out by servers.
    private static HeadStatus ParseStatusLine(Span<byte> line, HttpHead head, out string problem)
    {
        problem = "";
        if (line.Length < 12 || line[8] != ' ' || (line.Length > 12 && line[12] != ' ') || !ParseVersion(line[..8], head))
            return Malformed("the status line is malformed", out problem);
        int code = 0;
        foreach (byte digit in line[9..12])
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return Malformed("the status code is not a number", out problem);
            code = code * 10 + digit - '0';
        }
        if (code < 100)
            return Malformed("the status code is under 100", out problem);
        if (!TryBlankControls(line[12..], head))
            return Malformed("the reason phrase has control characters", out problem);
        head.Status = code;
        return HeadStatus.Complete;
    }

    /// <summary>A response's fields, up to <paramref name="end"/>, where the empty line begins.</summary>
    private static HeadStatus ParseLooseFields(Span<byte> bytes, int position, int end, HttpHead head, out string problem)
    {
        problem = "";
        if (position < end && IsBlank(bytes[position]))
            return Malformed("a header line has no name", out problem); // what it would go on with is the status line
        while (position < end)
        {
            TryFindLine(bytes, position, head, out int length, out int next);
            // RFC 9112 section 5.2: a line that begins with a blank goes on with the one before.
            while (next < end && IsBlank(bytes[next]))
            {
                head.IsOdd = true;
                bytes[(position + length)..next].Fill((byte)' ');
                TryFindLine(bytes, next, head, out int more, out int after);
                (length, next) = (next + more - position, after);
            }
            var line = bytes.Slice(position, length);
            int colon = line.IndexOf((byte)':');
            if (colon <= 0)
                return Malformed("a header line has no name", out problem);
            // RFC 9112 section 5.1: a proxy removes blanks before the colon.
            int nameLength = line[..colon].TrimEnd(" \t"u8).Length;
            head.IsOdd |= nameLength < colon;
            if (!HttpTokens.IsToken(line[..nameLength]))
                return Malformed("a header name is not a token", out problem);
            var value = line[(colon + 1)..];
            if (!TryBlankControls(value, head))
                return Malformed("a header value has control characters", out problem);
            var trimmed = HttpTokens.TrimWhitespace(value);
            int valueStart = trimmed.IsEmpty ? position + length : position + colon + 1 + value.IndexOf(trimmed[0]);
            if (!head.AddField(new HttpField((ushort)position, (ushort)nameLength, (ushort)valueStart, (ushort)trimmed.Length)))
                return HeadStatus.TooLarge;
            position = next;
        }
        return HeadStatus.Complete;
    }

    /// <summary>
    /// The line that begins at <paramref name="start"/>, which ends with LF, and as a rule with CR LF. False when its end has not
    /// come.
    /// </summary>
    private static bool TryFindLine(ReadOnlySpan<byte> bytes, int start, HttpHead head, out int length, out int next)
    {
        length = bytes[start..].IndexOf((byte)'\n');
        next = start + length + 1;
        if (length < 0)
            return false;
        if (length > 0 && bytes[start + length - 1] == '\r')
            length--;
        else
            head.IsOdd = true;
        return true;
    }

    /// <summary>Empty lines before a response: their length.</summary>
    private static int SkipLineEnds(ReadOnlySpan<byte> bytes)
    {
        int first = bytes.IndexOfAnyExcept((byte)'\r', (byte)'\n');
        return first < 0 ? bytes.Length : first;
    }

    /// <summary>Replaces controls that mean nothing by blanks. False when there are some that clients read differently.</summary>
    private static bool TryBlankControls(Span<byte> text, HttpHead head)
    {
        if (HttpTokens.IsFieldValue(text))
            return true;
        if (text.ContainsAny((byte)0, (byte)'\r'))
            return false;
        head.IsOdd = true;
        foreach (ref byte b in text)
            if (b is < 0x20 or 0x7f)
                b = (byte)' ';
        return true;
    }

    private static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\t';

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
        head.Framing = hasCoding ? BodyFraming.Chunked : hasLength && head.ContentLength > 0 ? BodyFraming.Length : BodyFraming.None;
        return HeadStatus.Complete;
    }

    private static void ReadConnection(ReadOnlySpan<byte> bytes, HttpHead head)
    {
        bool close = head.ConnectionNames(bytes, "close"u8) || ProxyConnectionSays(bytes, head, "close"u8);
        bool keep = head.ConnectionNames(bytes, "keep-alive"u8) || ProxyConnectionSays(bytes, head, "keep-alive"u8);
        head.Close = close || (head.MinorVersion == 0 && !keep);
        head.Upgrade = head.MinorVersion == 1 && head.ConnectionNames(bytes, "upgrade"u8) && head.TryFind(bytes, "upgrade"u8, out _);
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
