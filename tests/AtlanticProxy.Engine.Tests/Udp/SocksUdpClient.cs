using System.Net;
using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Protocols.Socks;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Engine.Tests.Udp;

/// <summary>A SOCKS5 client that sends datagrams.</summary>
internal sealed class SocksUdpClient : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));

    private SocksUdpClient(RawClient control, byte[] reply, IPEndPoint relay) =>
        (Control, Reply, Relay) = (control, reply, relay);

    /// <summary>The TCP connection that the association lives as long as.</summary>
    public RawClient Control { get; }

    /// <summary>The answer to UDP ASSOCIATE.</summary>
    public byte[] Reply { get; }

    public IPEndPoint Relay { get; }

    /// <summary>Signs in and asks for an association.</summary>
    /// <param name="username">Null for a server that wants none.</param>
    public static async Task<SocksUdpClient> OpenAsync(
        IPEndPoint proxy, string? username = EngineUnderTest.Name, string password = EngineUnderTest.Password)
    {
        var control = await RawClient.ConnectAsync(proxy);
        byte method = (byte)(username is null ? 0 : 2);
        await control.SendAsync([5, 1, method]);
        CollectionAssert.AreEqual(new byte[] { 5, method }, await control.ReadAsync(2));
        if (username is not null)
        {
            await control.SendAsync(
                [1, (byte)username.Length, .. Encoding.ASCII.GetBytes(username), (byte)password.Length,
                    .. Encoding.ASCII.GetBytes(password)]);
            CollectionAssert.AreEqual(new byte[] { 1, 0 }, await control.ReadAsync(2));
        }
        await control.SendAsync([5, 3, 0, 1, 0, 0, 0, 0, 0, 0]);
        byte[] reply = await control.ReadAsync(10);
        return new SocksUdpClient(control, reply, new IPEndPoint(new IPAddress(reply.AsSpan(4, 4)), reply[8] << 8 | reply[9]));
    }

    public Task SendAsync(IPEndPoint to, ReadOnlyMemory<byte> payload) => SendAsync(Destination.Of(to.Address, to.Port), payload);

    public Task SendAsync(Destination to, ReadOnlyMemory<byte> payload, byte fragment = 0)
    {
        byte[] datagram = new byte[3 + SocksAddress.MaxLength + payload.Length];
        datagram[2] = fragment;
        int header = 3 + SocksAddress.Write(datagram.AsSpan(3), to);
        payload.CopyTo(datagram.AsMemory(header));
        return SendRawAsync(datagram.AsMemory(0, header + payload.Length));
    }

    public Task SendRawAsync(ReadOnlyMemory<byte> datagram) => _socket.SendAsync(datagram, Relay).AsTask();

    public async Task<(Destination From, byte[] Payload)> ReceiveAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        var received = await _socket.ReceiveAsync(deadline.Token);
        CollectionAssert.AreEqual(new byte[3], received.Buffer[..3]);
        var from = SocksAddress.Read(received.Buffer.AsSpan(3), out int length);
        Assert.IsNotNull(from);
        return (from, received.Buffer[(3 + length)..]);
    }

    public void Dispose()
    {
        Control.Dispose();
        _socket.Dispose();
    }
}
