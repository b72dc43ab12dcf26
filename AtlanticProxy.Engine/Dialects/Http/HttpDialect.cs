using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Text;
using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Protocols.Http;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Dialects.Http;

/// <summary>HTTP/1.x as proxies speak it: CONNECT, and requests in absolute form. One for all connections of a worker.</summary>
internal sealed class HttpDialect(string nodeName) : IClientDialect
{
    public ClientDialects Kind => ClientDialects.Http;

    /// <summary>Bytes of username and password together, in base64: both fields of SOCKS5 at their longest.</summary>
    private const int MaxBasicLength = 700;

    /// <summary>Seconds that a client over a limit is asked to wait.</summary>
    private const int RetryAfterSeconds = 1;

    private static readonly byte[] Established = "HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray();

    /// <summary>Methods that are passed on; unknown ones are too.</summary>
    private static readonly byte[] OwnOptions =
        [.. "HTTP/1.1 200 OK\r\nAllow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, CONNECT\r\n"u8,
            .. "Content-Length: 0\r\nConnection: "u8];

    public async LoopTask<ReadResult> ReadRequestAsync(ClientConnection client)
    {
        var head = client.Home.Egress.Heads.Rent();
        var result = await ReadRequestAsync(client, head);
        if (result.Request?.Head is null)
            client.Home.Egress.Heads.Return(head);
        return result;
    }

    private static async LoopTask<ReadResult> ReadRequestAsync(ClientConnection client, HttpHead head)
    {
        while (true)
        {
            SkipEmptyLines(client.Input);
            if (!client.Input.IsEmpty)
            {
                var status = HttpHeadParser.ParseRequest(client.Input.Bytes, head, out string problem);
                if (status == HeadStatus.Complete)
                    return Read(client.Input, head);
                if (status == HeadStatus.Malformed)
                    return new Refusal(ConnectionOutcome.BadRequest, problem);
                if (status == HeadStatus.LineTooLong)
                    return new Refusal(ConnectionOutcome.UriTooLong);
                if (status == HeadStatus.TooLarge)
                    return new Refusal(ConnectionOutcome.HeadersTooLarge);
            }
            int received = await client.Input.ReadMoreAsync();
            if (received > 0)
                continue;
            if (received != -Linux.ETIMEDOUT)
                return ReadResult.Over(client.Input.IsEmpty && received == 0
                    ? ConnectionOutcome.Completed
                    : ConnectionOutcome.ClientReset);
            // Silence between requests is the end; half a head is a client to be told.
            return client.Input.IsEmpty
                ? ReadResult.Over(ConnectionOutcome.RequestTimeout)
                : new Refusal(ConnectionOutcome.RequestTimeout);
        }
    }

    public async LoopTask<bool> RefuseAsync(ClientConnection client, ProxyRequest? request, Refusal refusal)
    {
        // Another request may follow only where it is certain where this one ended: its head read whole, and no body.
        bool reusable = request is not null && refusal.Outcome != ConnectionOutcome.BadRequest && !client.Home.Node.IsDraining
            && (request.Head is { } head ? head is { Framing: BodyFraming.None, Close: false, IsConsumed: false }
                : client.Input.IsEmpty);
        bool withBody = !(request is null ? BeginsWithHead(client.Input) : request.Head is { IsHead: true });
        if (request?.Head is { IsConsumed: false } forwarded)
            client.Input.Consume(forwarded.Length);
        int sent = await client.Socket.SendAllAsync(Compose(refusal, reusable, withBody));
        return sent == 0 && reusable;
    }

    public LoopTask<int> AcceptTunnelAsync(ClientConnection client, IPEndPoint? datagrams = null) =>
        client.Socket.SendAllAsync(Established);

