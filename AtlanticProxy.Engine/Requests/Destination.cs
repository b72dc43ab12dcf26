using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AtlanticProxy.Engine.Requests;

/// <summary>Where a client wants to go. Immutable.</summary>
/// <param name="Host">Lower case, without a final dot; a literal address in its usual spelling, IPv6 without brackets.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Literal">The address, when the host is one, however it was spelled.</param>
internal sealed record Destination(string Host, int Port, IPAddress? Literal)
{
    /// <summary>RFC 1035 section 2.3.4.</summary>
    private const int MaxNameLength = 253;

    /// <summary>The host and port as an authority: <c>example.com:443</c>, <c>[2001:db8::1]:443</c>.</summary>
    public string Authority => Literal?.AddressFamily == AddressFamily.InterNetworkV6
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    public override string ToString() => Authority;

    public static Destination Of(IPAddress address, int port)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return new Destination(address.ToString(), port, address);
    }

    /// <summary>A name or literal address with a port; null when it can be neither.</summary>
    /// <param name="bareV6">An IPv6 address needs no brackets, since the port stands apart.</param>
    public static Destination? Parse(ReadOnlySpan<byte> host, int port, bool bareV6 = false)
    {
        if (port is < 1 or > ushort.MaxValue || host.IsEmpty)
            return null;
        bool bracketed = host[0] == '[';
        if (bracketed)
        {
            if (host[^1] != ']')
                return null;
            host = host[1..^1];
        }
        bool isV6 = bracketed || (bareV6 && host.Contains((byte)':'));
        if (host.Length > 1 && host[^1] == '.')
            host = host[..^1];
        if (host.Length is 0 or > MaxNameLength)
            return null;
        if (!IsHostText(host, isV6))
            return null;

        string text = string.Create(host.Length, host, static (chars, bytes) => Ascii.ToLower(bytes, chars, out _));
        // Also reads the spellings of inet_aton (0x7f.1, 2130706433, 0177.0.0.1): what a resolver would make of them is what we
        // check.
        if (IPAddress.TryParse(text, out var literal))
            return isV6 == (literal.AddressFamily == AddressFamily.InterNetworkV6) ? Of(literal, port) : null;
        return isV6 ? null : new Destination(text, port, null);
    }

    /// <summary><c>host:port</c>; with <paramref name="defaultPort"/> the port may be left out.</summary>
    public static Destination? ParseAuthority(ReadOnlySpan<byte> authority, int? defaultPort)
    {
        int colon = authority.LastIndexOf((byte)':');
        if (colon >= 0 && authority[colon..].Contains((byte)']'))
            colon = -1; // inside an IPv6 literal
        if (colon < 0)
            return defaultPort is { } port ? Parse(authority, port) : null;
        return TryParsePort(authority[(colon + 1)..], out int given) ? Parse(authority[..colon], given) : null;
    }

    private static bool TryParsePort(ReadOnlySpan<byte> digits, out int port)
    {
        port = 0;
        if (digits.Length is 0 or > 5)
            return false;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            port = port * 10 + digit - '0';
        }
        return true;
    }

    // Letters, digits, '-', '.', '_' (in real DNS names), and ':' with '%' nowhere: a scope would name an interface of ours.
    private static bool IsHostText(ReadOnlySpan<byte> host, bool isV6)
    {
        foreach (byte b in host)
            if (!(b is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9')
                or (byte)'-' or (byte)'.' or (byte)'_' || (isV6 && b == ':')))
                return false;
        return host[0] != '.' && host[^1] != '.'
            && host.IndexOf(".."u8) < 0; // one final dot was taken off: another would hide a name from the rules
    }
}
