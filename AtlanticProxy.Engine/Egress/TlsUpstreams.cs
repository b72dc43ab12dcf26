using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Tls;
using AtlanticProxy.Engine.Transport;

namespace AtlanticProxy.Engine.Egress;

/// <summary>
/// TLS towards providers: the handshake and the records are worked on the thread pool; the certificate must be the provider's, by
/// its host name.
/// </summary>
internal sealed class TlsUpstreams(EngineOptions options, TlsBridges bridges)
{
    private readonly Lazy<X509Certificate2Collection?> _authorities = new(() =>
    {
        if (options.UpstreamCaFile.Length == 0)
            return null;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(options.UpstreamCaFile);
        return authorities;
    });

    /// <summary>
    /// Turns a connection to a provider into its plaintext, within the attempt's time. On the attempt's loop, before and after.
    /// </summary>
    public async LoopTask<ConnectResult> SecureAsync(DialAttempt attempt, LoopSocket socket)
    {
        var timeLeft = attempt.TimeLeft;
        using var stop = new CancellationTokenSource(timeLeft > TimeSpan.Zero ? timeLeft : TimeSpan.Zero, bridges.Time);
        int fd = socket.Unregister();
        attempt.GoElsewhere(stop);
        LoopSocket? plaintext = null;
        DialFailure? failure;
        try
        {
            (var bridge, int loopEnd, failure) = await HandshakeAsync(fd, attempt.Candidate.Host, stop.Token);
            await attempt.Egress.Loop.SwitchTo();
            if (bridge is not null)
                plaintext = LoopSocket.Adopt(attempt.Egress.Loop, loopEnd, bridge);
        }
        finally
        {
            await attempt.Egress.Loop.SwitchTo();
            attempt.ComeBack(plaintext);
        }
        return plaintext is not null ? plaintext : failure ?? DialFailure.FromErrno(-Linux.ENOMEM);
    }

    private async Task<(TlsBridge? Bridge, int LoopEnd, DialFailure? Failure)> HandshakeAsync(
        int fd, string host, CancellationToken stop)
    {
        var problem = SslPolicyErrors.None;
        try
        {
            var (bridge, loopEnd) = await bridges.OpenAsync(fd, default, tls =>
                tls.AuthenticateAsClientAsync(Settings(host, errors => problem = errors), stop));
            return (bridge, loopEnd, bridge is null ? DialFailure.FromErrno(loopEnd) : null);
        }
        catch (OperationCanceledException)
        {
            return (null, 0, DialFailure.Of(UpstreamFault.Silent, "TLS handshake"));
        }
        catch (Exception failed) when (failed is AuthenticationException or IOException or SocketException)
        {
            string error = problem == SslPolicyErrors.None ? ProxyErrors.TlsProtocolError : ProxyErrors.TlsCertificateError;
            return (null, 0, DialFailure.Of(UpstreamFault.Tls, Describe(problem), error));
        }
    }

    private SslClientAuthenticationOptions Settings(string host, Action<SslPolicyErrors> judged)
    {
        var settings = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            RemoteCertificateValidationCallback = (_, _, _, errors) =>
            {
                judged(errors);
                return errors == SslPolicyErrors.None;
            },
        };
        if (_authorities.Value is { } authorities)
        {
            settings.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck };
            settings.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }
        return settings;
    }

    private static string Describe(SslPolicyErrors problem) => problem switch
    {
        SslPolicyErrors.None => "TLS handshake failed",
        _ when problem.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => "TLS: the provider shows no certificate",
        _ when problem.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) =>
        "TLS: the provider's certificate is for another name",
        _ => "TLS: the provider's certificate is not trusted",
    };
}
