using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace AtlanticProxy.Host.Certificates;

/// <summary>Where a host name leads.</summary>
/// <param name="CanonicalName">Where its CNAME records end: the name itself, without any.</param>
/// <param name="Addresses">Empty when it has none.</param>
internal sealed record NameTarget(string CanonicalName, IReadOnlyList<IPAddress> Addresses);

/// <summary>Asks DNS: behind an interface, so that tests need no name server.</summary>
internal interface INameLookup
{
    /// <summary>This machine's addresses that others may know it by.</summary>
    IReadOnlyList<IPAddress> Own { get; }

    /// <summary>Bounded in time. A name that cannot be looked up has no addresses.</summary>
    Task<NameTarget> FindAsync(string name, CancellationToken cancellation);
}

/// <summary>As this machine resolves names.</summary>
internal sealed class SystemNames : INameLookup
{
    /// <summary>A name server that is away must not hold other names up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public IReadOnlyList<IPAddress> Own =>
        [.. NetworkInterface.GetAllNetworkInterfaces()
            .Where(one => one.OperationalStatus == OperationalStatus.Up)
            .SelectMany(one => one.GetIPProperties().UnicastAddresses)
            .Select(one => one.Address)
            .Where(address => !address.IsIPv6LinkLocal && !IPAddress.IsLoopback(address))];

    public async Task<NameTarget> FindAsync(string name, CancellationToken cancellation)
    {
        // RFC 6761 section 6.3: this machine, whatever a name server says. For trials with an authority of one's own.
        if (name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
            return new NameTarget(name, [IPAddress.Loopback]);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            var entry = await Dns.GetHostEntryAsync(name, patience.Token);
            return new NameTarget(entry.HostName, entry.AddressList);
        }
        catch (Exception unknown)
            when (unknown is SocketException || (unknown is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new NameTarget(name, []);
        }
    }
}

/// <summary>Whether a reseller's host name leads where the portal is: asked before an authority is.</summary>
internal sealed class NameCheck(INameLookup names, TimeProvider time)
{
    /// <summary>Where a name leads.</summary>
    public Task<NameTarget> FindAsync(string name, CancellationToken cancellation) => names.FindAsync(name, cancellation);

    /// <param name="portal">The portal's own host name, which leads to <paramref name="portalsTarget"/>.</param>
    /// <returns>Null when the name leads there.</returns>
    public async Task<DnsMiss?> FindMissAsync(
        string name, string portal, NameTarget portalsTarget, CancellationToken cancellation)
    {
        var target = await names.FindAsync(name, cancellation);
        return LeadsHere(target, portal, portalsTarget, names.Own) ? null
            : new DnsMiss(time.GetUtcNow(), Words(target.Addresses), Words(portalsTarget.Addresses));
    }

    /// <summary>
    /// By a CNAME, or with addresses that are all the portal's: an authority may ask at any of them. This machine's own count
    /// too, since its <c>/etc/hosts</c> may give the portal's name another address than DNS does.
    /// </summary>
    internal static bool LeadsHere(NameTarget name, string portal, NameTarget portalsTarget, IReadOnlyList<IPAddress> own) =>
        name.Addresses.Count > 0
        && (IsSame(name.CanonicalName, portal) || IsSame(name.CanonicalName, portalsTarget.CanonicalName)
            || name.Addresses.All(address => portalsTarget.Addresses.Contains(address) || own.Contains(address)));

    private static bool IsSame(string one, string other) =>
        one.TrimEnd('.').Equals(other.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);

    private static string[] Words(IReadOnlyList<IPAddress> addresses) => [.. addresses.Select(address => address.ToString())];
}
