using System.Runtime.CompilerServices;
using System.Text;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Dialects.Http;
using AtlanticProxy.Engine.Egress.Health;
using AtlanticProxy.Engine.Routing;
using AtlanticProxy.Engine.Tls;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>client -> appliance -> HTTP proxy (inside TLS, perhaps) -> destination: CONNECT for tunnels, nothing yet for absolute-form requests.</summary>
internal sealed class HttpConnector(HostResolver resolver, TlsUpstreams? tls) : IEgressConnector
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<DialResult> DialAsync(DialAttempt attempt, bool asTunnel)
    {
        var (socket, failure) = await UpstreamAddress.ConnectAsync(attempt, resolver);
        if (socket is { } outer && tls is not null)
            (socket, failure) = await tls.SecureAsync(attempt, outer);
        if (socket is null)
            return failure;
        if (!asTunnel)
            return new Upstream(socket, attempt.Candidate);

        var upstream = new Upstream(socket, attempt.Candidate);
        if (await ConnectThroughAsync(upstream, attempt) is { } refused)
        {
            upstream.Close();
            return refused;
        }
        return upstream;
    }

    /// <summary>What a refusal of an upstream proxy means to us. A client never sees its 407 or 402: they are between the reseller and the provider.</summary>
    public static DialResult Classify(int status) => status switch
    {
        402 or 407 => DialResult.Faulty(UpstreamFault.RejectsUs, $"upstream status {status}"),
        429 => DialResult.Faulty(UpstreamFault.Limited, $"upstream status {status}"),
        504 => new DialResult(null, ConnectionOutcome.UpstreamTimeout, $"upstream status {status}", UpstreamFault.Unserved),
        _ => DialResult.Faulty(UpstreamFault.Unserved, $"upstream status {status}"),
    };

    /// <summary>Null when the tunnel stands; what follows the reply's head stays in the upstream's input.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<DialResult?> ConnectThroughAsync(Upstream upstream, DialAttempt attempt)
    {
        string authority = attempt.Destination.Authority;
        byte[] request = Encoding.Latin1.GetBytes($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{attempt.Candidate.AuthorizationLine}\r\n");
        int sent = await upstream.Socket.SendAllAsync(request);
        if (sent < 0)
            return DialResult.FromErrno(sent);

        var head = attempt.Worker.Heads.Rent();
        try
        {
            while (true)
            {
                var status = HttpHeadParser.ParseResponse(upstream.Input.Bytes, head, out string problem);
                if (status == HeadStatus.Complete)
                {
                    upstream.Input.Consume(head.Length);
                    if (head.Status is >= 200 and < 300)
                        return null;
                    if (head.Status >= 200)
                        return Classify(head.Status);
                    continue; // an interim reply to CONNECT: skip it
                }
                if (status != HeadStatus.Incomplete)
                    return DialResult.Faulty(UpstreamFault.Garbage, problem);
                int received = await upstream.Input.ReadMoreAsync();
                if (received <= 0)
                    return received == 0 ? DialResult.Faulty(UpstreamFault.Broken, "closed without a reply") : DialResult.FromErrno(received);
            }
        }
        finally
        {
            attempt.Worker.Heads.Return(head);
        }
    }
}
