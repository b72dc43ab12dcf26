namespace AtlanticProxy.Engine.Protocols.Http;

/// <summary>What <see cref="ChunkedBody.Advance"/> found.</summary>
internal enum ChunkStep
{
    /// <summary>More bytes are needed.</summary>
    More,

    /// <summary>The body and its trailers are complete.</summary>
    Complete,

    Malformed,
}

/// <summary>
/// Follows a chunked body (RFC 9112 section 7.1) byte for byte without copying it: it says where the body ends and where its data
/// is, so that the bytes can be passed on as they are, or decoded in place for an HTTP/1.0 client. Trailers are looked at a line
/// at a time. A small value, one for each body.
/// </summary>
/// <param name="lenient">
/// Of a response: blanks may stand behind a chunk's size, as old servers pad it (RFC 9112 section 7.1.1: BWS), lines may end with
/// LF alone, and trailers that may not be there are left out. None of it is passed on. Of a request, nothing is forgiven: who
/// reads it otherwise would be smuggled to.
/// </param>
internal struct ChunkedBody(bool lenient)
{
    /// <summary>Hex digits of a chunk size: 15 always fit a long.</summary>
    private const int MaxSizeDigits = 15;

    /// <summary>
    /// Bytes of a chunk's extensions, and of all trailers: nobody uses more, and both are memory of someone's otherwise.
    /// </summary>
    private const int MaxExtension = 1024, MaxTrailers = 8 * 1024;

    private State _state;
    private long _remaining;
    private int _digits, _extra;

    /// <summary>Bytes were left because the line that they begin is not whole: look again when there are more.</summary>
    public bool WaitsForLine { readonly get; private set; }

    /// <summary>The byte that was consumed is an LF without its CR: CR LF is to be passed on in its stead.</summary>
    public bool EndsLine { readonly get; private set; }

    /// <summary>Something was forgiven.</summary>
    public bool IsOdd { readonly get; private set; }

    /// <summary>Looks at <paramref name="bytes"/>, the next of the body.</summary>
    /// <param name="bytes">When decoding, the data is moved together at their beginning.</param>
    /// <param name="decode">Take the framing away.</param>
    /// <param name="consumed">How many bytes belong to the body.</param>
    /// <param name="kept">How many bytes at the beginning are to be passed on.</param>
    public ChunkStep Advance(Span<byte> bytes, bool decode, out int consumed, out int kept)
    {
        consumed = kept = 0;
        WaitsForLine = EndsLine = false;
        while (consumed < bytes.Length)
        {
            if (_state == State.Data)
            {
                int taken = (int)Math.Min(_remaining, bytes.Length - consumed);
                if (kept != consumed)
                    bytes.Slice(consumed, taken).CopyTo(bytes[kept..]);
                kept += taken;
                consumed += taken;
                _remaining -= taken;
                if (_remaining == 0)
                    _state = State.DataCr;
                continue;
            }
            if (_state == State.Trailer)
            {
                var step = TakeTrailer(bytes, decode, ref consumed, ref kept);
                if (step != ChunkStep.More || WaitsForLine)
                    return step;
                continue;
            }
            byte next = bytes[consumed];
            if (next == '\n' && lenient && MayEndHere)
            {
                if (!decode && consumed > 0)
                    return ChunkStep.More; // what is before it goes first
                consumed++;
                EndLine();
                EndsLine = !decode;
                if (EndsLine || _state == State.Done)
                    return _state == State.Done ? ChunkStep.Complete : ChunkStep.More;
                continue;
            }
            consumed++;
            _state = Next(next);
            if (!decode && _state != State.Padding)
                bytes[kept++] = next;
            if (_state == State.Done)
                return ChunkStep.Complete;
            if (_state == State.Bad)
                return ChunkStep.Malformed;
        }
        return ChunkStep.More;
    }

    /// <summary>A line is under way that ends where its CR would stand.</summary>
    private readonly bool MayEndHere => _state switch
    {
        State.Size => _digits > 0,
        State.Padding or State.Extension or State.DataCr or State.TrailerEnd or State.FinalEnd => true,
        _ => false,
    };

    // At an LF that has no CR before it.
    private void EndLine()
    {
        IsOdd = true;
        _state = _state switch
        {
            State.DataCr => BeginSize(),
            State.TrailerEnd => State.Trailer,
            State.FinalEnd => State.Done,
            _ => BeginChunk(),
        };
    }

