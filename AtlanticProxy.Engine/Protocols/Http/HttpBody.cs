namespace AtlanticProxy.Engine.Protocols.Http;

/// <summary>Follows a message body of any framing. A small value, one for each body.</summary>
internal struct HttpBody(HttpHead head)
{
    private readonly BodyFraming _framing = head.Framing;
    private long _remaining = head.ContentLength;
    private ChunkedBody _chunks = new(lenient: head.Status > 0);

    /// <summary>There is no body, or it has been seen whole.</summary>
    public bool IsComplete { get; private set; } = head.Framing == BodyFraming.None;

    /// <summary>The end of the stream is the end of the body.</summary>
    public readonly bool EndsWithStream => _framing == BodyFraming.UntilClose;

    /// <inheritdoc cref="ChunkedBody.WaitsForLine"/>
    public readonly bool WaitsForLine => _chunks.WaitsForLine;

    /// <inheritdoc cref="ChunkedBody.EndsLine"/>
    public readonly bool EndsLine => _chunks.EndsLine;

    /// <inheritdoc cref="ChunkedBody.IsOdd"/>
    public readonly bool IsOdd => _chunks.IsOdd;

    /// <summary>Looks at the next bytes of the stream. False when they are malformed.</summary>
    /// <param name="decode">Take chunked framing away; the data is moved together at the beginning of <paramref
    /// name="bytes"/>.</param>
    /// <param name="consumed">How many of them belong to the body.</param>
    /// <param name="kept">How many bytes at the beginning are to be passed on.</param>
    public bool Advance(Span<byte> bytes, bool decode, out int consumed, out int kept)
    {
        if (_framing == BodyFraming.Chunked)
        {
            var step = _chunks.Advance(bytes, decode, out consumed, out kept);
            IsComplete = step == ChunkStep.Complete;
            return step != ChunkStep.Malformed;
        }
        consumed = kept = _framing == BodyFraming.Length ? (int)Math.Min(_remaining, bytes.Length) : bytes.Length;
        _remaining -= consumed;
        IsComplete = _framing == BodyFraming.Length && _remaining == 0;
        return true;
    }
}
