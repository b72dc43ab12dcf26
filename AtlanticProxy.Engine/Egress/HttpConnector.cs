using System.Runtime.CompilerServices;
using System.Text;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Dialects.Http;
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

    /// <summary>The Proxy-Authorization line for a candidate, with its CR LF; empty when it has no credentials.</summary>
    public static string AuthorizationLine(Candidate candidate) => candidate.Username.Length == 0
        ? ""
        : $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{candidate.Username}:{candidate.Provider.Password}"))}\r\n";

    /// <summary>What a refusal of an upstream proxy means to us.</summary>
    public static ConnectionOutcome Classify(int status) => status switch
    {
        407 => ConnectionOutcome.UpstreamRejectedUs,
        504 => ConnectionOutcome.UpstreamTimeout,
        _ => ConnectionOutcome.UpstreamFailed,
    };

    /// <summary>Null when the tunnel stands; what follows the reply's head stays in the upstream's input.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<DialResult?> ConnectThroughAsync(Upstream upstream, DialAttempt attempt)
    {
        string authority = attempt.Destination.Authority;
        byte[] request = Encoding.Latin1.GetBytes($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{AuthorizationLine(attempt.Candidate)}\r\n");
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
                        return DialResult.Failed(Classify(head.Status), $"upstream status {head.Status}");
                    continue; // an interim reply to CONNECT: skip it
                }
                if (status != HeadStatus.Incomplete)
                    return DialResult.Failed(ConnectionOutcome.UpstreamFailed, problem);
                int received = await upstream.Input.ReadMoreAsync();
                if (received <= 0)
                    return received == 0 ? DialResult.Failed(ConnectionOutcome.UpstreamFailed, "closed without a reply") : DialResult.FromErrno(received);
            }
        }
        finally
        {
            attempt.Worker.Heads.Return(head);
        }
    }
}