    private State Next(byte b) => _state switch
    {
        State.Size when HexValue(b) is >= 0 and var value => AddDigit(value),
        State.Size when _digits > 0 && b == '\r' => State.SizeLf,
        State.Size when _digits > 0 && lenient && b is (byte)' ' or (byte)'\t' => Extra(State.Padding, MaxExtension),
        State.Padding when b is (byte)' ' or (byte)'\t' => Extra(State.Padding, MaxExtension),
        State.Padding when b == '\r' => State.SizeLf,
        State.Padding when b == ';' => Extra(State.Extension, MaxExtension),
        State.Size when _digits > 0 && b == ';' => Extra(State.Extension, MaxExtension),
        State.Extension when b == '\r' => State.SizeLf,
        State.Extension when b is (>= 0x20 and < 0x7f) or (byte)'\t' => Extra(State.Extension, MaxExtension),
        State.SizeLf when b == '\n' => BeginChunk(),
        State.DataCr when b == '\r' => State.DataLf,
        State.DataLf when b == '\n' => BeginSize(),
        _ => State.Bad,
    };

    /// <summary>One line of the trailers, or the empty one behind them.</summary>
    private ChunkStep TakeTrailer(Span<byte> bytes, bool decode, ref int consumed, ref int kept)
    {
        var rest = bytes[consumed..];
        int feed = rest.IndexOf((byte)'\n');
        if ((feed < 0 ? rest.Length : feed) > MaxTrailers - _extra)
            return Bad();
        if (feed < 0)
        {
            WaitsForLine = true;
            return ChunkStep.More;
        }
        bool complete = feed > 0 && rest[feed - 1] == '\r';
        if (!complete && !lenient)
            return Bad();
        var line = rest[..(complete ? feed - 1 : feed)];
        _extra += feed + 1;
        bool last = line.IsEmpty;
        bool passedOn = !decode;
        int nameLength = 0;
        if (!last)
        {
            int colon = line.IndexOf((byte)':');
            if (colon <= 0 || !HttpTokens.IsFieldValue(line[(colon + 1)..]))
                return Bad();
            var name = (ReadOnlySpan<byte>)line[..colon];
            if (lenient)
                name = name.TrimEnd(" \t"u8);
            if (!HttpTokens.IsToken(name))
                return Bad();
            nameLength = name.Length;
            IsOdd |= nameLength < colon;
            if (!HttpTokens.MayBeTrailer(name))
            {
                if (!lenient)
                    return Bad();
                IsOdd = true;
                passedOn = false;
            }
            if (passedOn)
            {
                name.CopyTo(bytes[kept..]);
                line[colon..].CopyTo(bytes[(kept + nameLength)..]);
                kept += nameLength + line.Length - colon;
            }
        }
        consumed += line.Length;
        if (!complete && passedOn)
        {
            _state = last ? State.FinalEnd : State.TrailerEnd; // the LF comes next, alone
            return ChunkStep.More;
        }
        consumed += feed + 1 - line.Length;
        IsOdd |= !complete;
        if (passedOn)
        {
            "\r\n"u8.CopyTo(bytes[kept..]);
            kept += 2;
        }
        if (last)
            _state = State.Done;
        return last ? ChunkStep.Complete : ChunkStep.More;
    }

    private ChunkStep Bad()
    {
        _state = State.Bad;
        return ChunkStep.Malformed;
    }

    private State AddDigit(int value)
    {
        if (++_digits > MaxSizeDigits)
            return State.Bad;
        _remaining = _remaining * 16 + value;
        return State.Size;
    }

    private State BeginSize()
    {
        _digits = _extra = 0;
        _remaining = 0;
        return State.Size;
    }

    private State BeginChunk()
    {
        _extra = 0;
        return _remaining == 0 ? State.Trailer : State.Data;
    }

    private State Extra(State next, int limit) => ++_extra > limit ? State.Bad : next;

    private static int HexValue(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        _ => -1,
    };

    private enum State : byte
    {
        Size,
        Padding,
        Extension,
        SizeLf,
        Data,
        DataCr,
        DataLf,
        Trailer,
        TrailerEnd,
        FinalEnd,
        Done,
        Bad,
    }
}
