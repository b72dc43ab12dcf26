using System.Net;

namespace AtlanticProxy.ControlPlane.Networks;

/// <summary>Networks as people write them: <c>203.0.113.7</c> or <c>203.0.113.0/24</c>.</summary>
internal static class NetworkText
{
    /// <summary>
    /// Null when it is none. Stricter than the framework, which takes "1" for an address, and drops bits beyond the prefix where
    /// someone may have meant one address.
    /// </summary>
    public static IPNetwork? Parse(string text)
    {
        string[] parts = text.Split('/');
        if (!IPAddress.TryParse(parts[0], out var address)
            || !(parts[0].Contains(':', StringComparison.Ordinal) || parts[0].Count(c => c == '.') == 3))
            return null;
        if (parts.Length == 1)
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return IPNetwork.TryParse(text, out var network) && network.BaseAddress.Equals(address) ? network : null;
    }
}
