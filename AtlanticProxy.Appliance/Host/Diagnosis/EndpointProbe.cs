using System.Net;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Diagnosis;

/// <summary>Tests an endpoint through this node's own mixed port, from the loopback address.</summary>
internal sealed class EndpointProbe(Lazy<ProxyEngine> engine, Settings settings, TimeProvider time) : IEndpointTest
{
    /// <summary>Pages that show an address have some hundred bytes; it is the customer's traffic.</summary>
    private const int MaxPageLength = 64 * 1024;

    /// <summary>The balancer speaks for itself: PROXY protocol, version 1, section 2.1.</summary>
    private const string OwnConnection = "PROXY UNKNOWN\r\n";

    public async Task<Result<EndpointTestOutcome>> RunAsync(EndpointTestRequest request, CancellationToken cancellation)
    {
        if (engine.Value.MixedEndpoints is not [var listener, ..])
            return new Error(ErrorKind.Conflict, "endpoint.not_tested",
                "This node has no HTTP port to test. Try the curl line below instead.");
        var proxy = new IPEndPoint(
            listener.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : listener.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : listener.Address,
            listener.Port);
        string preface = settings.Engine.ProxyProtocolFrom.Any(network => IPNetwork.Parse(network).Contains(proxy.Address))
            ? OwnConnection
            : "";
        long began = time.GetTimestamp();
        try
        {
            var (stream, refusal) = await ProxyTunnel.OpenAsync(proxy, preface, request, cancellation);
            var connect = time.GetElapsedTime(began);
            if (stream is null)
                return new EndpointTestOutcome(refusal, null, 0, null, null, connect, null);
            await using (stream)
                return await FetchAsync(stream, request.Url, connect, cancellation);
        }
        catch (Exception broken) when (broken is IOException or System.Net.Sockets.SocketException)
        {
            return new Error(ErrorKind.Conflict, "endpoint.not_tested",
                $"The proxy port {proxy} of this node does not answer. Try again in a minute.");
        }
    }

    private async Task<EndpointTestOutcome> FetchAsync(
        Stream tunnel, Uri url, TimeSpan connect, CancellationToken cancellation)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false, // there is one tunnel, and one page that may be asked for
            ConnectCallback = (_, _) => ValueTask.FromResult(tunnel),
        }) { MaxResponseContentBufferSize = MaxPageLength };
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { ConnectionClose = true } };
        long began = time.GetTimestamp();
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            var firstByte = time.GetElapsedTime(began);
            await answer.Content.LoadIntoBufferAsync(MaxPageLength, cancellation);
            var (exit, country) = ExitPages.ExitOf((await answer.Content.ReadAsStringAsync(cancellation)).Trim());
            return new EndpointTestOutcome(null, null, (int)answer.StatusCode, exit, country, connect, firstByte);
        }
        catch (HttpRequestException fault)
        {
            return new EndpointTestOutcome(null, FaultOf(fault, url), 0, null, null, connect, null);
        }
    }

    private static Phrase FaultOf(HttpRequestException fault, Uri url) => fault.HttpRequestError switch
    {
        HttpRequestError.SecureConnectionError => EndpointFault.Certificate(url.Host),
        _ => EndpointFault.BrokenOff(url.Host),
    };
}
