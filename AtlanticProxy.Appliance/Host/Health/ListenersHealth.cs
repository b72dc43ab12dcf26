using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using AtlanticProxy.Engine;
using AtlanticProxy.Host.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Health;

/// <summary>
/// Whether each listener of the engine answers, by a handshake of its own: SOCKS5's on a mixed port, TLS's on one inside TLS. A
/// Shadowsocks port answers to keys only, so there a connection must do.
/// </summary>
internal sealed class ListenersHealth(ProxyEngine engine, Settings settings) : IHealthCheck
{
    /// <summary>RFC 1928: version 5, one method, "user name and password"; the answer chooses it.</summary>
    private static readonly byte[] Greeting = [5, 1, 2], Choice = [5, 2];

    /// <summary>The balancer speaks for itself: PROXY protocol, version 1, section 2.1.</summary>
    private static readonly byte[] OwnConnection = "PROXY UNKNOWN\r\n"u8.ToArray();

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var asked = new List<(IPEndPoint Listener, Func<NetworkStream, Task<string?>> Shake)>();
        asked.AddRange(engine.MixedEndpoints.Select(each => (each, Socks(cancellationToken))));
        asked.AddRange(engine.TlsEndpoints.Select(each => (each, Tls(cancellationToken))));
        asked.AddRange(engine.ShadowsocksEndpoints.Select(each => (each, Nothing())));
        var problems = new List<string>();
        foreach (var (listener, shake) in asked)
            if (await ProblemAsync(listener, shake, cancellationToken) is { } problem)
                problems.Add($"{listener}: {problem}");
        return problems.Count == 0
            ? HealthCheckResult.Healthy(asked.Count == 1 ? "1 listener answers." : $"{asked.Count} listeners answer.")
            : HealthCheckResult.Unhealthy(string.Join("; ", problems));
    }

    private async Task<string?> ProblemAsync(
        IPEndPoint listener, Func<NetworkStream, Task<string?>> shake, CancellationToken cancellation)
    {
        var address = listener.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : listener.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : listener.Address;
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(address, listener.Port), cancellation);
            await using var stream = new NetworkStream(socket);
            if (settings.Engine.ProxyProtocolFrom.Any(network => IPNetwork.Parse(network).Contains(address)))
                await stream.WriteAsync(OwnConnection, cancellation);
            return await shake(stream);
        }
        catch (Exception fault) when (fault is SocketException or IOException or AuthenticationException)
        {
            return fault.Message;
        }
    }

    private static Func<NetworkStream, Task<string?>> Socks(CancellationToken cancellation) => async stream =>
    {
        await stream.WriteAsync(Greeting, cancellation);
        byte[] answer = new byte[Choice.Length];
        await stream.ReadExactlyAsync(answer, cancellation);
        return answer.AsSpan().SequenceEqual(Choice) ? null : "it does not answer as SOCKS5 does";
    };

    private static Func<NetworkStream, Task<string?>> Tls(CancellationToken cancellation) => async stream =>
    {
        // Whether the certificate is right is another check's.
        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true,
            (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, cancellation);
        return null;
    };

    private static Func<NetworkStream, Task<string?>> Nothing() => _ => Task.FromResult<string?>(null);
}
