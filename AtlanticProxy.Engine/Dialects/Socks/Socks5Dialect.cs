using System.Net;
using System.Text;
using AtlanticProxy.Engine.Admission;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Protocols.Socks;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Dialects.Socks;

/// <summary>
/// SOCKS5 (RFC 1928) with user/password (RFC 1929), and without for allowed source addresses. One instance a connection: how to
/// refuse depends on how far the client has come. A client that does not wait for our answers gets them together, in one packet.
/// </summary>
internal sealed class Socks5Dialect(AdmissionControl admission) : IClientDialect
{
    public ClientDialects Kind => ClientDialects.Socks5;

    public const byte Version = 5, Version4 = 4;

    private const byte NoAuthentication = 0, UserPassword = 2, NotAcceptable = 0xff, NegotiationVersion = 1;
    private const byte CommandConnect = 1, CommandUdpAssociate = 3;
    private const byte Socks4Rejected = 0x5b;

    /// <summary>Version, command, reserved come first.</summary>
    private const int AddressStart = 3;

    private static readonly byte[] WantsPassword = [Version, UserPassword], WantsNothing = [Version, NoAuthentication],
        Authenticated = [NegotiationVersion, 0];

    /// <summary>
    /// The bound address is of no use behind an upstream, and our own is nobody's business: zeros, as most servers answer.
    /// </summary>
    private static readonly byte[] Established = [Version, Endings.SocksSucceeded, 0, SocksAddress.TypeV4, 0, 0, 0, 0, 0, 0];

    private static readonly Destination Unspecified = Destination.Of(IPAddress.Any, 0);

    private Stage _stage = Stage.Greeting;
    private byte _reply = Endings.SocksGeneralFailure;
    private byte[] _owed = [];

    public async LoopTask<ReadResult> ReadRequestAsync(ClientConnection client)
    {
        var input = client.Input;
        if (input.Bytes[0] == Version4)
        {
            _stage = Stage.Socks4;
            return new Refusal(ConnectionOutcome.BadRequest, "SOCKS4 is not spoken here: use SOCKS5");
        }

        // 1. Greeting: version, count, methods.
        int error = await input.FillAsync(2);
        if (error >= 0)
            error = await input.FillAsync(2 + input.Bytes[1]);
        if (error < 0)
            return Ended(error);
        byte method = ChooseMethod(client, input.Bytes.Slice(2, input.Bytes[1]));
        input.Consume(2 + input.Bytes[1]);
        if (method == NotAcceptable)
            return new Refusal(ConnectionOutcome.CredentialsMissing);
        _owed = method == UserPassword ? WantsPassword : WantsNothing;

        // 2. Credentials; whoever needs none is known by the address.
        Credentials? credentials = null;
        if (method == UserPassword)
        {
            _stage = Stage.Authentication;
            error = await FillAsync(client, 2);
            int nameLength = error < 0 ? 0 : input.Bytes[1];
            if (error >= 0 && input.Bytes[0] != NegotiationVersion)
                return new Refusal(ConnectionOutcome.BadRequest);
            if (error >= 0)
                error = await FillAsync(client, 3 + nameLength);
            int passwordLength = error < 0 ? 0 : input.Bytes[2 + nameLength];
            if (error >= 0)
                error = await FillAsync(client, 3 + nameLength + passwordLength);
            if (error < 0)
                return Ended(error);
            credentials = new Credentials(
                Encoding.UTF8.GetString(input.Bytes.Slice(2, nameLength)),
                input.Bytes.Slice(3 + nameLength, passwordLength).ToArray());
            input.Consume(3 + nameLength + passwordLength);
        }
        var who = await admission.AuthenticateAsync(client, credentials);
        if (who.Entry is null
            && who.Refusal.Outcome
            is ConnectionOutcome.CredentialsWrong or ConnectionOutcome.CredentialsMissing or ConnectionOutcome.RateLimited)
            return who.Refusal;
        if (method == UserPassword)
            _owed = _owed.Length == 0 ? Authenticated : [.. _owed, .. Authenticated];

        // 3. The request: version, command, reserved, address type, address, port.
        _stage = Stage.Request;
        error = await FillAsync(client, 5); // with the first byte of the address: a name's length
        if (error < 0)
            return Ended(error);
        if (input.Bytes[0] != Version)
            return new Refusal(ConnectionOutcome.BadRequest);
        byte command = input.Bytes[1];
        int addressLength = SocksAddress.Length(input.Bytes[AddressStart..]);
        if (addressLength < 0)
            return Refuse(Endings.SocksAddressTypeNotSupported);
        error = await FillAsync(client, AddressStart + addressLength);
        if (error < 0)
            return Ended(error);
        var destination = SocksAddress.Read(input.Bytes[AddressStart..], out _);
        input.Consume(AddressStart + addressLength);
        // From where the client says it will send is not to be relied on: most say 0.0.0.0:0, or a NAT has changed it.
        if (command == CommandUdpAssociate)
            return new ProxyRequest(RequestKind.Datagrams, Unspecified, credentials, who);
        if (command != CommandConnect)
            return Refuse(Endings.SocksCommandNotSupported);
        return destination is null
            ? new Refusal(ConnectionOutcome.BadRequest)
            : new ProxyRequest(RequestKind.Tunnel, destination, credentials, who);
    }

