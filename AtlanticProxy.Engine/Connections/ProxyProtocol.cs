using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AtlanticProxy.Engine.Connections;

/// <summary>How far the reading of a PROXY header has come.</summary>
internal enum ProxyHeaderStatus
{
    /// <summary>So far it could be one.</summary>
    Incomplete,
    Complete,
    Malformed,
}

/// <summary>
/// Reads the header with which a load balancer says whose connection it passes on: PROXY protocol, versions 1 (text) and 2
/// (binary), as HAProxy's
/// <c>proxy-protocol.txt</c> has them. Strict: whatever is not exactly such a header is malformed.
/// </summary>
internal static class ProxyProtocol
{
    /// <summary>Version 1, section 2.1: the longest line, with its CR LF.</summary>
    private const int MaxTextLength = 107;

    /// <summary>
    /// Version 2: fixed part, and the most we take of addresses and TLVs together. HAProxy's own, with every TLV on, stay under 1
    /// KB.
    /// </summary>
    private const int FixedLength = 16, MaxVariableLength = 2048;

    private const byte Version2 = 0x20, CommandLocal = 0, CommandProxy = 1, Unspecified = 0x00, TcpOverV4 = 0x11,
        TcpOverV6 = 0x21;

    private const int V4Length = 12, V6Length = 36;

    private static ReadOnlySpan<byte> TextBegin => "PROXY "u8;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Reads the header at the start of <paramref name="bytes"/>.</summary>
    /// <param name="length">Its length, when complete.</param>
    /// <param name="source">The client, when complete; null when the balancer speaks for itself (LOCAL, UNKNOWN).</param>
    public static ProxyHeaderStatus Parse(ReadOnlySpan<byte> bytes, out int length, out IPEndPoint? source)
    {
        length = 0;
        source = null;
        if (bytes.IsEmpty)
            return ProxyHeaderStatus.Incomplete;
        return bytes[0] == Signature[0] ? ParseBinary(bytes, out length, out source) : ParseText(bytes, out length, out source);
    }

    private static ProxyHeaderStatus ParseText(ReadOnlySpan<byte> bytes, out int length, out IPEndPoint? source)
    {
        length = 0;
        source = null;
        int known = Math.Min(bytes.Length, TextBegin.Length);
        if (!bytes[..known].SequenceEqual(TextBegin[..known]))
            return ProxyHeaderStatus.Malformed;
        int end = bytes[..Math.Min(bytes.Length, MaxTextLength)].IndexOf("\r\n"u8);
        if (end < 0)
            return bytes.Length < MaxTextLength ? ProxyHeaderStatus.Incomplete : ProxyHeaderStatus.Malformed;
        length = end + 2;
        if (end < TextBegin.Length)
            return ProxyHeaderStatus.Malformed;

        var line = bytes[TextBegin.Length..end];
        if (line.SequenceEqual("UNKNOWN"u8) || line.StartsWith("UNKNOWN "u8))
            return ProxyHeaderStatus.Complete;
        var family = Word(ref line);
        bool v6 = family.SequenceEqual("TCP6"u8);
        if (!v6 && !family.SequenceEqual("TCP4"u8))
            return ProxyHeaderStatus.Malformed;
        var address = Address(Word(ref line), v6);
        var own = Address(Word(ref line), v6);
        int port = Port(Word(ref line)), ownPort = Port(line);
        if (address is null || own is null || port < 0 || ownPort < 0)
            return ProxyHeaderStatus.Malformed;
        source = new IPEndPoint(address, port);
        return ProxyHeaderStatus.Complete;
    }

    private static ProxyHeaderStatus ParseBinary(ReadOnlySpan<byte> bytes, out int length, out IPEndPoint? source)
    {
        length = 0;
        source = null;
        int known = Math.Min(bytes.Length, Signature.Length);
        if (!bytes[..known].SequenceEqual(Signature[..known]))
            return ProxyHeaderStatus.Malformed;
        if (bytes.Length < FixedLength)
            return ProxyHeaderStatus.Incomplete;
        byte command = (byte)(bytes[12] ^ Version2);
        byte family = bytes[13];
        int variable = BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        int needed = family switch { TcpOverV4 => V4Length, TcpOverV6 => V6Length, Unspecified => 0, _ => -1 };
        if (command > CommandProxy || needed < 0 && command == CommandProxy || variable > MaxVariableLength
            || command == CommandProxy && variable < needed)
            return ProxyHeaderStatus.Malformed;
        length = FixedLength + variable;
        if (bytes.Length < length)
            return ProxyHeaderStatus.Incomplete;
        if (command == CommandLocal || family == Unspecified)
            return ProxyHeaderStatus.Complete;

        // Source address, destination address, source port, destination port.
        var addresses = bytes.Slice(FixedLength, needed);
        int addressLength = family == TcpOverV4 ? 4 : 16;
        source = new IPEndPoint(Plain(new IPAddress(addresses[..addressLength])),
            BinaryPrimitives.ReadUInt16BigEndian(addresses[(2 * addressLength)..]));
        return ProxyHeaderStatus.Complete;
    }

    private static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> line)
    {
        int end = line.IndexOf((byte)' ');
        var word = end < 0 ? line : line[..end];
        line = end < 0 ? [] : line[(end + 1)..];
        return word;
    }

    private static IPAddress? Address(ReadOnlySpan<byte> text, bool v6)
    {
        if (text.ContainsAnyExcept(v6 ? "0123456789abcdefABCDEF:."u8 : "0123456789."u8)
            || !IPAddress.TryParse(Encoding.ASCII.GetString(text), out var address))
            return null;
        if (v6)
            return address.AddressFamily == AddressFamily.InterNetworkV6 ? Plain(address) : null;
        // Only the dotted quad: no short forms, no leading zeros.
        return address.AddressFamily == AddressFamily.InterNetwork && address.ToString().Length == text.Length ? address : null;
    }

    private static int Port(ReadOnlySpan<byte> digits) =>
        digits.Length is > 0 and <= 5 && (digits[0] != '0' || digits.Length == 1)
        && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
        && Utf8Parser.TryParse(digits, out int port, out _) && port <= ushort.MaxValue ? port : -1;

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
