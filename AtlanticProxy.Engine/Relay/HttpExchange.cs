using AtlanticProxy.Engine.Connections;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Dialects;
using AtlanticProxy.Engine.Egress;
using AtlanticProxy.Engine.Protocols.Http;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Engine.Transport;
using AtlanticProxy.Engine.Usage;

namespace AtlanticProxy.Engine.Relay;

/// <summary>
/// One plain HTTP request and its response over one upstream connection:
/// <code>client --request--> [head rewritten] --> upstream connection --> origin or next proxy
/// client &lt;--response-- [head rewritten] &lt;-- same connection, back to the pool afterwards</code>
/// Both bodies flow at the same time, since an upstream may answer before it has read all: the request's is <see
/// cref="HttpUpload"/>'s.
/// </summary>
internal sealed class HttpExchange(ClientConnection client, ProxyRequest request, Upstream upstream, UsageCounter counter)
    : ICancellable
{
    private static readonly byte[] KeepAlive = "keep-alive"u8.ToArray(), Close = "close"u8.ToArray();

    private static readonly ReadOnlyMemory<byte> LineEnd = "\r\n"u8.ToArray();

    /// <summary>
    /// Bytes of a body that are sent along with its head, at most: with the longest head they fit a large buffer.
    /// </summary>
    private const int MaxBodyWithHead = 16 * 1024;

    private readonly Membership _membership = client.Membership!;
    private readonly HttpHead _head = request.Head!;
    private HttpUpload? _upload;
    private DialFailure? _badHead;
    private bool _cancelled, _endsWithStream;
    private long _sentAt; // when its head began to go out; negative once an answer has come

    /// <summary>
    /// The request's head was taken from the client's input: its body was begun, or the upstream said something.
    /// </summary>
    public bool HeadConsumed => _head.IsConsumed;

    /// <summary>The response is whole, and the client may still be sending its body.</summary>
    public bool AnsweredEarly => !BodyIsSent && Failure.Outcome == ConnectionOutcome.Completed;

    /// <summary>
    /// The whole request went out, and nobody said that it was not served: a second time might be one time too many.
    /// </summary>
    public bool MayHaveServed { get; private set; }

    /// <summary>Why it ended with <see cref="ExchangeEnd.Failed"/>, or how a response broke off.</summary>
    public Refusal Failure { get; private set; }

    /// <summary>What that says of the provider.</summary>
    public UpstreamFault Fault { get; private set; }

    /// <summary>
    /// Runs the exchange. The head of a request without a body is consumed from the client's input only when the upstream has
    /// answered.
    /// </summary>
    public async LoopTask<ExchangeEnd> RunAsync()
    {
        // 1. The head.
        int sent = await SendRequestHeadAsync();
        if (sent < 0)
            return Broken(sent);
        MayHaveServed = true;

        // 2. The body, if there is one, alongside the response.
        var uploading = default(LoopTask<bool>);
        if (_head.Framing != BodyFraming.None)
        {
            ConsumeHead();
            _upload = new HttpUpload(client, upstream, counter, new HttpBody(_head));
            uploading = _upload.RunAsync();
        }

        // 3. The response.
        var head = client.Home.Egress.Heads.Rent();
        ExchangeEnd end;
        try
        {
            end = await ReceiveResponseAsync(head);
        }
        finally
        {
            client.Home.Egress.Heads.Return(head);
        }

        // 4. A body that nobody waits for any more is given up, and the upstream's connection with it. The client can still be
        // told.
        if (!BodyIsSent)
        {
            _upload!.Stop();
            upstream.Socket.Cancel();
        }
        await uploading;
        return end;
    }

    public bool EndsWithHalfClose => false;

    public void Cancel()
    {
        _cancelled = true;
        upstream.Socket.Cancel();
    }

    private bool BodyIsSent => _upload is null or { IsWhole: true };

    /// <summary>Why the client is to blame, if it is.</summary>
    private ConnectionOutcome? ClientFailure =>
        client.CutAs ?? _upload?.Failure ?? (_cancelled ? ConnectionOutcome.ClientReset : null);

    private void NoteFirstByte()
    {
        if (_sentAt < 0)
            return;
        client.Home.Loop.Counts.Time(TimingKind.FirstByte, counter.ProviderId, client.Home.Loop.Now - _sentAt);
        _sentAt = -1;
    }

    private async LoopTask<int> SendRequestHeadAsync()
    {
        _sentAt = client.Home.Loop.Now;
        var buffers = client.Home.Loop.Buffers;
        bool isSmall = HttpHeadWriter.RequestSize(client.Input.Bytes, _head) <= BufferPool.SmallSize;
        byte[] buffer = isSmall ? buffers.RentSmall() : buffers.RentLarge();
        bool absolute = upstream.Candidate.Provider.Protocol is UpstreamProtocol.Http or UpstreamProtocol.Https;
        int length = HttpHeadWriter.WriteRequest(buffer, client.Input.Bytes, _head, request.Destination,
            absolute, absolute ? upstream.Candidate.AuthorizationLine : []);
        upstream.Socket.SetDeadline(client.Home.Options.ResponseTimeout);
        int sent = await upstream.Socket.SendAllAsync(buffer.AsMemory(0, length));
        buffers.Return(buffer);
        return sent;
    }

    private void ConsumeHead()
    {
        client.Count(counter, up: _head.Length);
        _membership.Charge(_head.Length, up: true); // there is something left, or it had been refused: a head is sent whole
        client.Input.Consume(_head.Length);
        _head.IsConsumed = true;
    }

    private async LoopTask<ExchangeEnd> ReceiveResponseAsync(HttpHead head)
    {
        while (true)
        {
            int error = await ReadHeadAsync(head);
            if (error < 0)
                return Broken(error);
            if (RefusalOf(head.Status) is { } refusal)
                return Fail(refusal);
            if (!HeadConsumed)
                ConsumeHead();
            NoteFirstByte();
            if (head.Status >= 200 || head.Status == 101)
                break;
            if (_head.MinorVersion == 1 && !await SendHeadAsync(head, chunked: false, connection: null))
                return ExchangeEnd.Closing;
            upstream.Input.Consume(head.Length);
        }
        return head.Status == 101 ? await UpgradeAsync(head) : await RelayResponseAsync(head);
    }

    /// <summary>What a status means that is not the client's to see; null for all others.</summary>
    private DialFailure? RefusalOf(int status)
    {
        // An upstream proxy's own 407 or 402 is about our account there, never the client's business.
        if (status is 407 or 402 && upstream.Candidate.Provider.Protocol is UpstreamProtocol.Http or UpstreamProtocol.Https)
        {
            MayHaveServed = false;
            return HttpConnector.Classify(status);
        }
        // An origin's would be taken for ours.
        return status == 407 ? Badly("the origin answered as a proxy does", ProxyErrors.HttpProtocolError) : null;
    }

    private async LoopTask<ExchangeEnd> RelayResponseAsync(HttpHead head)
    {
        _upload?.Patience = client.Home.Options.IdleTimeout;
        var body = new HttpBody(head);
        bool decode = head.Framing == BodyFraming.Chunked && _head.MinorVersion == 0;
        _endsWithStream = body.EndsWithStream || decode;
        bool clientStays = !_head.Close && !_endsWithStream && BodyIsSent && !client.Home.Node.IsDraining;
        bool chunked = head.Framing == BodyFraming.Chunked && !decode;
        int length = head.Length;
        bool wellFormed = AdvanceWithHead(ref body, length, decode, out int consumedWithHead, out int keptWithHead);
        if (!await SendHeadAsync(head, chunked, clientStays ? _head.MinorVersion == 0 ? KeepAlive : null : Close, keptWithHead))
            return ExchangeEnd.Closing;
        if (!wellFormed)
            return Truncated();
        upstream.Input.Consume(length + consumedWithHead);

        LoopTurns? turns = null; // most bodies come with their heads
        for (bool waits = false; !body.IsComplete; waits = body.WaitsForLine)
        {
            if (waits || upstream.Input.IsEmpty)
            {
                upstream.Socket.SetDeadline(client.Home.Options.IdleTimeout);
                int received = await upstream.Input.ReadMoreAsync(bulk: true);
                if (received == 0 && body.EndsWithStream)
                    return ExchangeEnd.Closing;
                if (received <= 0)
                    return Truncated();
            }
            if (!body.Advance(upstream.Input.Bytes, decode, out int consumed, out int kept))
                return Truncated();
            var part = body.EndsLine ? LineEnd : upstream.Input.Memory[..kept];
            if (!part.IsEmpty && !await SendToClientAsync(part))
                return ExchangeEnd.Closing;
            upstream.Input.Consume(consumed);
            turns ??= new LoopTurns(client.Home.Loop);
            await turns.SpendAsync(consumed);
        }
        if (!head.Close && !head.IsOdd && !body.IsOdd && BodyIsSent && upstream.Input.IsEmpty)
            client.Home.Egress.Pool.Put(client.Entry!.User.Id, upstream, request.Destination);
        return clientStays ? ExchangeEnd.Reusable : ExchangeEnd.Closing;
    }

    private async LoopTask<ExchangeEnd> UpgradeAsync(HttpHead head)
    {
        // Before it has the body, nobody could tell where that ends and the other protocol begins.
        if (!_head.Upgrade || !BodyIsSent)
            return Fail(Badly("the upstream switched protocols unasked", ProxyErrors.HttpUpgradeFailed));
        int length = head.Length;
        if (!await SendHeadAsync(head, chunked: false, connection: null))
            return ExchangeEnd.Closing;
        upstream.Input.Consume(length);
        upstream.Socket.ClearDeadline();
        client.Socket.ClearDeadline();
        client.BecomeTunnel(upstream, counter);
        return ExchangeEnd.Tunnel;
    }

    /// <summary>Has a response head at the start of the upstream's input: 0, or a negative errno, EINVAL for a bad one.</summary>
    private async LoopTask<int> ReadHeadAsync(HttpHead head)
    {
        while (true)
        {
            if (!upstream.Input.IsEmpty)
            {
                var status = HttpHeadParser.ParseResponse(upstream.Input.Bytes, head, out string problem);
                if (status == HeadStatus.Complete)
                    status = HttpHeadParser.FrameResponse(upstream.Input.Bytes, head, _head.IsHead, out problem);
                if (status == HeadStatus.Complete)
                    return 0;
                if (status != HeadStatus.Incomplete)
                {
                    _badHead = HttpConnector.ClassifyHead(status, problem);
                    return -Linux.EINVAL;
                }
            }
            int received = await upstream.Input.ReadMoreAsync();
            if (received <= 0)
                return received == 0 ? -Linux.ECONNRESET : received;
        }
    }

    // What has come of the body goes out with the head: one system call for most answers.
    private bool AdvanceWithHead(ref HttpBody body, int headLength, bool decode, out int consumed, out int kept)
    {
        consumed = kept = 0;
        var inHand = upstream.Input.Bytes[headLength..];
        if (body.IsComplete || inHand.IsEmpty
            || body.Advance(inHand[..Math.Min(inHand.Length, MaxBodyWithHead)], decode, out consumed, out kept))
            return true;
        kept = 0;
        return false;
    }

    /// <param name="bodyBytes">How many bytes of the body, which follow the head in the upstream's input, are sent with
    /// it.</param>
    private async LoopTask<bool> SendHeadAsync(HttpHead head, bool chunked, byte[]? connection, int bodyBytes = 0)
    {
        var buffers = client.Home.Loop.Buffers;
        byte[] buffer = head.Length + HttpHeadWriter.Overhead + bodyBytes <= BufferPool.SmallSize
            ? buffers.RentSmall()
            : buffers.RentLarge();
        int length = HttpHeadWriter.WriteResponse(buffer, upstream.Input.Bytes, head, chunked, connection);
        upstream.Input.Bytes.Slice(head.Length, bodyBytes).CopyTo(buffer.AsSpan(length));
        length += bodyBytes;
        bool sent = await SendToClientAsync(buffer.AsMemory(0, length));
        buffers.Return(buffer);
        return sent;
    }

    private async LoopTask<bool> SendToClientAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int permitted = await _membership.PermitAsync(bytes.Length, up: false);
            if (permitted == 0)
            {
                Failure = new Refusal(client.CutAs ?? ConnectionOutcome.ClientReset);
                return false;
            }
            client.Socket.SetDeadline(client.Home.Options.IdleTimeout);
            int sent = await client.Socket.SendAllAsync(bytes[..permitted]);
            if (sent < 0)
            {
                _membership.GiveBack(permitted, up: false);
                Failure = new Refusal(sent == -Linux.ETIMEDOUT ? ConnectionOutcome.IdleTimeout : ConnectionOutcome.ClientReset);
                return false;
            }
            client.Count(counter, down: permitted);
            bytes = bytes[permitted..];
        }
        return true;
    }

    // The client must see that the response is not whole: the connection is closed short of the promised length, or where none
    // was promised, reset.
    private ExchangeEnd Truncated()
    {
        client.EndsWithReset |= _endsWithStream;
        Failure = new Refusal(ClientFailure ?? ConnectionOutcome.UpstreamReset);
        return ExchangeEnd.Closing;
    }

    private ExchangeEnd Broken(int error)
    {
        if (ClientFailure is { } theirs)
            return Fail(theirs);
        if (upstream.Reused && !HeadConsumed && error is -Linux.ECONNRESET or -Linux.EPIPE
            && !(MayHaveServed && !_head.IsReplayable(client.Input.Bytes)))
            return ExchangeEnd.Stale;
        var failure = _badHead ?? DialFailure.FromErrno(error);
        if (error == -Linux.ETIMEDOUT)
            failure = failure with { Error = BodyIsSent ? ProxyErrors.HttpResponseTimeout : ProxyErrors.ConnectionWriteTimeout };
        // What broke or is silent may be the provider or the origin behind it, and nobody can tell; without a provider, it is the
        // origin.
        bool direct = upstream.Candidate.Provider.Protocol == UpstreamProtocol.Direct;
        return Fail(failure with { Fault = direct ? UpstreamFault.None : UpstreamFault.Unserved });
    }

    private static DialFailure Badly(string detail, string error) => new(ConnectionOutcome.UpstreamFailed, detail, Error: error);

    private ExchangeEnd Fail(ConnectionOutcome outcome) => Fail(new DialFailure(outcome));

    private ExchangeEnd Fail(DialFailure failure)
    {
        Failure = failure.Refusal;
        Fault = failure.Fault;
        return ExchangeEnd.Failed;
    }
}
