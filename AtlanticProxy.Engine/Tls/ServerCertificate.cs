using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AtlanticProxy.Engine.Diagnostics;
using Microsoft.Extensions.Logging;

namespace AtlanticProxy.Engine.Tls;

/// <summary>
/// A server's certificate, from PEM files that may change at any time (a renewal replaces them, often through symbolic links, and
/// one after the other). A file that cannot be used leaves the last good certificate in place. The proxy's ports and the portal
/// use one each.
/// </summary>
/// <param name="certificateFile">The certificate with its chain behind it.</param>
/// <param name="keyFile">Its private key; empty when that is in <paramref name="certificateFile"/>.</param>
/// <param name="protocols">What is spoken inside TLS (ALPN).</param>
public sealed class ServerCertificate(
    string certificateFile, string keyFile, IReadOnlyList<SslApplicationProtocol> protocols, TimeProvider time, ILogger log)
{
    /// <summary>How often the files are looked at, at most, while clients come: a renewed certificate serves within it.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly string _keyFile = keyFile.Length > 0 ? keyFile : certificateFile;
    private readonly Lock _looking = new();
    private SslServerAuthenticationOptions? _current;
    private (DateTime, long, DateTime, long) _stamp;
    private long _lookedAt;
    private string? _complaint;

    /// <summary>Whether there is a certificate to serve with. Reads no files.</summary>
    public bool IsLoaded => Volatile.Read(ref _current) is not null;

    /// <summary>The certificate in use, for a look at its names and dates; null before there is one.</summary>
    public X509Certificate2? Leaf => Volatile.Read(ref _current)?.ServerCertificateContext?.TargetCertificate;

    /// <summary>Why the files cannot be used, in a sentence; null when they can.</summary>
    public string? Complaint => Volatile.Read(ref _complaint);

    /// <exception cref="InvalidDataException">The files hold no certificate with its key.</exception>
    public void Load()
    {
        _lookedAt = time.GetTimestamp();
        (_current, _stamp) = Read();
    }

    /// <summary>What a new handshake uses; null before there is a certificate. Off the loops: it may read files.</summary>
    public SslServerAuthenticationOptions? Current()
    {
        if (time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= LookInterval && _looking.TryEnter())
        {
            try
            {
                LookAgain();
            }
            finally
            {
                _looking.Exit();
            }
        }
        return Volatile.Read(ref _current);
    }

    /// <summary>Looks at the files now, whoever else does, and takes what has changed.</summary>
    public void Look()
    {
        lock (_looking)
            LookAgain();
    }

    private void LookAgain()
    {
        Volatile.Write(ref _lookedAt, time.GetTimestamp());
        if (_current is null && !File.Exists(certificateFile))
            return; // it is awaited
        try
        {
            if (_complaint is null && Stamp() == _stamp)
                return;
            (var read, _stamp) = Read();
            Volatile.Write(ref _current, read);
            Volatile.Write(ref _complaint, null);
            EngineLog.CertificateReloaded(log, certificateFile);
        }
        catch (Exception unusable) when (unusable is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // It is tried again at each look, since a permission that is given back leaves no trace in the stamp; but complained
            // of once.
            if (_complaint == unusable.Message)
                return;
            Volatile.Write(ref _complaint, unusable.Message);
            EngineLog.CertificateUnusable(log, unusable.Message);
        }
    }

    // The stamp is taken first: what changes in between is then read again.
    private (SslServerAuthenticationOptions, (DateTime, long, DateTime, long)) Read()
    {
        try
        {
            var stamp = Stamp();
            var leaf = X509Certificate2.CreateFromPemFile(certificateFile, _keyFile);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificateFile);
            var options = new SslServerAuthenticationOptions
            {
                // Offline: what the file lacks of the chain is not fetched from the network.
                ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ApplicationProtocols = [.. protocols],
            };
            return (options, stamp);
        }
        catch (Exception unusable)
            when (unusable is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidDataException(
                $"The certificate in {certificateFile} (key in {_keyFile}) cannot be used: {unusable.Message}", unusable);
        }
    }

    // Follows symbolic links, since the links themselves stay as old as they are. A file that is gone has the year 1601 and no
    // length.
    private (DateTime, long, DateTime, long) Stamp()
    {
        var (certificate, key) = (Target(certificateFile), Target(_keyFile));
        return (
            certificate.LastWriteTimeUtc, certificate.Exists ? certificate.Length : 0,
            key.LastWriteTimeUtc, key.Exists ? key.Length : 0);
    }

    private static FileInfo Target(string path) =>
        new FileInfo(path) is var file && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target : file;
}
