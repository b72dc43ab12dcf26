using System.Buffers;
using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.Engine.Protocols.Http;

/// <summary>
/// Writes the heads that a forwarded exchange needs: what is hop-by-hop goes, what is end-to-end stays as it came, in its order,
/// and nothing is added that would betray the client (no Via, no forwarding headers).
/// </summary>
internal static class HttpHeadWriter
{
    /// <summary>
    /// Bytes that the writers add at most: request line, Host, framing, connection, and the longest Proxy-Authorization.
    /// </summary>
    public const int Overhead = 2 * 1024;

    /// <summary>Bytes that it can take to write a request, at most.</summary>
    public static int RequestSize(ReadOnlySpan<byte> bytes, HttpHead head)
    {
        var target = head.Target(bytes);
        int toEscape = Ascii.IsValid(target) ? 0 : target.Length; // each of them becomes three
        return head.Length + Overhead + 2 * toEscape;
    }

    /// <summary>RFC 9110 section 15.5.22: it says which protocol is wanted in its Upgrade field.</summary>
    private const int UpgradeRequired = 426;

    /// <summary>The request as the upstream shall see it. Returns its length in <paramref name="into"/>.</summary>
    /// <param name="absolute">For a proxy, which is to see the target in absolute form.</param>
    /// <param name="authorization">The proxy's Proxy-Authorization line with its CR LF; empty for none.</param>
    public static int WriteRequest(
        Span<byte> into, ReadOnlySpan<byte> bytes, HttpHead head, Destination destination, bool absolute,
        ReadOnlySpan<byte> authorization)
    {
        var writer = new Writer(into);
        writer.Add(head.Method(bytes));
        writer.Add(" "u8);
        RequestLine.SplitAbsoluteForm(head.Target(bytes), out _, out var path);
        bool withPort = destination.Port != RequestLine.HttpPort;
        // Asked of the server, not of a resource: the last proxy says so with an asterisk (RFC 9112 section 3.2.4).
        bool ofServer = path.IsEmpty && head.Method(bytes).SequenceEqual("OPTIONS"u8);
        if (absolute)
        {
            writer.Add("http://"u8);
            writer.Add(destination, withPort);
        }
        else if (ofServer)
            writer.Add("*"u8);
        if (!ofServer && (path.IsEmpty || path[0] != '/'))
            writer.Add("/"u8);
        writer.AddEscaped(path);
        // The Host header is rebuilt from the target: two that differ must not be two truths (RFC 9112 section 3.2.2).
        writer.Add(" HTTP/1.1\r\nHost: "u8);
        writer.Add(destination, withPort);
        writer.Add("\r\n"u8);
        if (absolute)
            writer.Add(authorization);

        var forwards = head.ForwardsLeft(bytes);
        CopyFields(ref writer, bytes, head, "host"u8, forwards is null ? default : HttpHead.MaxForwards);
        if (forwards is { } left)
        {
            writer.Add("Max-Forwards: "u8);
            writer.Add(left - 1);
            writer.Add("\r\n"u8);
        }
        WriteFraming(ref writer, head, chunked: head.Framing == BodyFraming.Chunked);
        if (head.Upgrade)
            WriteUpgrade(ref writer, bytes, head, ""u8);
        writer.Add("\r\n"u8);
        return writer.Length;
    }

    /// <summary>The request for a tunnel through an upstream. Returns its length in <paramref name="into"/>.</summary>
    /// <param name="authorization">The Proxy-Authorization line with its CR LF; empty for none.</param>
    public static int WriteConnect(Span<byte> into, Destination destination, ReadOnlySpan<byte> authorization)
    {
        var writer = new Writer(into);
        writer.Add("CONNECT "u8);
        writer.Add(destination, withPort: true);
        writer.Add(" HTTP/1.1\r\nHost: "u8);
        writer.Add(destination, withPort: true);
        writer.Add("\r\n"u8);
        writer.Add(authorization);
        writer.Add("\r\n"u8);
        return writer.Length;
    }

    /// <summary>The response as the client shall see it. Returns its length in <paramref name="into"/>.</summary>
    /// <param name="chunked">The body is passed on in chunks; false when it is decoded for an HTTP/1.0 client.</param>
    /// <param name="connection">Value of the Connection field; empty for none.</param>
    public static int WriteResponse(
        Span<byte> into, ReadOnlySpan<byte> bytes, HttpHead head, bool chunked, ReadOnlySpan<byte> connection)
    {
        var writer = new Writer(into);
        writer.Add("HTTP/1.1"u8);
        writer.Add(bytes[head.ReasonRange]);
        writer.Add("\r\n"u8);
        CopyFields(ref writer, bytes, head, "proxy-authenticate"u8, default);
        if (head.Status is >= 200 and not 204) // others have no body, and may not say how long it is (RFC 9110 section 8.6)
            WriteFraming(ref writer, head, chunked);
        if (head.Status is 101 or UpgradeRequired && head.TryFind(bytes, "upgrade"u8, out _))
            WriteUpgrade(ref writer, bytes, head, head.Status == 101 ? default : connection);
        else if (!connection.IsEmpty)
        {
            writer.Add("Connection: "u8);
            writer.Add(connection);
            writer.Add("\r\n"u8);
        }
        writer.Add("\r\n"u8);
        return writer.Length;
    }

