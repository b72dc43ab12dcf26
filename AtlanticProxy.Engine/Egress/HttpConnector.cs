using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Dialects.Http;
using AtlanticProxy.Engine.Egress.Health;
using AtlanticProxy.Engine.Tls;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>client -> appliance -> HTTP proxy (inside TLS, perhaps) -> destination: CONNECT for tunnels, nothing yet for absolute-form requests.</summary>
internal sealed class HttpConnector(HostResolver resolver, TlsUpstreams? tls) : IEgressConnector
{
    public async LoopTask<DialResult> DialAsync(DialAttempt attempt, bool asTunnel)
    {
        var (socket, failure) = await UpstreamAddress.ConnectAsync(attempt, resolver);
        if (socket is { } outer && tls is not null)
            (socket, failure) = await tls.SecureAsync(attempt, outer);
        if (socket is null)
            return failure;
        var upstream = new Upstream(socket, attempt.Candidate);
        if (!asTunnel)
            return upstream;

        DialResult? reply = null;
        int moved = await socket.SendScratchAsync(HttpHeadWriter.WriteConnect(socket.Loop.ScratchArray, attempt.Destination, attempt.Candidate));
        while (reply is null)
        {
            if (moved >= 0)
                moved = await upstream.Input.ReadMoreAsync();
            reply = moved switch
            {
                > 0 => ReadReply(upstream, attempt.Worker.Heads),
                0 => DialResult.Faulty(UpstreamFault.Broken, "closed without a reply"),
                _ => DialResult.FromErrno(moved),
            };
        }
        if (reply.Value.Upstream is null)
            upstream.Close();
        return reply.Value;
    }

    /// <summary>What a refusal of an upstream proxy means to us. A client never sees its 407 or 402: they are between the reseller and the provider.</summary>
    public static DialResult Classify(int status) => status switch
    {
        402 or 407 => DialResult.Faulty(UpstreamFault.RejectsUs, $"upstream status {status}"),
        429 => DialResult.Faulty(UpstreamFault.Limited, $"upstream status {status}"),
        504 => new DialResult(null, ConnectionOutcome.UpstreamTimeout, $"upstream status {status}", UpstreamFault.Unserved),
        _ => DialResult.Faulty(UpstreamFault.Unserved, $"upstream status {status}"),
    };

    /// <summary>The upstream when the tunnel stands, with what follows the reply's head in its input; or why not; null while the reply is incomplete.</summary>
    private static DialResult? ReadReply(Upstream upstream, HttpHeadPool heads)
    {
        var head = heads.Rent();
        try
        {
            while (true)
            {
                switch (HttpHeadParser.ParseResponse(upstream.Input.Bytes, head, out string problem))
                {
                    case HeadStatus.Incomplete:
                        return null;
                    case HeadStatus.Complete:
                        upstream.Input.Consume(head.Length);
                        if (head.Status >= 200)
                            return head.Status < 300 ? upstream : Classify(head.Status);
                        break; // an interim reply to CONNECT: skip it
                    default:
                        return DialResult.Faulty(UpstreamFault.Garbage, problem);
                }
            }
        }
        finally
        {
            heads.Return(head);
        }
    }
}
