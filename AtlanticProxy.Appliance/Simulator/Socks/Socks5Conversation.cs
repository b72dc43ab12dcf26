using System.Buffers.Binary;
using System.Net;
using System.Text;
using AtlanticProxy.Simulator.Grammars;
using AtlanticProxy.Simulator.Http;
using AtlanticProxy.Simulator.Transport;

namespace AtlanticProxy.Simulator.Socks;

/// <summary>SOCKS5 (RFC 1928, RFC 1929) with one client: CONNECT and UDP ASSOCIATE.</summary>
internal sealed class Socks5Conversation(ProviderSimulator provider, Peer client)
{
    public const byte Version = 5;

    private const byte NoAuthentication = 0, UsernamePassword = 2, NoAcceptableMethod = 0xff;
    private const byte AuthenticationVersion = 1;
    private const byte Connect = 1, UdpAssociate = 3;
    private const byte Succeeded = 0, GeneralFailure = 1, HostUnreachable = 4, CommandNotSupported = 7,
        AddressTypeNotSupported = 8;

    public async Task RunAsync()
    {
        if (await AuthenticateAsync() is not { } subscriber)
            return;
        if (await client.PeekAsync(4) is not { } command)
            return;
        byte verb = command.Span[1];
        var (destination, length) = await ReadAddressAsync(at: 3);
        client.Advance(length);
        provider.HeardRequest();
        var chance = await provider.WaitAsync();
        if (chance == FaultKind.Blackhole)
            await client.DrainAsync();
        else if (chance == FaultKind.Status || provider.Fault.Kind == FaultKind.Status)
            await ReplyAsync(GeneralFailure);
        else if (destination is null)
            await ReplyAsync(AddressTypeNotSupported);
        else if (verb == Connect)
            await ConnectAsync(destination, subscriber);
        else if (verb == UdpAssociate)
            await AssociateAsync(subscriber);
        else
            await ReplyAsync(CommandNotSupported);
    }

    private async Task<Subscriber?> AuthenticateAsync()
    {
        if (await client.PeekAsync(2) is not { } greeting || await client.PeekAsync(2 + greeting.Span[1]) is not { } offer)
            return null;
        bool offersPassword = offer.Span[2..].Contains(UsernamePassword);
        bool offersNone = offer.Span[2..].Contains(NoAuthentication);
        client.Advance(offer.Length);

        if (provider.Fault.Kind == FaultKind.Garbage)
        {
            await client.SendAsync(new byte[] { 0x37, 0x13 });
            return null;
        }
        if (!offersPassword)
        {
            bool admitted = offersNone && !provider.Account.NeedsCredentials && provider.Fault.Kind != FaultKind.Reject407;
            await client.SendAsync(new[] { Version, admitted ? NoAuthentication : NoAcceptableMethod });
            return admitted ? Subscriber.Anonymous : null;
        }

        await client.SendAsync(new[] { Version, UsernamePassword });
        if (await client.PeekAsync(2) is not { } start || await client.PeekAsync(3 + start.Span[1]) is not { } name
            || await client.PeekAsync(name.Length + name.Span[^1]) is not { } credentials)
            return null;
        string username = Encoding.UTF8.GetString(credentials.Span[2..(name.Length - 1)]);
        string password = Encoding.UTF8.GetString(credentials.Span[name.Length..]);
        client.Advance(credentials.Length);
        var subscriber = provider.Fault.Kind == FaultKind.Reject407
            ? null
            : provider.Account.Admit(username, password).Subscriber;
        await client.SendAsync(new byte[] { AuthenticationVersion, (byte)(subscriber is null ? 1 : 0) });
        return subscriber;
    }

    // The address at this offset of what is buffered, and the offset behind its port; no address when the type is not known.
    private async Task<(Destination?, int Length)> ReadAddressAsync(int at)
    {
        if (await client.PeekAsync(at + 2) is not { } start)
            throw new ProtocolException("The command was cut short.");
        if (Socks5Address.LengthOf(start.Span[at..]) is not { } length)
            return (null, start.Length);
        if (await client.PeekAsync(at + length) is not { } whole)
            throw new ProtocolException("The command was cut short.");
        return (Socks5Address.Read(whole.Span[at..]), at + length);
    }

    private async Task ConnectAsync(Destination destination, Subscriber subscriber)
    {
        var exit = provider.Exits.For(provider.Account.Name, subscriber.Wanted);
        if (destination.IsSimulated)
        {
            await ReplyAsync(Succeeded);
            await new SimulatedOrigin(provider, client).ServeTunnelAsync(exit, subscriber);
            return;
        }
        if (await destination.DialAsync(provider.Options.ReachesRealSites, provider.Stopping) is not { } dialled)
        {
            await ReplyAsync(HostUnreachable);
            return;
        }
        var origin = provider.Peers.Add(dialled);
        try
        {
            await ReplyAsync(Succeeded, origin.Local);
            await Relay.RunAsync(client, origin, provider.Bill.Open(subscriber), provider.MaxDown);
        }
        finally
        {
            provider.Peers.Release(origin);
        }
    }

    private async Task AssociateAsync(Subscriber subscriber)
    {
        using var association = new UdpAssociation(client.Local.Address, client.Remote.Address, provider.Bill.Open(subscriber));
        await ReplyAsync(Succeeded, association.Endpoint);
        var relaying = association.RunAsync(provider.Stopping);
        // The association lives as long as this connection (RFC 1928 section 7).
        try
        {
            await client.DrainAsync();
        }
        finally
        {
            association.Dispose();
            await relaying;
        }
    }

    private ValueTask ReplyAsync(byte reply, IPEndPoint? bound = null)
    {
        byte[] address = Socks5Address.Write(bound ?? new IPEndPoint(IPAddress.Any, 0));
        return client.SendAsync((byte[])[Version, reply, 0, .. address]);
    }
}

/// <summary>The address field of RFC 1928 section 5: type, address, port.</summary>
internal static class Socks5Address
{
    private const byte IPv4 = 1, Name = 3, IPv6 = 4;

    /// <summary>Bytes of the field, from its first two; null when the type is not known.</summary>
    public static int? LengthOf(ReadOnlySpan<byte> field) => field[0] switch
    {
        IPv4 => 1 + 4 + 2,
        IPv6 => 1 + 16 + 2,
        Name => 2 + field[1] + 2,
        _ => null,
    };

    /// <summary>The field, which is whole.</summary>
    public static Destination Read(ReadOnlySpan<byte> field)
    {
        int length = LengthOf(field)!.Value;
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(field[(length - 2)..]);
        string host = field[0] == Name
            ? Encoding.ASCII.GetString(field[2..(length - 2)])
            : new IPAddress(field[1..(length - 2)]).ToString();
        return new Destination(host, port);
    }

    public static byte[] Write(IPEndPoint endpoint)
    {
        byte[] address = endpoint.Address.GetAddressBytes();
        return [address.Length == 4 ? IPv4 : IPv6, .. address, (byte)(endpoint.Port >> 8), (byte)endpoint.Port];
    }
}
