namespace AtlanticProxy.Engine.Protocols.Http;

/// <content>Responses, read as clients read them.</content>
internal static partial class HttpHeadParser
{
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
}
