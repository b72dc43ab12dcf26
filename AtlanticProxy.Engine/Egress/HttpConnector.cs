using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Egress.Resolving;
using AtlanticProxy.Engine.Protocols.Http;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>
/// client -> appliance -> HTTP proxy (inside TLS, perhaps) -> destination: CONNECT for tunnels, nothing yet for absolute-form
/// requests.
/// </summary>
internal sealed class HttpConnector(HostResolver resolver, TlsUpstreams? tls) : IEgressConnector
{
    private static readonly string HeadTooLarge =
        $"the upstream's response head is over {HttpHead.MaxSize / 1024} KB or {HttpHead.MaxFields} fields";

    public async LoopTask<DialResult> DialAsync(DialAttempt attempt, bool asTunnel)
    {
        var connected = await UpstreamAddress.ConnectAsync(attempt, resolver);
        if (connected.Socket is { } outer && tls is not null)
            connected = await tls.SecureAsync(attempt, outer);
        if (connected.Socket is not { } socket)
            return connected.Failure!;
        var upstream = new Upstream(socket, attempt.Candidate);
        if (!asTunnel)
            return upstream;

        DialFailure? failure = null;
        int moved = await socket.SendScratchAsync(
            HttpHeadWriter.WriteConnect(socket.Loop.ScratchArray, attempt.Destination, attempt.Candidate.AuthorizationLine));
        for (bool stands = false; !stands && failure is null;)
        {
            if (moved >= 0)
                moved = await upstream.Input.ReadMoreAsync();
            failure = moved switch
            {
                > 0 => ReadReply(upstream, attempt.Egress.Heads, out stands),
                0 => DialFailure.Of(UpstreamFault.Broken, "closed without a reply"),
                _ => DialFailure.FromErrno(moved),
            };
        }
        if (failure is null)
            return upstream;
        upstream.Close();
        return failure;
    }

    /// <summary>
    /// What a refusal of an upstream proxy means to us. A client never sees its 407 or 402: they are between the reseller and the
    /// provider.
    /// </summary>
    public static DialFailure Classify(int status) => status switch
    {
        402 or 407 => DialFailure.Of(UpstreamFault.RejectsUs, $"upstream status {status}"),
        429 => DialFailure.Of(UpstreamFault.Limited, $"upstream status {status}"),
        504 => new DialFailure(ConnectionOutcome.UpstreamTimeout, $"upstream status {status}", UpstreamFault.Unserved),
        _ => DialFailure.Of(UpstreamFault.Unserved, $"upstream status {status}"),
    };

    /// <summary>What a response head is that cannot be used.</summary>
    public static DialFailure ClassifyHead(HeadStatus status, string problem) => status == HeadStatus.TooLarge
        ? DialFailure.Of(UpstreamFault.Garbage, HeadTooLarge, ProxyErrors.HttpResponseHeaderSectionSize)
        : DialFailure.Of(UpstreamFault.Garbage, $"the upstream's response is malformed: {problem}");

    /// <summary>Why the upstream refused; null when it did not, or has not said yet.</summary>
    /// <param name="stands">It did not: the tunnel stands, and what follows the reply's head is in the upstream's input.</param>
    private static DialFailure? ReadReply(Upstream upstream, HttpHeadPool heads, out bool stands)
    {
        stands = false;
        var head = heads.Rent();
        try
        {
            while (true)
            {
                var status = HttpHeadParser.ParseResponse(upstream.Input.Bytes, head, out string problem);
                switch (status)
                {
                    case HeadStatus.Incomplete:
                        return null;
                    case HeadStatus.Complete:
                        upstream.Input.Consume(head.Length);
                        stands = head.Status is >= 200 and < 300;
                        if (head.Status >= 200)
                            return stands ? null : Classify(head.Status);
                        break; // an interim reply to CONNECT: skip it
                    default:
                        return ClassifyHead(status, problem);
                }
            }
        }
        finally
        {
            heads.Return(head);
        }
    }
}
