using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AtlanticProxy.Engine.Tests.Tls;

/// <summary>A client that speaks to the proxy inside TLS and takes any certificate, which it remembers.</summary>
internal sealed class TlsClient : IDisposable
{
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(30), TimeProvider.System);
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private SslStream _tls = null!;

    public string Thumbprint { get; private set; } = "";

    public SslApplicationProtocol Protocol => _tls.NegotiatedApplicationProtocol;

    /// <param name="before">Said in plain, before TLS begins.</param>
    /// <param name="connected">Is awaited before TLS begins.</param>
    public static async Task<TlsClient> ConnectAsync(IPEndPoint endpoint, string before = "", Func<Task>? connected = null)
    {
        var client = new TlsClient();
        await client._socket.ConnectAsync(endpoint, client._deadline.Token);
        await client._socket.SendAsync(Encoding.Latin1.GetBytes(before), client._deadline.Token);
        if (connected is not null)
            await connected();
        client._tls = new SslStream(new NetworkStream(client._socket));
        await client._tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                client.Thumbprint = (certificate as X509Certificate2)?.Thumbprint ?? "";
                return client.Thumbprint.Length > 0;
            },
        }, client._deadline.Token);
        return client;
    }

    /// <summary>A CONNECT tunnel of alice's to <paramref name="destination"/>.</summary>
    public static async Task<TlsClient> TunnelAsync(IPEndPoint proxy, IPEndPoint destination)
    {
        var client = await ConnectAsync(proxy);
        await client.SendAsync($"CONNECT {destination} HTTP/1.1\r\n{EngineUnderTest.BasicHeader()}\r\n");
        StringAssert.StartsWith(await client.ReadHeadAsync(), "HTTP/1.1 200 ");
        return client;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await _tls.WriteAsync(bytes, _deadline.Token);

    public async Task<byte[]> ReadAsync(int length)
    {
        byte[] bytes = new byte[length];
        await _tls.ReadExactlyAsync(bytes, _deadline.Token);
        return bytes;
    }

    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        do
            head.Append((char)(await ReadAsync(1))[0]);
        while (head.Length < 4 || head.ToString(head.Length - 4, 4) != "\r\n\r\n");
        return head.ToString();
    }

    public async Task<byte[]> ReadToEndAsync()
    {
        using var all = new MemoryStream();
        await _tls.CopyToAsync(all, _deadline.Token);
        return all.ToArray();
    }

    /// <summary>close_notify and FIN.</summary>
    public async Task FinishSendingAsync()
    {
        await _tls.ShutdownAsync();
        _socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>RST.</summary>
    public void Reset() => _socket.Close(timeout: 0);

    public void Dispose()
    {
        _tls?.Dispose();
        _socket.Dispose();
        _deadline.Dispose();
    }
}
