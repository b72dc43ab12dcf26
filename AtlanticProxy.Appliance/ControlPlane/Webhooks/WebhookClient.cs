using System.Net;
using System.Net.Sockets;
using System.Text;
using AtlanticProxy.Engine.Egress;

namespace AtlanticProxy.ControlPlane.Webhooks;

/// <summary>What an endpoint said.</summary>
/// <param name="Status">HTTP's; null: there was no answer.</param>
/// <param name="Text">The beginning of the answer, or why there was none.</param>
internal sealed record WebhookAnswer(int? Status, string Text, TimeSpan Took)
{
    public bool IsAccepted => Status is >= 200 and < 300;
}

/// <summary>
/// Posts to addresses that people gave: it follows no redirect, goes through no proxy, keeps no cookie, and dials only what the
/// guard permits of the addresses that a name resolves to, at the moment of dialling.
/// </summary>
public sealed class WebhookClient : IDisposable
{
    /// <summary>Of an answer: for whoever looks into what went wrong.</summary>
    private const int MaxAnswerLength = 1000;

    /// <summary>What Stripe's documentation asks of endpoints is "quickly"; its own limit is about this.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;
    private readonly OutboundGuard _guard;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;

    public WebhookClient(WebhookOptions options, TimeProvider time) : this(options, time, Patience) { }

    internal WebhookClient(WebhookOptions options, TimeProvider time, TimeSpan patience)
    {
        _guard = new OutboundGuard([.. options.AllowedPrivateNetworks]);
        (_time, _patience) = (time, patience);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1), // so that a name that moves is resolved again
        })
        {
            MaxResponseContentBufferSize = 64 * 1024, Timeout = Timeout.InfiniteTimeSpan, // ours is by TimeProvider
        };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("AtlanticProxy-Webhooks/1");
    }

    /// <param name="signature">Null: none is expected.</param>
    internal async Task<WebhookAnswer> PostAsync(Uri url, string body, string? signature, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (signature is not null)
            request.Headers.Add(WebhookSignature.Header, signature);
        using var patient = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patient.Token, cancellation);
        long began = _time.GetTimestamp();
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return new WebhookAnswer((int)response.StatusCode, await BeginningAsync(response, either.Token),
                _time.GetElapsedTime(began));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new WebhookAnswer(null, $"No answer within {_patience.TotalSeconds:0.##} s.", _time.GetElapsedTime(began));
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return new WebhookAnswer(null, (fault.InnerException ?? fault).Message, _time.GetElapsedTime(began));
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation), Encoding.UTF8);
        char[] text = new char[MaxAnswerLength];
        int length = await reader.ReadBlockAsync(text, cancellation);
        return new string(text, 0, length).Replace("\0", "", StringComparison.Ordinal); // which PostgreSQL does not keep
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        bool isPlain = context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttp;
        var permitted = (await Dns.GetHostAddressesAsync(host, cancellation))
            .Where(address => _guard.Permits(address, port) && (!isPlain || _guard.IsExempt(address))).ToArray();
        if (permitted is [])
            throw new IOException($"{host} is not a public address: webhooks do not go there.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(permitted, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
