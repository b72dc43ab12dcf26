using System.Net;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Protocols.Shadowsocks;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Dialects.Shadowsocks;

/// <summary>
/// Shadowsocks over UDP (SIP004): each packet is a salt and one sealed box that begins with the destination. Keeps the
/// associations of one port on one loop; the kernel gives all packets of one client address and port to the same loop. What no
/// key opens is dropped.
/// </summary>
internal sealed class PacketListener : IDatagramReceiver
{
    /// <summary>Associations of one loop: each has up to two sockets.</summary>
    private const int MaxAssociations = 4096;

    private readonly ClientLoop _home;
    private readonly KeyFinder _finder;
    private readonly PacketServices _services;
    private readonly DatagramSocket _socket;
    private readonly Dictionary<KernelAddress, PacketAssociation> _associations = [];
    private bool _closed;

    public PacketListener(ClientLoop home, KeyFinder finder, PacketServices services, int fd)
    {
        (_home, _finder, _services) = (home, finder, services);
        _socket = DatagramSocket.Adopt(home.Loop, fd, this)
            ?? throw SocketErrors.Exception(Linux.ENOMEM, "watching a datagram socket");
    }

    /// <summary>Ends every association, and the socket.</summary>
    public void Close()
    {
        _closed = true;
        Cut((_, _) => ConnectionOutcome.Drained);
        _socket.Close();
    }

    /// <summary>Ends the associations that <paramref name="ending"/> has one for, by their member and their key.</summary>
    public void Cut(Func<Membership, long?, ConnectionOutcome?> ending)
    {
        foreach (var association in _associations.Values.ToArray()) // closing one takes it out
            if (ending(association.Membership, association.Key.Id) is { } outcome)
                association.Close(outcome);
    }

    /// <summary>Ends those of the associations that <paramref name="ending"/> has an ending for, by their number.</summary>
    public void CutNumbers(Func<long, ConnectionOutcome?> ending)
    {
        foreach (var association in _associations.Values.ToArray())
            if (ending(association.Number) is { } outcome)
                association.Close(outcome);
    }

    /// <summary>All that is open.</summary>
    public IEnumerable<PacketAssociation> Associations => _associations.Values;

    public void Forget(in KernelAddress client) => _associations.Remove(client);

    public bool Send(ReadOnlySpan<byte> packet, in KernelAddress client) => _socket.Send(packet, client);

    void IDatagramReceiver.OnDatagram(DatagramSocket socket, in KernelAddress from, int length)
    {
        var packet = _home.Loop.ScratchArray.AsSpan(DatagramSocket.Headroom, length);
        if (_associations.TryGetValue(from, out var association) && Open(association.Key, packet) is { IsEmpty: false } plain)
        {
            if (_services.Salts.TryAdd(SaltOf(association.Key, packet)))
                association.Send(plain);
            return;
        }
        var client = from.Address;
        if (_finder.FindRecent(client, packet, boxLength: -1) is { } found)
            Accept(from, found, packet);
        else
            _ = FindAsync(from, client, packet.ToArray()); // never throws
    }

    private async Task FindAsync(KernelAddress from, IPAddress client, byte[] packet)
    {
        try
        {
            var found = await _finder.FindAsync(_services.Keys, client, packet, boxLength: -1);
            if (found is not null && !_closed)
                Accept(from, found, packet);
            else
                found?.Cipher.Dispose();
        }
        catch (Exception fault)
        {
            _home.Loop.OnFault(fault);
        }
    }

    // A packet that is a client's own: the first of an association, or the first with another key.
    private void Accept(in KernelAddress from, FoundKey found, ReadOnlySpan<byte> packet)
    {
        int salt = found.Key.MasterKey.Length;
        var plain = _home.Loop.SecondScratch.AsSpan(0, packet.Length - salt - Aead.TagSize);
        bool genuine = found.Cipher.TryOpen(0, packet[salt..], plain) && _services.Salts.TryAdd(packet[..salt]);
        found.Cipher.Dispose();
        if (!genuine)
            return;
        if (_associations.TryGetValue(from, out var association) && association.Key.Id != found.Key.Id)
        {
            association.Close(ConnectionOutcome.Completed);
            association = null;
        }
        if (association is null)
        {
            if (_home.Node.IsDraining)
                return;
            if (_associations.Count >= MaxAssociations || _home.Node.Open >= _home.Node.Max)
            {
                _home.Loop.Counts.CountRefusal(ConnectionOutcome.Overloaded);
                _home.Node.CountRefused();
                return;
            }
            association = PacketAssociation.Open(_home, _services, this, from, found);
            if (association is null)
                return;
            _associations.Add(from, association);
            association.Start();
        }
        association.Send(plain);
    }

    /// <summary>The plain bytes, in the loop's second scratch memory; empty when the key is another.</summary>
    private Span<byte> Open(ShadowsocksKey key, ReadOnlySpan<byte> packet)
    {
        int salt = key.MasterKey.Length, plain = packet.Length - salt - Aead.TagSize;
        if (plain <= 0)
            return [];
        using var cipher = new Aead(key, packet[..salt]);
        var opened = _home.Loop.SecondScratch.AsSpan(0, plain);
        byte[] scratch = _home.Loop.Buffers.RentLarge();
        bool genuine = cipher.Try(0, packet[salt..], opened, scratch);
        _home.Loop.Buffers.Return(scratch);
        return genuine ? opened : [];
    }

    private static ReadOnlySpan<byte> SaltOf(ShadowsocksKey key, ReadOnlySpan<byte> packet) => packet[..key.MasterKey.Length];
}
