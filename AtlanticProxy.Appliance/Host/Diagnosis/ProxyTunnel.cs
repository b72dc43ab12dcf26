using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Diagnosis;

/// <summary>Opens a tunnel through an HTTP proxy: CONNECT (RFC 9110 section 9.3.6), with the refusal in words.</summary>
internal static class ProxyTunnel
{
    /// <summary>Our own heads of refusals are below 1 KB; whatever is longer is no proxy of ours.</summary>
    private const int MaxHeadLength = 8192;

    /// <summary>A sentence and a token's hint.</summary>
    private const int MaxBodyLength = 4096;

    private const int Established = 200;

    /// <param name="preface">What goes before everything else; empty for nothing.</param>
    /// <exception cref="IOException">The proxy broke off.</exception>
    public static async Task<(NetworkStream? Stream, ProxyRefusal? Refusal)> OpenAsync(
        IPEndPoint proxy, string preface, EndpointTestRequest request, CancellationToken cancellation)
    {
        var socket = new Socket(proxy.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(proxy, cancellation);
            var stream = new NetworkStream(socket, ownsSocket: true);
            string host = request.Url.HostNameType == UriHostNameType.IPv6 ? request.Url.Host : request.Url.IdnHost;
            string authority = $"{host}:{request.Url.Port.ToString(CultureInfo.InvariantCulture)}";
            string login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{request.Username}:{request.Password}"));
            await stream.WriteAsync(Encoding.UTF8.GetBytes(
                $"{preface}CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\nProxy-Authorization: Basic {login}\r\n\r\n"),
                cancellation);
            string head = await ReadHeadAsync(stream, cancellation);
            if (StatusOf(head) == Established)
                return (stream, null);
            var refusal = await RefusalOfAsync(head, stream, cancellation);
            await stream.DisposeAsync();
            return (null, refusal);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Byte by byte: what follows an established tunnel's head is the destination's.
    private static async Task<string> ReadHeadAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var head = new List<byte>();
        byte[] next = new byte[1];
        while (head.Count < MaxHeadLength && !(head.Count >= 4 && head[^4..] is [(byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n']))
        {
            if (await stream.ReadAsync(next, cancellation) == 0)
                throw new IOException("The proxy port closed the connection without an answer.");
            head.Add(next[0]);
        }
        return Encoding.UTF8.GetString([.. head]);
    }

    private static int StatusOf(string head) =>
        head.Split(' ', 3) is [_, var status, _] && int.TryParse(status, CultureInfo.InvariantCulture, out int code) ? code : 0;

    /// <summary>The engine names the outcome first, then says its sentence: <c>NoExit: There is none.</c></summary>
    private static async Task<ProxyRefusal> RefusalOfAsync(string head, NetworkStream stream, CancellationToken cancellation)
    {
        const string field = "Content-Length: ";
        int from = head.IndexOf(field, StringComparison.OrdinalIgnoreCase);
        int length = from >= 0
            && int.TryParse(head.AsSpan(from + field.Length).Slice(0, head.AsSpan(from + field.Length).IndexOf('\r')),
                CultureInfo.InvariantCulture, out int said)
            ? Math.Min(said, MaxBodyLength)
            : 0;
        byte[] body = new byte[length];
        int read = await stream.ReadAtLeastAsync(body, length, throwOnEndOfStream: false, cancellation);
        string[] words = Encoding.UTF8.GetString(body, 0, read).Trim().Split(": ", 2);
        return words is [var code, var reason] && Enum.TryParse<ConnectionOutcome>(code, out var outcome)
            ? new ProxyRefusal(outcome, reason)
            : new ProxyRefusal(ConnectionOutcome.InternalError, $"The proxy port answered with status {StatusOf(head)}.");
    }
}
