using System.Net;
using System.Net.Sockets;

namespace AtlanticProxy.ControlPlane.Networks;

/// <summary>Networks as people write them: <c>203.0.113.7</c> or <c>203.0.113.0/24</c>.</summary>
internal static class NetworkText
{
    /// <summary>Bits in front of an IPv4 address that is mapped into IPv6 (RFC 4291 section 2.5.5.2).</summary>
    private const int MappedPrefix = 96;

    /// <summary>
    /// Null when it is none. IPv4 that is mapped into IPv6 becomes IPv4. Stricter than the framework, which takes "1" for an
    /// address, reads "010.0.0.1" as octal, and drops bits beyond the prefix where someone may have meant one address.
    /// </summary>
    public static IPNetwork? Parse(string text)
    {
        string[] parts = text.Split('/');
        if (!IPAddress.TryParse(parts[0], out var address) || !IsUsual(parts[0], address))
            return null;
        IPNetwork network;
        if (parts.Length == 1)
            network = new IPNetwork(address, BitsOf(address));
        else if (!IPNetwork.TryParse(text, out network) || !network.BaseAddress.Equals(address))
            return null;
        return address.IsIPv4MappedToIPv6 && network.PrefixLength >= MappedPrefix
            ? new IPNetwork(address.MapToIPv4(), network.PrefixLength - MappedPrefix)
            : network;
    }

    /// <summary>As <see cref="Parse"/> reads it: one address without a prefix.</summary>
    public static string Of(IPNetwork network) =>
        network.PrefixLength == BitsOf(network.BaseAddress)
            ? network.BaseAddress.ToString()
            : network.ToString();

    private static int BitsOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    // A scope names an interface of one machine, and brackets belong to URLs.
    private static bool IsUsual(string text, IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? text == address.ToString()
        : !text.AsSpan().ContainsAny('%', '[');
}