    private static void CopyFields(
        ref Writer writer, ReadOnlySpan<byte> bytes, HttpHead head, ReadOnlySpan<byte> alsoDropped, ReadOnlySpan<byte> andDropped)
    {
        foreach (var field in head.Fields)
        {
            var name = HttpHead.Name(bytes, field);
            if (IsHopByHop(name) || Ascii.EqualsIgnoreCase(name, alsoDropped) || Ascii.EqualsIgnoreCase(name, andDropped)
                || head.ConnectionNames(bytes, name))
                continue;
            writer.Add(name);
            writer.Add(": "u8);
            writer.Add(HttpHead.Value(bytes, field));
            writer.Add("\r\n"u8);
        }
    }

    private static void WriteFraming(ref Writer writer, HttpHead head, bool chunked)
    {
        if (chunked)
            writer.Add("Transfer-Encoding: chunked\r\n"u8);
        else if (head.HasContentLength)
        {
            writer.Add("Content-Length: "u8);
            writer.Add(head.ContentLength);
            writer.Add("\r\n"u8);
        }
    }

    /// <param name="connection">What else the Connection field says; empty for nothing.</param>
    private static void WriteUpgrade(ref Writer writer, ReadOnlySpan<byte> bytes, HttpHead head, ReadOnlySpan<byte> connection)
    {
        writer.Add("Connection: "u8);
        writer.Add(connection);
        writer.Add(connection.IsEmpty ? "Upgrade\r\n"u8 : ", Upgrade\r\n"u8);
        foreach (var field in head.Fields)
        {
            if (!Ascii.EqualsIgnoreCase(HttpHead.Name(bytes, field), "upgrade"u8))
                continue;
            writer.Add("Upgrade: "u8);
            writer.Add(HttpHead.Value(bytes, field));
            writer.Add("\r\n"u8);
        }
    }

    /// <summary>RFC 9110 section 7.6.1, and the two that proxies have always had to remove; framing is written anew.</summary>
    private static bool IsHopByHop(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 => Ascii.EqualsIgnoreCase(name, "te"u8),
        7 => Ascii.EqualsIgnoreCase(name, "upgrade"u8),
        10 => Ascii.EqualsIgnoreCase(name, "connection"u8) || Ascii.EqualsIgnoreCase(name, "keep-alive"u8),
        14 => Ascii.EqualsIgnoreCase(name, "content-length"u8),
        16 => Ascii.EqualsIgnoreCase(name, "proxy-connection"u8),
        17 => Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8),
        19 => Ascii.EqualsIgnoreCase(name, "proxy-authorization"u8),
        _ => false,
    };

    private ref struct Writer(Span<byte> into)
    {
        private readonly Span<byte> _into = into;

        public int Length { get; private set; }

        public void Add(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_into[Length..]);
            Length += bytes.Length;
        }

        /// <summary>Adds the bytes, those beyond ASCII percent-encoded.</summary>
        public void AddEscaped(ReadOnlySpan<byte> bytes)
        {
            for (int ascii; !bytes.IsEmpty; bytes = bytes[(ascii + 1)..])
            {
                ascii = bytes.IndexOfAnyInRange((byte)0x80, (byte)0xff);
                if (ascii < 0)
                {
                    Add(bytes);
                    return;
                }
                Add(bytes[..ascii]);
                _into[Length++] = (byte)'%';
                Utf8Formatter.TryFormat(bytes[ascii], _into[Length..], out int written, new StandardFormat('X', 2));
                Length += written;
            }
        }

        public void Add(Destination destination, bool withPort)
        {
            bool bracketed = destination.Literal?.AddressFamily == AddressFamily.InterNetworkV6;
            if (bracketed)
                Add("["u8);
            Length += Encoding.ASCII.GetBytes(destination.Host, _into[Length..]);
            if (bracketed)
                Add("]"u8);
            if (!withPort)
                return;
            Add(":"u8);
            Add(destination.Port);
        }

        public void Add(long number)
        {
            Utf8Formatter.TryFormat(number, _into[Length..], out int written);
            Length += written;
        }
    }
}
