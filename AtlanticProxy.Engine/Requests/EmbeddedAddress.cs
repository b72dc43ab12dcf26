using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace AtlanticProxy.Engine.Requests;

/// <summary>IPv4 addresses inside IPv6 ones: what would really be reached.</summary>
internal static class EmbeddedAddress
{
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96"), SixToFour = IPNetwork.Parse("2002::/16"),
        Teredo = IPNetwork.Parse("2001::/32"), V4Compatible = IPNetwork.Parse("::/96");

    /// <summary>The IPv4 address that an IPv6 transition form carries: what would really be reached.</summary>
    public static IPAddress? Of(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return null;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        if (Nat64.Contains(address) || V4Compatible.Contains(address))
            return new IPAddress(bytes[12..]);
        if (SixToFour.Contains(address))
            return new IPAddress(bytes.Slice(2, 4));
        if (Teredo.Contains(address))
        {
            // RFC 4380 section 4: the client's address, all bits inverted.
            uint client = ~BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
            BinaryPrimitives.WriteUInt32BigEndian(bytes, client);
            return new IPAddress(bytes[..4]);
        }
        return null;
    }

    /// <summary>An IPv4 address that was mapped into IPv6 as what it is.</summary>
    public static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
