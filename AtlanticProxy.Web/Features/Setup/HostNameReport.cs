using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Features.Setup;

/// <summary>Where a host name leads, as this server sees it.</summary>
/// <param name="LeadsTo">Its addresses; empty when it has none.</param>
/// <param name="Own">This server's addresses that others may know it by.</param>
internal sealed record HostNameReport(string HostName, IReadOnlyList<IPAddress> LeadsTo, IReadOnlyList<IPAddress> Own)
{
    /// <summary>A name server that is away must not hold the page up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public bool LeadsHere => LeadsTo.Any(Own.Contains);

    /// <summary>How it stands, and what to do.</summary>
    public Phrase Words => this switch
    {
        { LeadsTo.Count: 0 } => $"{HostName} has no address yet. Add an A record at your DNS provider that leads to this server.",
        { LeadsHere: true } => (Phrase)$"{HostName} leads to {List(LeadsTo)}: this server.",
        _ => $"{HostName} leads to {List(LeadsTo)}, which is no address of this server ({List(Own)}). "
            + $"That is right behind NAT or a proxy; otherwise change the DNS record.",
    };

    public static async Task<HostNameReport> OfAsync(string hostName, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        IPAddress[] leadsTo = [];
        try
        {
            leadsTo = await Dns.GetHostAddressesAsync(hostName, patience.Token);
        }
        catch (Exception unknown)
            when (unknown is SocketException || (unknown is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // No address, which is what the report says.
        }
        return new HostNameReport(hostName, leadsTo, OwnAddresses());
    }

    private static Phrase List(IReadOnlyList<IPAddress> addresses) =>
        addresses.Count > 0 ? Phrase.Verbatim(string.Join(", ", addresses)) : "none";

    private static List<IPAddress> OwnAddresses() =>
        [.. NetworkInterface.GetAllNetworkInterfaces()
            .Where(one => one.OperationalStatus == OperationalStatus.Up)
            .SelectMany(one => one.GetIPProperties().UnicastAddresses)
            .Select(one => one.Address)
            .Where(address => !address.IsIPv6LinkLocal && !IPAddress.IsLoopback(address))];
}
