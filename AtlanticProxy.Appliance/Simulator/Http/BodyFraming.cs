using System.Globalization;
using AtlanticProxy.Simulator.Transport;

namespace AtlanticProxy.Simulator.Http;

/// <summary>Finds where a message's body ends, in bytes as they come on the wire: they are passed on as they are.</summary>
internal abstract class BodyFraming
{
    public abstract bool Done { get; }

    /// <summary>Whether the end of the connection is the end of the body.</summary>
    public virtual bool EndsWithConnection => false;

    /// <summary>How many of these bytes belong to the body.</summary>
    public abstract int Take(ReadOnlySpan<byte> received);

    public static BodyFraming OfRequest(HttpHead request) =>
        request.Has("Transfer-Encoding", "chunked") ? new Chunked() : new Sized(LengthOf(request) ?? 0);

    public static BodyFraming OfResponse(HttpHead response, int status, string method) =>
        method == "HEAD" || status is 204 or 304 || status < 200 ? new Sized(0)
        : response.Has("Transfer-Encoding", "chunked") ? new Chunked()
        : LengthOf(response) is { } length ? new Sized(length)
        : new UntilClose();

    /// <summary>Passes the body on, and counts it, up to <paramref name="max"/> bytes. False when it was cut short.</summary>
    public async Task<bool> CopyAsync(Peer from, Peer to, Action<int> count, long max = long.MaxValue)
    {
        while (!Done)
        {
            if (from.Buffered.IsEmpty && !await from.FillAsync())
                return EndsWithConnection;
            int length = (int)Math.Min(Take(from.Buffered.Span), max);
            count(length);
            await to.SendAsync(from.Buffered[..length]);
            from.Advance(length);
            max -= length;
            if (max == 0)
                return false;
        }
        return true;
    }

    private static long? LengthOf(HttpHead head) => head["Content-Length"] is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long length) ? length
        : throw new ProtocolException($"Not a length: {text}");

    private sealed class Sized(long left) : BodyFraming
    {
        private long _left = left;

        public override bool Done => _left == 0;

        public override int Take(ReadOnlySpan<byte> received)
        {
            int taken = (int)Math.Min(received.Length, _left);
            _left -= taken;
            return taken;
        }
    }

    private sealed class UntilClose : BodyFraming
    {
        public override bool Done => false;

        public override bool EndsWithConnection => true;

        public override int Take(ReadOnlySpan<byte> received) => received.Length;
    }

    /// <summary>RFC 9112 section 7.1, a byte at a time where it is not chunk content.</summary>
    private sealed class Chunked : BodyFraming
    {
        // 2^48 bytes in one chunk: nobody means that.
        private const int MaxSizeDigits = 12;

        private enum Part { Size, Extension, Content, ContentEnd, TrailerStart, Trailer, LastLineEnd, End }

        private Part _part = Part.Size;
        private long _size;
        private int _digits;

        public override bool Done => _part == Part.End;

        public override int Take(ReadOnlySpan<byte> received)
        {
            int at = 0;
            while (at < received.Length && _part != Part.End)
            {
                if (_part == Part.Content)
                {
                    int taken = (int)Math.Min(received.Length - at, _size);
                    at += taken;
                    if ((_size -= taken) == 0)
                        _part = Part.ContentEnd;
                }
                else
                    Step(received[at++]);
            }
            return at;
        }

        private void Step(byte b)
        {
            switch (_part)
            {
                case Part.Size when char.IsAsciiHexDigit((char)b):
                    if (++_digits > MaxSizeDigits)
                        throw new ProtocolException("A chunk size is too long.");
                    _size = (_size << 4) | (uint)Convert.ToInt32(((char)b).ToString(), 16);
                    break;
                case Part.Size when _digits == 0:
                    throw new ProtocolException("A chunk has no size.");
                case Part.Size or Part.Extension:
                    _part = b != '\n' ? Part.Extension : _size > 0 ? Part.Content : Part.TrailerStart;
                    break;
                case Part.ContentEnd when b == '\n':
                    (_part, _digits) = (Part.Size, 0);
                    break;
                case Part.ContentEnd when b != '\r':
                    throw new ProtocolException("A chunk is longer than it said.");
                case Part.TrailerStart:
                    _part = b == '\r' ? Part.LastLineEnd : Part.Trailer;
                    break;
                case Part.Trailer when b == '\n':
                    _part = Part.TrailerStart;
                    break;
                case Part.LastLineEnd:
                    _part = Part.End;
                    break;
                default:
                    break;
            }
        }
    }
}
