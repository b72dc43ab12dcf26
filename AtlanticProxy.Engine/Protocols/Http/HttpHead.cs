using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace AtlanticProxy.Engine.Protocols.Http;

/// <summary>One header field, as ranges of the head's bytes.</summary>
internal readonly record struct HttpField(ushort NameStart, ushort NameLength, ushort ValueStart, ushort ValueLength);

/// <summary>How the end of a message body is known (RFC 9112 section 6.3).</summary>
internal enum BodyFraming
{
    None,
    Length,
    Chunked,

    /// <summary>Responses only: the body ends with the connection.</summary>
    UntilClose,
}

/// <summary>
/// A parsed request or response head: ranges into bytes that someone else owns, valid as long as those are. Reused from one
/// message to the next.
/// </summary>
internal sealed class HttpHead
{
    /// <summary>Apache's LimitRequestFields default.</summary>
    public const int MaxFields = 100;

    /// <summary>Bytes of a whole head. HAProxy's and nginx's defaults (16 and 32 KB) bound real browsers' heads.</summary>
    public const int MaxSize = 32 * 1024;

    /// <summary>Bytes of one line. Apache's LimitRequestLine is 8190.</summary>
    public const int MaxLine = 8 * 1024;

    /// <summary>RFC 9110 section 7.6.2.</summary>
    public static ReadOnlySpan<byte> MaxForwards => "max-forwards"u8;

    private readonly HttpField[] _fields = new HttpField[MaxFields];

    /// <summary>Bytes of the head, with the empty line that ends it.</summary>
    public int Length { get; internal set; }

    /// <summary>1 for HTTP/1.1, 0 for HTTP/1.0.</summary>
    public int MinorVersion { get; internal set; }

    internal Range MethodRange, TargetRange;

    /// <summary>Responses only: what follows the version in the status line.</summary>
    internal Range ReasonRange;

    /// <summary>
    /// Responses only: it was not quite what RFC 9112 says, and there was one way to read it. What is passed on is in its proper
    /// form, and no other response is asked for on that connection.
    /// </summary>
    public bool IsOdd { get; internal set; }

    /// <summary>The request's method is HEAD: whoever answers it sends no body (RFC 9110 section 9.3.2).</summary>
    public bool IsHead { get; internal set; }

    /// <summary>The request's head was taken from the client's input.</summary>
    public bool IsConsumed { get; set; }

    /// <summary>Responses only.</summary>
    public int Status { get; internal set; }

    public int FieldCount { get; internal set; }

    public BodyFraming Framing { get; internal set; }

    /// <summary>There is a Content-Length field, whether or not a body follows (HEAD, 304).</summary>
    public bool HasContentLength { get; internal set; }

    /// <summary>Bytes of the body when <see cref="Framing"/> is <see cref="BodyFraming.Length"/>.</summary>
    public long ContentLength { get; internal set; }

    /// <summary>Connection: close was said (or HTTP/1.0 without keep-alive).</summary>
    public bool Close { get; internal set; }

    /// <summary>Connection named Upgrade and there is an Upgrade field.</summary>
    public bool Upgrade { get; internal set; }

    public ReadOnlySpan<HttpField> Fields => _fields.AsSpan(0, FieldCount);

    public ReadOnlySpan<byte> Method(ReadOnlySpan<byte> bytes) => bytes[MethodRange];

    public ReadOnlySpan<byte> Target(ReadOnlySpan<byte> bytes) => bytes[TargetRange];

    public static ReadOnlySpan<byte> Name(ReadOnlySpan<byte> bytes, HttpField field) =>
        bytes.Slice(field.NameStart, field.NameLength);

    public static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> bytes, HttpField field) =>
        bytes.Slice(field.ValueStart, field.ValueLength);

    /// <summary>
    /// Whether the request could be sent a second time: nothing of it is gone, and a second time does no harm (RFC 9110 section
    /// 9.2.2).
    /// </summary>
    public bool IsReplayable(ReadOnlySpan<byte> bytes)
    {
        var method = Method(bytes);
        return Framing == BodyFraming.None
            && (method.SequenceEqual("GET"u8) || method.SequenceEqual("HEAD"u8) || method.SequenceEqual("OPTIONS"u8)
                || method.SequenceEqual("PUT"u8) || method.SequenceEqual("DELETE"u8));
    }

    /// <summary>The first field of that name; false when there is none.</summary>
    public bool TryFind(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        foreach (var field in Fields)
        {
            if (!Ascii.EqualsIgnoreCase(Name(bytes, field), name))
                continue;
            value = Value(bytes, field);
            return true;
        }
        value = default;
        return false;
    }

    /// <summary>Whether the Connection field names <paramref name="name"/>, which makes that field hop-by-hop.</summary>
    public bool ConnectionNames(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> name)
    {
        foreach (var field in Fields)
            if (Ascii.EqualsIgnoreCase(Name(bytes, field), "connection"u8) && HttpTokens.ListContains(Value(bytes, field), name))
                return true;
        return false;
    }

    /// <summary>
    /// How many may still pass an OPTIONS request on, this proxy among them (RFC 9110 section 7.6.2); null where that is not
    /// bounded.
    /// </summary>
    public long? ForwardsLeft(ReadOnlySpan<byte> bytes) =>
        Method(bytes).SequenceEqual("OPTIONS"u8) && TryFind(bytes, MaxForwards, out var value)
            && Utf8Parser.TryParse(value, out long left, out int used) && used == value.Length && left >= 0 ? left : null;

    internal bool AddField(HttpField field)
    {
        if (FieldCount == MaxFields)
            return false;
        _fields[FieldCount++] = field;
        return true;
    }

    internal void Reset()
    {
        Length = FieldCount = Status = 0;
        MinorVersion = 1;
        Framing = BodyFraming.None;
        ContentLength = 0;
        Close = Upgrade = HasContentLength = IsHead = IsConsumed = IsOdd = false;
    }
}

