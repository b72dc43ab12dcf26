using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Tls;
using AtlanticProxy.Engine.Transport;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Connections;

/// <summary>
/// Opens the TLS that a client wraps its dialect in. The handshake and the records are worked on the thread pool, never on a
/// loop.
/// </summary>
internal sealed class TlsTerminator(EngineOptions options, TlsBridges bridges, ILogger log)
{
    /// <summary>ContentType handshake, RFC 8446 section 5.1: no other dialect begins with it.</summary>
    public const byte FirstByte = 0x16;

    private readonly ServerCertificate _certificate =
        new(options.TlsCertificateFile, options.TlsKeyFile, [SslApplicationProtocol.Http11], bridges.Time, log);
    private readonly TlsBridges _bridges = bridges;
    private readonly TimeSpan _time = options.HeadTimeout;
    private readonly ILogger _log = log;

    /// <summary>Whether there is a certificate: one that is awaited comes with a <see cref="Look"/>.</summary>
    public bool IsReady => _certificate.IsLoaded;

    /// <summary>Reads the certificate for the first time, or looks whether an awaited one is there.</summary>
    /// <exception cref="InvalidDataException">It cannot be used.</exception>
    public void Load()
    {
        if (options.TlsCertificateIsAwaited)
            _certificate.Look();
        else
            _certificate.Load();
    }

    /// <inheritdoc cref="ServerCertificate.Look"/>
    public void Look() => _certificate.Look();

    /// <summary>Turns the connection into its plaintext: null, or how it ended. On the client's loop, before and after.</summary>
    public async LoopTask<ConnectionOutcome?> OpenAsync(ClientConnection client)
    {
        var loop = client.Home.Loop;
        byte[] first = client.Input.Bytes.ToArray();
        client.Input.Release();
        using var handshake = new Handshake(this, client.GoOutside(), first);
        client.Pending = handshake;
        TlsBridge? bridge;
        int result;
        try
        {
            (bridge, result) = await handshake.RunAsync();
        }
        finally
        {
            await loop.SwitchTo();
            client.Pending = null;
        }

        if (bridge is null)
            return -result switch
            {
                Linux.ETIMEDOUT => ConnectionOutcome.RequestTimeout,
                Linux.EINVAL => ConnectionOutcome.BadRequest,
                Linux.ECONNRESET => ConnectionOutcome.ClientReset,
                _ => ConnectionOutcome.Overloaded, // no descriptors or memory for a pair of sockets
            };
        if (LoopSocket.Adopt(loop, result, bridge) is not { } plaintext)
            return ConnectionOutcome.Overloaded;
        client.ContinueInside(plaintext);
        return client.CutAs;
    }

    /// <summary>One handshake, off the loop.</summary>
    private sealed class Handshake(TlsTerminator terminator, int fd, byte[] first) : ICancellable, IDisposable
    {
        private readonly CancellationTokenSource _stop = new(terminator._time, terminator._bridges.Time);
        private volatile bool _cancelled;

        public bool EndsWithHalfClose => false;

        public void Cancel()
        {
            _cancelled = true;
            _ = _stop.CancelAsync();
        }

        /// <summary>A running bridge and the loop's end of it, or null and a negative errno. Ends on any thread.</summary>
        public async Task<(TlsBridge? Bridge, int Result)> RunAsync()
        {
            try
            {
                return await terminator._bridges.OpenAsync(
                    fd, first, tls => tls.AuthenticateAsServerAsync(terminator._certificate.Current()!, _stop.Token));
            }
            catch (Exception failed)
                when (failed is AuthenticationException or IOException or SocketException or OperationCanceledException)
            {
                EngineLog.HandshakeFailed(terminator._log, failed.Message);
                int errno = failed switch
                {
                    AuthenticationException => Linux.EINVAL,
                    OperationCanceledException when !_cancelled => Linux.ETIMEDOUT,
                    _ => Linux.ECONNRESET,
                };
                return (null, -errno);
            }
        }

        public void Dispose() => _stop.Dispose();
    }
}