    /// <summary>The refusal as a whole response, for an outcome that has a status.</summary>
    /// <param name="withBody">False for the answer to HEAD: the same, without its body.</param>
    public byte[] Compose(Refusal refusal, bool keepAlive, bool withBody = true)
    {
        var ending = Endings.Of(refusal.Outcome);
        string body = refusal.Detail is { } detail
            ? $"{refusal.Outcome}: {ending.Sentence} ({detail})\n"
            : $"{refusal.Outcome}: {ending.Sentence}\n";
        // What the client must change is said in the header, too: many never look at a body.
        string code = refusal.Outcome is ConnectionOutcome.UnknownTarget or ConnectionOutcome.NotIncluded
            ? $"{refusal.Outcome} {refusal.Detail}"
            : refusal.Outcome.ToString();
        var text = new StringBuilder(384)
            .Append("HTTP/1.1 ").Append(ending.HttpStatus).Append(' ').Append(ending.Reason).Append("\r\n")
            .Append("Proxy-Status: ").Append(nodeName).Append("; error=").Append(refusal.Error ?? ending.ProxyStatusError)
            .Append("; details=\"").Append(code).Append("\"\r\n");
        if (ending.HttpStatus == 407)
            text.Append("Proxy-Authenticate: Basic realm=\"proxy\", charset=\"UTF-8\"\r\n");
        if (ending.HttpStatus is 429 or 503)
            text.Append("Retry-After: ").Append(RetryAfterSeconds).Append("\r\n");
        text.Append("Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\nContent-Length: ")
            .Append(Encoding.UTF8.GetByteCount(body)).Append("\r\n")
            .Append("Connection: ").Append(keepAlive ? "keep-alive" : "close").Append("\r\n\r\n")
            .Append(withBody ? body : "");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The answer to OPTIONS that may not be passed on.</summary>
    public static byte[] ComposeOptions(bool keepAlive) =>
        [.. OwnOptions, .. keepAlive ? "keep-alive\r\n\r\n"u8 : "close\r\n\r\n"u8];

    private static ReadResult Read(SocketInput input, HttpHead head)
    {
        var bytes = input.Bytes;
        if (!TryReadCredentials(bytes, head, out var credentials))
            return new Refusal(ConnectionOutcome.BadRequest, "Proxy-Authorization is not 'Basic' and base64 of user:password");

        if (head.Method(bytes).SequenceEqual("CONNECT"u8))
        {
            var destination = Destination.ParseAuthority(head.Target(bytes), defaultPort: null);
            if (destination is null)
                return new Refusal(ConnectionOutcome.BadRequest, "CONNECT needs host:port, for example CONNECT example.com:443");
            if (head.Framing != BodyFraming.None)
                return new Refusal(ConnectionOutcome.BadRequest, "CONNECT has no body");
            input.Consume(head.Length);
            return new ProxyRequest(RequestKind.Tunnel, destination, credentials);
        }

        // Whoever answers it sends back what it got: with a provider that does, our credentials there. Some take it in any case
        // of letters.
        if (Ascii.EqualsIgnoreCase(head.Method(bytes), "trace"u8))
            return new Refusal(ConnectionOutcome.BadRequest, "TRACE is not offered here");

        return RequestLine.SplitAbsoluteForm(head.Target(bytes), out var authority, out _)
            && Destination.ParseAuthority(authority, RequestLine.HttpPort) is { } origin
                ? new ProxyRequest(RequestKind.HttpForward, origin, credentials, Head: head)
                : new Refusal(ConnectionOutcome.BadRequest, WhatIsWrongWith(head.Target(bytes)));
    }

    private static string WhatIsWrongWith(ReadOnlySpan<byte> target)
    {
        if (Begins(target, "https://"u8))
            return "https:// needs a tunnel: CONNECT example.com:443, and TLS inside it";
        return Begins(target, "http://"u8)
            ? "http://host:port/ has a host of letters, digits, '-', '_' and '.' (xn-- for others), no user and no #fragment"
            : "this is a proxy: the target must be absolute, for example GET http://example.com/";
    }

    private static bool Begins(ReadOnlySpan<byte> target, ReadOnlySpan<byte> scheme) =>
        target.Length >= scheme.Length && Ascii.EqualsIgnoreCase(target[..scheme.Length], scheme);

    private static bool BeginsWithHead(SocketInput input)
    {
        SkipEmptyLines(input);
        return RequestLine.BeginsWithHead(input.Bytes);
    }

    private static void SkipEmptyLines(SocketInput input)
    {
        // RFC 9112 section 2.2: at least one empty line before a request is to be ignored.
        while (input.Bytes.StartsWith("\r\n"u8))
            input.Consume(2);
    }

    private static bool TryReadCredentials(ReadOnlySpan<byte> bytes, HttpHead head, out Credentials? credentials)
    {
        credentials = null;
        if (!head.TryFind(bytes, "proxy-authorization"u8, out var value))
            return true;
        var scheme = "basic "u8;
        if (!Ascii.EqualsIgnoreCase(value[..Math.Min(value.Length, scheme.Length)], scheme))
            return true; // of another scheme: it is told which one is ours (RFC 9110 section 11.7.1)
        var encoded = HttpTokens.TrimWhitespace(value[scheme.Length..]);
        if (encoded.Length > MaxBasicLength)
            return false;
        Span<byte> decoded = stackalloc byte[MaxBasicLength];
        if (Base64.DecodeFromUtf8(encoded, decoded, out _, out int length) != OperationStatus.Done)
            return false;
        decoded = decoded[..length];
        int colon = decoded.IndexOf((byte)':');
        if (colon < 0)
            return false;
        credentials = new Credentials(Encoding.UTF8.GetString(decoded[..colon]), decoded[(colon + 1)..].ToArray());
        return true;
    }
}
