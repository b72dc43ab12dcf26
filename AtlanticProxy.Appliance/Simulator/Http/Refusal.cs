using System.Net;
using System.Text;
using AtlanticProxy.Simulator.Transport;

namespace AtlanticProxy.Simulator.Http;

/// <summary>A status without a body, in answer to a request that went nowhere.</summary>
internal static class Refusal
{
    /// <summary>True when the client may send another request.</summary>
    public static async ValueTask<bool> SendAsync(Peer client, HttpHead request, HttpStatusCode status)
    {
        // A request body is not read: the connection ends instead.
        bool keep = BodyFraming.OfRequest(request).Done && request.FirstLine.EndsWith("HTTP/1.1", StringComparison.Ordinal);
        await client.SendAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {(int)status} {status}\r\nContent-Length: 0\r\n"
            + (status == HttpStatusCode.ProxyAuthenticationRequired ? "Proxy-Authenticate: Basic realm=\"provider\"\r\n" : "")
            + (keep ? "\r\n" : "Connection: close\r\n\r\n")));
        return keep;
    }
}
