using System.Net;
using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.Engine.Protocols.Socks;

/// <summary>
/// An address as SOCKS5 writes it (RFC 1928 section 5), and Shadowsocks after it: type, address or length and name, port.
/// </summary>
internal static class SocksAddress
{
    public const byte TypeV4 = 1, TypeName = 3, TypeV6 = 4;

    /// <summary>Bytes of the longest: a name of 255.</summary>
    public const int MaxLength = 1 + 1 + byte.MaxValue + PortLength;

    private const int PortLength = 2;

    /// <summary>Bytes of the address that begins here: 0 when there are too few to tell, -1 when its type is unknown.</summary>
    public static int Length(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return 0;
        return bytes[0] switch
        {
            TypeV4 => 1 + 4 + PortLength,
            TypeV6 => 1 + 16 + PortLength,
            TypeName => bytes.Length < 2 ? 0 : 1 + 1 + bytes[1] + PortLength,
            _ => -1,
        };
    }

    /// <summary>The destination that begins here, and how many bytes it took; null when it is cut short or can be none.</summary>
    public static Destination? Read(ReadOnlySpan<byte> bytes, out int length)
    {
        length = Length(bytes);
        if (length <= 0 || bytes.Length < length)
            return null;
        int port = bytes[length - 2] << 8 | bytes[length - 1];
        var address = bytes[1..(length - PortLength)];
        if (bytes[0] == TypeName)
            return Destination.Parse(address[1..], port, bareV6: true);
        return port == 0 ? null : Destination.Of(new IPAddress(address), port);
    }

    /// <summary>Writes an address: bytes written.</summary>
    public static int Write(Span<byte> into, IPAddress address, int port)
    {
        into[0] = address.AddressFamily == AddressFamily.InterNetwork ? TypeV4 : TypeV6;
        address.TryWriteBytes(into[1..], out int written);
        return WritePort(into, 1 + written, port);
    }

    /// <summary>Writes a destination, a name as a name: bytes written, at most <see cref="MaxLength"/>.</summary>
    public static int Write(Span<byte> into, Destination destination)
    {
        if (destination.Literal is { } literal)
            return Write(into, literal, destination.Port);
        into[0] = TypeName;
        into[1] = (byte)destination.Host.Length; // a Destination's name has at most 253 characters
        int written = Encoding.ASCII.GetBytes(destination.Host, into[2..]);
        return WritePort(into, 2 + written, destination.Port);
    }

    /// <summary>Bytes that <see cref="Write(Span{byte}, IPAddress, int)"/> takes for an address of a kernel's family.</summary>
    public static int LengthOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? 1 + 4 + PortLength
        : 1 + 16 + PortLength;

    private static int WritePort(Span<byte> into, int position, int port)
    {
        into[position] = (byte)(port >> 8);
        into[position + 1] = (byte)port;
        return position + PortLength;
    }
}
