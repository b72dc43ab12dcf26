using System.Net;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Egress.Resolving;
using AtlanticProxy.Engine.Protocols.Socks;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress.Udp;

/// <summary>
/// client -> appliance -> destination. Each datagram's destination is resolved once, checked, and that very address is sent to.
/// Only whom the client has written to may write to it (address-restricted, RFC 4787 section 5).
/// </summary>
/// <param name="resolveTime">Time for a name to be resolved.</param>
/// <param name="customer">Whose turn a name takes.</param>
internal sealed class DirectUdpExit(
    EgressLoop egress, Candidate candidate, HostResolver resolver, AddressGuard guard, TimeSpan resolveTime, long customer)
    : UdpExit(candidate), IDatagramReceiver
{
    /// <summary>
    /// Destinations remembered: up to twice this, then the longest unused are forgotten, and may not write to the client any
    /// more.
    /// </summary>
    private const int MaxDestinations = 256;

    /// <summary>Datagrams that may wait for a name to be resolved; more are dropped.</summary>
    private const int MaxResolving = 16;

    /// <summary>
    /// How long a destination that is written to again and again is not looked at anew: as long as the resolver remembers.
    /// </summary>
    private const long LastDestinationMilliseconds = 10_000;

    private readonly RecentMap<KernelAddress, bool> _destinations = new(MaxDestinations);
    private readonly byte[] _lastWritten = new byte[SocksAddress.MaxLength];
    private KernelAddress _last;
    private long _lastSince;
    private int _lastLength;
    private readonly List<NameWait> _waits = new(capacity: 0);
    private DatagramSocket? _v4, _v6;

    public override void Send(ReadOnlySpan<byte> addressed)
    {
        if (IsLast(addressed))
        {
            SendTo(_last, addressed[_lastLength..]);
            return;
        }
        var destination = SocksAddress.Read(addressed, out int length);
        if (destination is null || !guard.Permits(destination) || Client?.Permits(destination) != true)
        {
            egress.Loop.Counts.CountRefusal(
                destination is null ? ConnectionOutcome.BadRequest : ConnectionOutcome.DestinationForbidden);
            return;
        }
        var payload = addressed[length..];
        if (destination.Literal is { } literal)
            Send([literal], destination.Port, addressed[..length], payload);
        else if (resolver.TryGet(destination.Host) is { } addresses)
            Send(addresses, destination.Port, addressed[..length], payload);
        else if (_waits.Count < MaxResolving)
            _ = ResolveAndSendAsync(destination, addressed.ToArray(), length); // never throws
    }

    public override void Close()
    {
        foreach (var wait in _waits.ToArray()) // one that is cancelled goes at once
            wait.Cancel();
        _v4?.Close();
        _v6?.Close();
    }

    void IDatagramReceiver.OnDatagram(DatagramSocket socket, in KernelAddress from, int length)
    {
        if (!_destinations.TryGet(from, out _))
            return;
        var address = from.Address;
        int header = SocksAddress.LengthOf(address);
        int start = DatagramSocket.Headroom - header;
        SocksAddress.Write(egress.Loop.ScratchArray.AsSpan(start), address, from.Port);
        if (Client!.MayMove(length, up: false) && Client.Deliver(start, header + length))
            CountDown(length);
    }

    private async Task ResolveAndSendAsync(Destination destination, byte[] addressed, int length)
    {
        var wait = new NameWait(egress.Loop);
        _waits.Add(wait);
        try
        {
            var (end, addresses) = await resolver.ResolveAsync(destination.Host, customer, wait, resolveTime);
            if (end == ResolveEnd.Answered)
                Send(addresses, destination.Port, addressed.AsSpan(0, length), addressed.AsSpan(length));
        }
        catch (Exception fault)
        {
            egress.Loop.OnFault(fault);
        }
        finally
        {
            _waits.Remove(wait);
        }
    }

    private void Send(IReadOnlyList<IPAddress> addresses, int port, ReadOnlySpan<byte> written, ReadOnlySpan<byte> payload)
    {
        if (addresses.Count == 0)
            return;
        // One forbidden address among good ones is an attack or a mistake: refuse all.
        foreach (var address in addresses)
            if (!guard.Permits(address, port) || Client?.Permits(address) != true)
            {
                egress.Loop.Counts.CountRefusal(ConnectionOutcome.DestinationForbidden);
                return;
            }
        var to = new KernelAddress(addresses[0], port);
        if (!SendTo(to, payload))
            return;
        _destinations.Set(to, true);
        written.CopyTo(_lastWritten);
        (_last, _lastLength, _lastSince) = (to, written.Length, egress.Loop.Now);
    }

    private bool SendTo(in KernelAddress to, ReadOnlySpan<byte> payload)
    {
        if (SocketFor(to.Family) is not { } socket || !Client!.MayMove(payload.Length, up: true) || !socket.Send(payload, to))
            return false;
        CountUp(payload.Length);
        return true;
    }

    private bool IsLast(ReadOnlySpan<byte> addressed) =>
        _lastLength > 0 && egress.Loop.Now - _lastSince < LastDestinationMilliseconds
        && addressed.StartsWith(_lastWritten.AsSpan(0, _lastLength));

    private DatagramSocket? SocketFor(int family) => family == Linux.AF_INET
        ? _v4 ??= Bind(IPAddress.Any)
        : _v6 ??= Bind(IPAddress.IPv6Any);

    // Where the route has own addresses, a family without one is not used.
    private DatagramSocket? Bind(IPAddress any) =>
        (Candidate.Local is null ? any : Candidate.Local.For(any.AddressFamily)) is { } from
            ? DatagramSocket.Bind(egress.Loop, new IPEndPoint(from, 0), this, out _) : null;
}
