using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.Engine.Admission.Rules;

/// <summary>What clients may not reach: of everybody, or of one proxy user. Immutable, part of the snapshot.</summary>
public sealed class DestinationRules
{
    public static readonly DestinationRules None = new([], [], [], []);

    private readonly FrozenSet<int> _ports;
    private readonly DomainSet _domains, _suffixes;
    private readonly string[] _categories;
    private readonly IPNetwork[] _networks;

    /// <param name="ports">Ports that are refused.</param>
    /// <param name="domains">Names that are refused, each for itself only.</param>
    /// <param name="suffixes">Names that are refused with every name below them; at least two labels
    /// (<c>example.com</c>).</param>
    /// <param name="categories">Block list categories that are refused, by the name of their folder (<c>ads</c>,
    /// <c>malware</c>).</param>
    /// <param name="networks">Networks whose addresses are refused; IPv4 as IPv4, never mapped into IPv6.</param>
    /// <exception cref="ArgumentException">A port or name cannot be one; the message names it.</exception>
    public DestinationRules(
        IEnumerable<int> ports, IEnumerable<string> domains, IEnumerable<string> suffixes, IEnumerable<string> categories,
        IEnumerable<IPNetwork>? networks = null)
    {
        _ports = ports.ToFrozenSet();
        foreach (int port in _ports)
            if (port is < 1 or > ushort.MaxValue)
                throw new ArgumentException($"{port} is not a port", nameof(ports));
        _domains = Names(domains, withSubdomains: false, nameof(domains));
        _suffixes = Names(suffixes, withSubdomains: true, nameof(suffixes));
        _categories = [.. categories.Distinct()];
        _networks = [.. (networks ?? []).Distinct()];
    }

    private DestinationRules(
        FrozenSet<int> ports, DomainSet domains, DomainSet suffixes, string[] categories, IPNetwork[] networks) =>
        (_ports, _domains, _suffixes, _categories, _networks) = (ports, domains, suffixes, categories, networks);

    /// <summary>Whether <paramref name="name"/> can be one of the domains.</summary>
    public static bool IsDomain(string name) => new DomainSet.Builder().Add(name, withSubdomains: false);

    /// <summary>Whether <paramref name="name"/> can be one of the suffixes.</summary>
    public static bool IsSuffix(string name) => new DomainSet.Builder().Add(name, withSubdomains: true);

    internal void Write(BinaryWriter output)
    {
        output.Write7BitEncodedInt(_ports.Count);
        foreach (int port in _ports)
            output.Write7BitEncodedInt(port);
        _domains.Write(output);
        _suffixes.Write(output);
        output.Write7BitEncodedInt(_categories.Length);
        foreach (string category in _categories)
            output.Write(category);
        output.Write7BitEncodedInt(_networks.Length);
        foreach (var network in _networks)
            SnapshotFormat.Write(output, network);
    }

    /// <summary>What <see cref="Write"/> wrote.</summary>
    internal static DestinationRules Read(BinaryReader input)
    {
        int[] ports = new int[input.Read7BitEncodedInt()];
        for (int i = 0; i < ports.Length; i++)
            ports[i] = input.Read7BitEncodedInt();
        var domains = DomainSet.Read(input);
        var suffixes = DomainSet.Read(input);
        string[] categories = new string[input.Read7BitEncodedInt()];
        for (int i = 0; i < categories.Length; i++)
            categories[i] = input.ReadString();
        var networks = new IPNetwork[input.Read7BitEncodedInt()];
        for (int i = 0; i < networks.Length; i++)
            networks[i] = SnapshotFormat.ReadNetwork(input);
        return ports.Length == 0 && domains.IsEmpty && suffixes.IsEmpty && categories.Length == 0 && networks.Length == 0
            ? None
            : new DestinationRules(ports.ToFrozenSet(), domains, suffixes, categories, networks);
    }

    /// <summary>Whether any rule is about names, so that a tunnel's server name is worth a look.</summary>
    internal bool ConcernNames => !_domains.IsEmpty || !_suffixes.IsEmpty || _categories.Length > 0;

    /// <summary>The rule that forbids this port, or null.</summary>
    internal string? ForbidPort(int port) => _ports.Contains(port)
        ? string.Create(CultureInfo.InvariantCulture, $"rule: port {port}")
        : null;

    /// <summary>The rule that forbids this address, or null. They are few, and each costs a masked comparison.</summary>
    /// <param name="address">IPv4 as IPv4, never mapped into IPv6.</param>
    internal string? ForbidAddress(IPAddress address)
    {
        foreach (var network in _networks)
            if (network.Contains(address))
                return $"rule: network {network}";
        return null;
    }

    /// <summary>The rule that forbids this name, or null. Plain ASCII.</summary>
    /// <param name="host">Lower case, without a final dot.</param>
    internal string? ForbidName(ReadOnlySpan<char> host, BlockListCatalogue lists)
    {
        if (_domains.Match(host) is { IsEmpty: false } domain)
            return $"rule: domain {domain}";
        if (_suffixes.Match(host) is { IsEmpty: false } suffix)
            return $"rule: suffix {suffix}";
        foreach (string category in _categories)
            if (lists.Find(category) is { } listing && listing.Match(host) is { IsEmpty: false } listed)
                return $"rule: category {category}, {listed}";
        return null;
    }

    private static DomainSet Names(IEnumerable<string> names, bool withSubdomains, string parameter)
    {
        var builder = new DomainSet.Builder();
        foreach (string name in names)
            if (!builder.Add(name, withSubdomains))
                throw new ArgumentException($"'{name}' is not a name such as example.com", parameter);
        return builder.Build();
    }
}