/// <summary>Heads of one worker, to be parsed into again and again. Used on its loop only.</summary>
internal sealed class HttpHeadPool
{
    /// <summary>Heads kept idle: each is under 1 KB.</summary>
    private const int Kept = 256;

    private readonly Stack<HttpHead> _idle = new();

    public HttpHead Rent() => _idle.TryPop(out var head) ? head : new HttpHead();

    public void Return(HttpHead head)
    {
        if (_idle.Count < Kept)
            _idle.Push(head);
    }
}

/// <summary>The character classes and lists of RFC 9110 section 5.6.</summary>
internal static class HttpTokens
{
    private static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>All that may not stand in a field value: controls but the tab (RFC 9110 section 5.5).</summary>
    private static readonly SearchValues<byte> ForbiddenInValue = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Where(b => b != '\t').Select(b => (byte)b), (byte)0x7f]);

    /// <summary>
    /// All that may not stand in a request target; what is beyond ASCII is escaped on its way (RFC 3986 section 2.1).
    /// </summary>
    public static readonly SearchValues<byte> ForbiddenInTarget =
        SearchValues.Create([.. Enumerable.Range(0, 0x21).Append(0x7f).Select(b => (byte)b)]);

    public static bool IsToken(ReadOnlySpan<byte> bytes) => !bytes.IsEmpty && !bytes.ContainsAnyExcept(TokenBytes);

    public static bool IsFieldValue(ReadOnlySpan<byte> bytes) => !bytes.ContainsAny(ForbiddenInValue);

    /// <summary>
    /// Whether a field of that name may come behind a body: not what says where a message ends, where it goes, who sends it or
    /// how it is to be read (RFC 9110 section 6.5.1), since whoever merges trailers into the head would believe it.
    /// </summary>
    public static bool MayBeTrailer(ReadOnlySpan<byte> name) => !(name.Length switch
    {
        2 => Ascii.EqualsIgnoreCase(name, "te"u8),
        4 => Ascii.EqualsIgnoreCase(name, "host"u8),
        6 => Ascii.EqualsIgnoreCase(name, "cookie"u8) || Ascii.EqualsIgnoreCase(name, "expect"u8),
        7 => Ascii.EqualsIgnoreCase(name, "trailer"u8) || Ascii.EqualsIgnoreCase(name, "upgrade"u8),
        10 => Ascii.EqualsIgnoreCase(name, "connection"u8) || Ascii.EqualsIgnoreCase(name, "keep-alive"u8)
            || Ascii.EqualsIgnoreCase(name, "set-cookie"u8),
        12 => Ascii.EqualsIgnoreCase(name, "content-type"u8) || Ascii.EqualsIgnoreCase(name, HttpHead.MaxForwards),
        13 => Ascii.EqualsIgnoreCase(name, "authorization"u8) || Ascii.EqualsIgnoreCase(name, "content-range"u8),
        14 => Ascii.EqualsIgnoreCase(name, "content-length"u8),
        16 => Ascii.EqualsIgnoreCase(name, "proxy-connection"u8) || Ascii.EqualsIgnoreCase(name, "content-encoding"u8)
            || Ascii.EqualsIgnoreCase(name, "www-authenticate"u8),
        17 => Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8),
        18 => Ascii.EqualsIgnoreCase(name, "proxy-authenticate"u8),
        19 => Ascii.EqualsIgnoreCase(name, "proxy-authorization"u8),
        _ => false,
    });

    public static ReadOnlySpan<byte> TrimWhitespace(ReadOnlySpan<byte> bytes) => bytes.Trim(" \t"u8);

    /// <summary>Whether the comma-separated list has <paramref name="token"/>, in any case of letters.</summary>
    public static bool ListContains(ReadOnlySpan<byte> list, ReadOnlySpan<byte> token)
    {
        while (true)
        {
            int comma = list.IndexOf((byte)',');
            var element = TrimWhitespace(comma < 0 ? list : list[..comma]);
            if (element.Length == token.Length && Ascii.EqualsIgnoreCase(element, token))
                return true;
            if (comma < 0)
                return false;
            list = list[(comma + 1)..];
        }
    }
}
