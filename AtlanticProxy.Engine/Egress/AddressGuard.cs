using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.Engine.Egress;

/// <summary>
/// Decides where traffic may go. The same rules hold for a literal that a client wrote, for an address that a name resolved to,
/// and for a destination that an upstream would dial: the appliance's own network is never a client's business.
/// </summary>
internal sealed class AddressGuard
{
    /// <summary>IANA special-purpose registries (RFC 6890 and successors): everything that is not global unicast.</summary>
    private static readonly IPNetwork[] Forbidden = [.. new[]
    {
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/128", "::1/128", "64:ff9b:1::/48", "100::/64", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
        "fec0::/10", "ff00::/8",
    }.Select(IPNetwork.Parse)];

    /// <summary>
    /// Names that mean this machine or this network wherever they are resolved (RFC 6761, 6762, 8375 and common practice).
    /// </summary>
    private static readonly string[] LocalSuffixes = ["localhost", "local", "localdomain", "internal", "intranet", "lan",
        "home.arpa"];

    private readonly IPNetwork[] _exempt;
    private readonly HashSet<int> _deniedPorts;
    private readonly bool _loopbackExempt;
    private readonly Func<IEnumerable<IPAddress>> _readOwn;
    private volatile HashSet<IPAddress> _own = [];
    private volatile HashSet<int> _ownPorts = [];

    /// <param name="own">Reads this machine's addresses; null for those of its interfaces.</param>
    public AddressGuard(EngineOptions options, Func<IEnumerable<IPAddress>>? own = null)
    {
        _readOwn = own ?? InterfaceAddresses;
        _exempt = [.. options.AllowedPrivateNetworks.Select(IPNetwork.Parse)];
        _deniedPorts = [.. options.DeniedPorts];
        _loopbackExempt = _exempt.Any(network => network.Contains(IPAddress.Loopback));
        RefreshOwnAddresses();
    }

    /// <summary>Adds to the ports that this appliance listens on, on any of its addresses. From any thread.</summary>
    public void AddOwnPorts(IEnumerable<int> ports) => _ownPorts = [.. _ownPorts, .. ports];

    /// <summary>Reads this machine's addresses again. From any thread.</summary>
    public void RefreshOwnAddresses() => _own = [.. _readOwn().Select(EmbeddedAddress.Unmapped)];

    /// <summary>Whether the settings refuse a port to all.</summary>
    public bool Denies(int port) => _deniedPorts.Contains(port);

    /// <summary>
    /// Whether a destination may be asked for at all: its port, and its host as far as it is known without resolving.
    /// </summary>
    public bool Permits(Destination destination)
    {
        if (_deniedPorts.Contains(destination.Port))
            return false;
        if (destination.Literal is { } literal)
            return Permits(literal, destination.Port);
        return _loopbackExempt || !IsLocalName(destination.Host);
    }

    /// <summary>Whether an address may be dialled on behalf of a client.</summary>
    public bool Permits(IPAddress address, int port)
    {
        address = EmbeddedAddress.Unmapped(address);
        if (_deniedPorts.Contains(port))
            return false;
        // The appliance's own ports stay closed to its clients even where its network is exempt: a proxy that dials itself is a
        // loop.
        if (_ownPorts.Contains(port) && (IPAddress.IsLoopback(address) || _own.Contains(address)))
            return false;
        if (Contains(_exempt, address))
            return true;
        // What this machine says to itself goes past its firewall: its own addresses are no more a client's business than
        // loopback is.
        if (_own.Contains(address))
            return false;
        return !Contains(Forbidden, address) && (EmbeddedAddress.Of(address) is not { } inner || Permits(inner, port));
    }

    private static bool IsLocalName(string host)
    {
        foreach (string suffix in LocalSuffixes)
            if (host.EndsWith(suffix, StringComparison.Ordinal)
                && (host.Length == suffix.Length || host[^(suffix.Length + 1)] == '.'))
                return true;
        return host.StartsWith("ip6-", StringComparison.Ordinal)
            && !host.Contains('.'); // ip6-localhost, ip6-loopback of Debian's /etc/hosts
    }

    private static bool Contains(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
            if (network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address))
                return true;
        return false;
    }

    private static IEnumerable<IPAddress> InterfaceAddresses() =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(nic => nic.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address);
}
