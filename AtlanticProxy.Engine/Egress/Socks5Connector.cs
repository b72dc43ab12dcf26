using System.Net;
using System.Text;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Egress.Resolving;
using AtlanticProxy.Engine.Protocols.Socks;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>
/// client -> appliance -> SOCKS5 proxy -> destination (RFC 1928, RFC 1929). Names go to the upstream unresolved.
/// </summary>
internal sealed class Socks5Connector(HostResolver resolver) : IEgressConnector
{
    private const byte Version = 5, NoAuthentication = 0, UserPassword = 2, NotAcceptable = 0xff, Connect = 1, UdpAssociate = 3;

    /// <summary>
    /// Where the address begins in requests and replies; and as much of a reply as tells how long its address is.
    /// </summary>
    private const int AddressStart = 3, ReplyHead = 5;

    public async LoopTask<DialResult> DialAsync(DialAttempt attempt, bool asTunnel) =>
        (await RequestAsync(attempt, Connect)).Dialled;

    /// <summary>Asks for a UDP association: the connection that it lives as long as, and where to send datagrams.</summary>
    public LoopTask<(DialResult Dialled, IPEndPoint? Bound)> AssociateAsync(DialAttempt attempt) =>
        RequestAsync(attempt, UdpAssociate);

    private async LoopTask<(DialResult Dialled, IPEndPoint? Bound)> RequestAsync(DialAttempt attempt, byte command)
    {
        var connected = await UpstreamAddress.ConnectAsync(attempt, resolver);
        if (connected.Socket is not { } socket)
            return (connected.Failure!, null);
        var buffers = attempt.Egress.Loop.Buffers;
        byte[] buffer = buffers.RentSmall();
        var result = await NegotiateAsync(socket, attempt, buffer, command);
        var bound = result.Upstream is null || command == Connect ? null : ReadBound(buffer);
        buffers.Return(buffer);
        if (result.Upstream is not null && command == UdpAssociate && bound is null)
            result = DialFailure.Of(UpstreamFault.Garbage, "the relay's address is no address");
        if (result.Upstream is null)
            socket.Close();
        else
            socket.ClearDeadline();
        return (result, bound);
    }

    private static async LoopTask<DialResult> NegotiateAsync(LoopSocket socket, DialAttempt attempt, byte[] buffer, byte command)
    {
        bool withPassword = attempt.Candidate.Username.Length > 0;

        // 1. Methods.
        byte method = withPassword ? UserPassword : NoAuthentication;
        int error = await ExchangeAsync(socket, buffer, Write(buffer, [Version, 1, method]), replyLength: 2);
        if (error < 0)
            return DialFailure.FromErrno(error);
        if (buffer[0] != Version)
            return DialFailure.Of(UpstreamFault.Garbage, "the reply is not SOCKS5");
        if (buffer[1] == NotAcceptable || buffer[1] != method)
            return DialFailure.Of(UpstreamFault.RejectsUs);

        // 2. Credentials.
        if (withPassword)
        {
            int length = WriteCredentials(buffer, attempt.Candidate.Username, attempt.Candidate.Password);
            if (length < 0)
                return new DialFailure(ConnectionOutcome.NoExit,
                    "what is asked for makes the provider's username longer than SOCKS5 allows"); // its client's doing
            error = await ExchangeAsync(socket, buffer, length, replyLength: 2);
            if (error < 0)
                return error == -Linux.ECONNRESET ? DialFailure.Of(UpstreamFault.RejectsUs) : DialFailure.FromErrno(error);
            if (buffer[1] != 0)
                return DialFailure.Of(UpstreamFault.RejectsUs);
        }

        // 3. The request; its reply ends with an address whose length stands in its first five bytes.
        error = await ExchangeAsync(socket, buffer, WriteRequest(buffer, command, attempt), replyLength: ReplyHead);
        if (error < 0)
            return DialFailure.FromErrno(error);
        if (buffer[0] != Version)
            return DialFailure.Of(UpstreamFault.Garbage, "the reply is not SOCKS5");
        if (buffer[1] != 0)
            return DialFailure.Of(UpstreamFault.Unserved, $"upstream SOCKS reply {buffer[1]}", buffer[1] switch
            {
                Endings.SocksConnectionRefused => ProxyErrors.ConnectionRefused,
                Endings.SocksNetworkUnreachable or Endings.SocksHostUnreachable => ProxyErrors.DestinationIpUnroutable,
                _ => null,
            });
        int address = SocksAddress.Length(buffer.AsSpan(AddressStart));
        if (address < 0)
            return DialFailure.Of(UpstreamFault.Garbage, "the reply's address type is unknown");
        error = await ReceiveExactlyAsync(socket, buffer.AsMemory(ReplyHead, AddressStart + address - ReplyHead));
        return error < 0 ? DialFailure.FromErrno(error) : new Upstream(socket, attempt.Candidate);
    }

    private static IPEndPoint? ReadBound(byte[] reply) =>
        SocksAddress.Read(reply.AsSpan(AddressStart), out _) is { Literal: { } literal, Port: var port }
            ? new IPEndPoint(literal, port)
            : null;

    private static int Write(byte[] buffer, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer);
        return bytes.Length;
    }

    private static int WriteCredentials(byte[] buffer, string username, string password)
    {
        const byte negotiationVersion = 1;
        int nameLength = Encoding.UTF8.GetByteCount(username), passwordLength = Encoding.UTF8.GetByteCount(password);
        if (nameLength > byte.MaxValue || passwordLength > byte.MaxValue)
            return -1;
        buffer[0] = negotiationVersion;
        buffer[1] = (byte)nameLength;
        Encoding.UTF8.GetBytes(username, buffer.AsSpan(2));
        buffer[2 + nameLength] = (byte)passwordLength;
        Encoding.UTF8.GetBytes(password, buffer.AsSpan(3 + nameLength));
        return 3 + nameLength + passwordLength;
    }

    private static int WriteRequest(byte[] buffer, byte command, DialAttempt attempt)
    {
        (buffer[0], buffer[1], buffer[2]) = (Version, command, 0);
        return AddressStart + SocksAddress.Write(buffer.AsSpan(AddressStart), attempt.Destination);
    }

    private static async LoopTask<int> ExchangeAsync(LoopSocket socket, byte[] buffer, int length, int replyLength)
    {
        int sent = await socket.SendAllAsync(buffer.AsMemory(0, length));
        return sent < 0 ? sent : await ReceiveExactlyAsync(socket, buffer.AsMemory(0, replyLength));
    }

    private static async LoopTask<int> ReceiveExactlyAsync(LoopSocket socket, Memory<byte> into)
    {
        while (!into.IsEmpty)
        {
            int received = await socket.ReceiveAsync(into);
            if (received <= 0)
                return received == 0 ? -Linux.ECONNRESET : received;
            into = into[received..];
        }
        return 0;
    }
}
