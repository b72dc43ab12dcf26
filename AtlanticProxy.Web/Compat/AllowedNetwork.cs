using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.ControlPlane.ProxyUsers;

namespace AtlanticProxy.Web.Compat;

/// <summary>A network of a proxy user that needs no password, as vendors have it: with an id of its own.</summary>
/// <param name="Source">As the proxy user has it, in CIDR form.</param>
internal readonly record struct AllowedNetwork(string Source)
{
    /// <summary>Networks have no ids here: 48 bits of a hash, which stay the same and fit into a JavaScript number.</summary>
    public long Id => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.ASCII.GetBytes(Source))) >>> 16;

    /// <summary>A single address without its prefix length, as it was sent.</summary>
    public string Text => IPNetwork.Parse(Source) is var network
        && network.PrefixLength == network.BaseAddress.GetAddressBytes().Length * 8
            ? network.BaseAddress.ToString()
            : Source;

    public static IReadOnlyList<AllowedNetwork> Of(ProxyUserSummary user) =>
        [.. user.AllowedSources.Select(source => new AllowedNetwork(source))];

    /// <summary>The one that was just added: the last, or, where it was there in another spelling, that one.</summary>
    public static AllowedNetwork Added(ProxyUserSummary user, string address)
    {
        var all = Of(user);
        var asked = Read(address);
        return all.Where(network => network.Text == address || network.Source == address || Read(network.Source) == asked)
            .DefaultIfEmpty(all[^1]).First();
    }

    /// <summary>Whatever its spelling; IPv4 that is mapped into IPv6 is IPv4. Null: it is none.</summary>
    private static IPNetwork? Read(string text) =>
        IPAddress.TryParse(text, out var one)
            ? (one.IsIPv4MappedToIPv6 ? one.MapToIPv4() : one) is var address
                ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
                : null
        : IPNetwork.TryParse(text, out var network) ? network : null;

    /// <summary>Null: the proxy user has none with this id.</summary>
    public static AllowedNetwork? Find(ProxyUserSummary user, long id)
    {
        foreach (var network in Of(user))
            if (network.Id == id)
                return network;
        return null;
    }
}
