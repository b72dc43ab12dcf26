using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Testing.Network;

/// <summary>
/// What proxied clients fetch from: a web server on loopback, in the clear and over TLS, with pages that exercise a proxy.
/// <list type="bullet">
/// <item><c>/bytes/N</c>: N bytes with a length; <c>/chunked/N</c>: the same without one, flushed in pieces</item>
/// <item><c>/echo</c>: the request's body; <c>/sink</c>: its length as text; <c>/headers</c>: one "name: value" a line, and the
/// method</item>
/// <item><c>/status/N</c>: that status, no body; <c>/silent</c>: no answer until the client gives up; <c>/ws</c>: WebSocket
/// echo</item>
/// </list>
/// </summary>
public sealed class OriginServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;
    private long _requests, _silent;

    private OriginServer(WebApplication app, string folder, X509Certificate2 certificate, ECDsa key)
    {
        (_app, _folder) = (app, folder);
        CertificateFile = Path.Combine(folder, "origin.pem");
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        KeyFile = Path.Combine(folder, "origin.key");
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public int Port { get; private set; }

    public int TlsPort { get; private set; }

    /// <summary>Requests that reached this origin.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Requests waiting in <c>/silent</c> now.</summary>
    public long Silent => Interlocked.Read(ref _silent);

    /// <summary>
    /// The self-made certificate of <c>localhost</c>, <c>origin.test</c> and 127.0.0.1, for clients to trust: a PEM file.
    /// </summary>
    public string CertificateFile { get; }

    /// <summary>Its private key, PEM: for another server on this machine.</summary>
    public string KeyFile { get; }

    public Uri Http(string path) => new($"http://127.0.0.1:{Port}{path}");

    public Uri Https(string path) => new($"https://127.0.0.1:{TlsPort}{path}");

    public static async Task<OriginServer> StartAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var certificate = SelfSigned(key);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
        });
        var app = builder.Build();
        var origin = new OriginServer(app, Directory.CreateTempSubdirectory("atlantic-origin-").FullName, certificate, key);
        app.UseWebSockets();
        app.Use((context, next) =>
        {
            Interlocked.Increment(ref origin._requests);
            return next(context);
        });
        origin.Map(app);
        await app.StartAsync();
        var addresses = app.Urls.Select(u => new Uri(u)).ToList();
        origin.Port = addresses.Single(a => a.Scheme == "http").Port;
        origin.TlsPort = addresses.Single(a => a.Scheme == "https").Port;
        return origin;
    }

    /// <summary>The bytes that <c>/bytes/N</c> and <c>/chunked/N</c> send.</summary>
    public static byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
            bytes[i] = (byte)(i * 31 + (i >> 8));
        return bytes;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private void Map(IEndpointRouteBuilder app)
    {
        app.Map("/bytes/{length:long}", (RequestDelegate)(context =>
        {
            long length = Number(context, "length");
            context.Response.ContentLength = length;
            return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : WriteAsync(context, length);
        }));
        app.Map("/chunked/{length:long}", (RequestDelegate)(context => WriteAsync(context, Number(context, "length"))));
        app.Map("/echo", (RequestDelegate)(context =>
        {
            context.Response.ContentType = context.Request.ContentType;
            context.Response.ContentLength = context.Request.ContentLength;
            return context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
        }));
        app.Map("/sink", async context =>
        {
            byte[] buffer = new byte[64 * 1024];
            long total = 0;
            for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
                total += read;
            await context.Response.WriteAsync(total.ToString(CultureInfo.InvariantCulture));
        });
        app.Map("/headers", context => context.Response.WriteAsync(
            $"{context.Request.Method}\n" + string.Concat(context.Request.Headers.Select(h => $"{h.Key}: {h.Value}\n"))));
        app.Map("/peer", context => context.Response.WriteAsync($"{context.Connection.RemoteIpAddress}"));
        app.Map("/status/{code:int}", (RequestDelegate)(context =>
        {
            context.Response.StatusCode = (int)Number(context, "code");
            return Task.CompletedTask;
        }));
        app.Map("/silent", async context =>
        {
            var gone = new TaskCompletionSource();
            Interlocked.Increment(ref _silent);
            await using (context.RequestAborted.Register(() => gone.SetResult()))
                await gone.Task;
            Interlocked.Decrement(ref _silent);
        });
        app.Map("/ws", EchoWebSocketAsync);
    }

    private static async Task WriteAsync(HttpContext context, long length)
    {
        // One period of the pattern of Bytes.
        byte[] pattern = Bytes(64 * 1024);
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        for (long sent = 0; sent < length; sent += pattern.Length)
            await context.Response.Body.WriteAsync(pattern.AsMemory(0, (int)Math.Min(pattern.Length, length - sent)),
                context.RequestAborted);
    }

    private static async Task EchoWebSocketAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            var message = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
            if (message.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                return;
            }
            await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage,
                context.RequestAborted);
        }
    }

    private static long Number(HttpContext context, string name) =>
        long.Parse((string)context.GetRouteValue(name)!, CultureInfo.InvariantCulture);

    private static X509Certificate2 SelfSigned(ECDsa key)
    {
        var request = new CertificateRequest("CN=origin.test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName("origin.test");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