    public async LoopTask<bool> RefuseAsync(ClientConnection client, ProxyRequest? request, Refusal refusal)
    {
        byte reply = request switch
        {
            null when refusal.Outcome == ConnectionOutcome.BadRequest => _reply,
            { Kind: RequestKind.Datagrams } when refusal.Outcome == ConnectionOutcome.NoExit =>
            Endings.SocksCommandNotSupported, // no provider carries them
            _ => Endings.Of(refusal.Outcome).SocksReply,
        };
        byte[] answer = _stage switch
        {
            Stage.Greeting => [Version, NotAcceptable],
            Stage.Authentication => [NegotiationVersion, 1],
            Stage.Socks4 => [0, Socks4Rejected, 0, 0, 0, 0, 0, 0],
            Stage.Request => [Version, reply, 0, SocksAddress.TypeV4, 0, 0, 0, 0, 0, 0],
            _ => throw new InvalidOperationException($"stage {_stage}"),
        };
        await SendAsync(client, answer); // if it does not arrive, the client is gone: closing is next anyway
        return false;
    }

    public LoopTask<int> AcceptTunnelAsync(ClientConnection client, IPEndPoint? datagrams = null)
    {
        if (datagrams is null)
            return SendAsync(client, Established);
        byte[] reply = new byte[AddressStart + SocksAddress.LengthOf(datagrams.Address)];
        (reply[0], reply[1]) = (Version, Endings.SocksSucceeded);
        SocksAddress.Write(reply.AsSpan(AddressStart), datagrams.Address, datagrams.Port);
        return SendAsync(client, reply);
    }

    private byte ChooseMethod(ClientConnection client, ReadOnlySpan<byte> offered)
    {
        if (offered.Contains(UserPassword))
            return UserPassword;
        bool known = admission.FindBySource(client) is not null;
        return known && offered.Contains(NoAuthentication) ? NoAuthentication : NotAcceptable;
    }

    /// <summary>
    /// Waits until there are <paramref name="count"/> bytes: 0, or a negative errno. Before it waits, the client gets the answers
    /// that it is owed.
    /// </summary>
    private LoopTask<int> FillAsync(ClientConnection client, int count) =>
        client.Input.Bytes.Length >= count ? new(0)
        : _owed.Length == 0 ? client.Input.FillAsync(count)
        : AnswerAndFillAsync(client, count);

    private async LoopTask<int> AnswerAndFillAsync(ClientConnection client, int count)
    {
        byte[] owed = _owed;
        _owed = [];
        int error = await client.Socket.SendAllAsync(owed);
        return error < 0 ? error : await client.Input.FillAsync(count);
    }

    private LoopTask<int> SendAsync(ClientConnection client, byte[] answer) =>
        client.Socket.SendAllAsync(_owed.Length == 0 ? answer : [.. _owed, .. answer]);

    private ReadResult Refuse(byte reply)
    {
        _reply = reply;
        return new Refusal(ConnectionOutcome.BadRequest);
    }

    private static ReadResult Ended(int error) =>
        ReadResult.Over(error == -Linux.ETIMEDOUT ? ConnectionOutcome.RequestTimeout : ConnectionOutcome.ClientReset);

    private enum Stage
    {
        Greeting,
        Authentication,
        Request,
        Socks4,
    }
}
