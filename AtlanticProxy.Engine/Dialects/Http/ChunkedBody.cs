namespace AtlanticProxy.Engine.Dialects.Http;

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
/// Follows a chunked body (RFC 9112 section 7.1) byte for byte, strictly, without copying it: it says where the body ends and where its data is,
/// so that the bytes can be passed on as they are but for padding, or decoded in place for an HTTP/1.0 client. A small value, one for each body.
/// </summary>
/// <param name="padded">Blanks may stand behind a chunk's size, as old servers pad it (RFC 9112 section 7.1.1: BWS). They are not passed on.</param>
internal struct ChunkedBody(bool padded)
{
    /// <summary>Hex digits of a chunk size: 15 always fit a long.</summary>
    private const int MaxSizeDigits = 15;

    /// <summary>Bytes of a chunk's extensions, and of all trailers: nobody uses more, and both are memory of someone's otherwise.</summary>
    private const int MaxExtension = 1024, MaxTrailers = 8 * 1024;

    private State _state;
    private long _remaining;
    private int _digits, _extra;

    /// <summary>Looks at <paramref name="bytes"/>, the next of the body.</summary>
    /// <param name="bytes">When decoding, the data is moved together at their beginning.</param>
    /// <param name="decode">Take the framing away.</param>
    /// <param name="consumed">How many bytes belong to the body.</param>
    /// <param name="kept">How many bytes at the beginning are to be passed on.</param>
    public ChunkStep Advance(Span<byte> bytes, bool decode, out int consumed, out int kept)
    {
        consumed = kept = 0;
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
            byte next = bytes[consumed++];
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

    private State Next(byte b) => _state switch
    {
        State.Size when HexValue(b) is >= 0 and var value => AddDigit(value),
        State.Size when _digits > 0 && b == '\r' => State.SizeLf,
        State.Size when _digits > 0 && padded && b is (byte)' ' or (byte)'\t' => Extra(State.Padding, MaxExtension),
        State.Padding when b is (byte)' ' or (byte)'\t' => Extra(State.Padding, MaxExtension),
        State.Padding when b == '\r' => State.SizeLf,
        State.Padding when b == ';' => Extra(State.Extension, MaxExtension),
        State.Size when _digits > 0 && b == ';' => Extra(State.Extension, MaxExtension),
        State.Extension when b == '\r' => State.SizeLf,
        State.Extension when b is (>= 0x20 and < 0x7f) or (byte)'\t' => Extra(State.Extension, MaxExtension),
        State.SizeLf when b == '\n' => BeginChunk(),
        State.DataCr when b == '\r' => State.DataLf,
        State.DataLf when b == '\n' => BeginSize(),
        State.TrailerStart when b == '\r' => State.FinalLf,
        State.TrailerStart when IsTrailerNameByte(b) => Extra(State.TrailerName, MaxTrailers),
        State.TrailerName when b == ':' => Extra(State.TrailerValue, MaxTrailers),
        State.TrailerName when IsTrailerNameByte(b) => Extra(State.TrailerName, MaxTrailers),
        State.TrailerValue when b == '\r' => State.TrailerLf,
        State.TrailerValue when b is >= 0x20 and not 0x7f or (byte)'\t' => Extra(State.TrailerValue, MaxTrailers),
        State.TrailerLf when b == '\n' => State.TrailerStart,
        State.FinalLf when b == '\n' => State.Done,
        _ => State.Bad,
    };

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
        return _remaining == 0 ? State.TrailerStart : State.Data;
    }

    private State Extra(State next, int limit) => ++_extra > limit ? State.Bad : next;

    private static bool IsTrailerNameByte(byte b) => HttpTokens.IsToken([b]);

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
        TrailerStart,
        TrailerName,
        TrailerValue,
        TrailerLf,
        FinalLf,
        Done,
        Bad,
    }
}
