using System.Net;
using System.Text;
using AtlanticProxy.Simulator.Transport;

namespace AtlanticProxy.Simulator.Http;

/// <summary>A status, with a sentence where there is one, in answer to a request that went nowhere.</summary>
internal static class Refusal
{
    /// <summary>True when the client may send another request.</summary>
    public static async ValueTask<bool> SendAsync(Peer client, HttpHead request, HttpStatusCode status, string reason = "")
    {
        // A request body is not read: the connection ends instead.
        bool keep = BodyFraming.OfRequest(request).Done && request.FirstLine.EndsWith("HTTP/1.1", StringComparison.Ordinal);
        await client.SendAsync(Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {(int)status} {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                + $"{Encoding.UTF8.GetByteCount(reason)}\r\n"
            + (status == HttpStatusCode.ProxyAuthenticationRequired ? "Proxy-Authenticate: Basic realm=\"provider\"\r\n" : "")
            + (keep ? "\r\n" : "Connection: close\r\n\r\n") + reason));
        return keep;
    }
}
