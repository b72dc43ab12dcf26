using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using AtlanticProxy.Engine.Tls;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Certificates;

/// <summary>
/// The certificate that the portal serves HTTPS with: given files, or what <see cref="AcmeRenewal"/> got. Changed files are taken
/// without a restart.
/// </summary>
internal sealed partial class PortalCertificate : IPortalCertificate
{
    private const int DefaultHttpsPort = 443;

    private readonly Settings _settings;
    private readonly AcmeFolder _folder;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ServerCertificate? _certificate;

    public PortalCertificate(Settings settings, AcmeFolder folder, TimeProvider time, ILogger<PortalCertificate> logger)
    {
        (_settings, _folder, _time, _logger) = (settings, folder, time, logger);
        var (file, key) = settings.CertificateFiles;
        if (file.Length > 0)
            _certificate = new ServerCertificate(
                file, key, [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11], time, logger);
    }

    /// <summary>One for an earlier host name is shown to whoever comes by HTTPS, but nobody is led to it.</summary>
    public bool IsServed =>
        Leaf is { } leaf && (_settings.CertificateSource == CertificateSource.Files || IsFor(leaf, _settings.Portal.HostName));

    private X509Certificate2? Leaf => _certificate?.Leaf;

    /// <summary>Before the portal listens. Given files must be usable; a certificate by ACME may come later.</summary>
    /// <exception cref="StartupException">The given files cannot be used.</exception>
    public void Load()
    {
        if (_settings.CertificateSource != CertificateSource.Files)
        {
            Look();
            if (_certificate is not null && !IsServed)
                LogAwaited(_settings.Portal.HostName);
            return;
        }
        try
        {
            _certificate!.Load();
        }
        catch (InvalidDataException unusable)
        {
            throw new StartupException(
                $"{unusable.Message}. Mend the files, or name others (Portal:CertificateFile, Portal:CertificateKeyFile).",
                unusable);
        }
    }

    /// <summary>Takes files that have changed, or says in the log why they cannot be used.</summary>
    public void Look() => _certificate?.Look();

    /// <summary>For a handshake.</summary>
    /// <exception cref="AuthenticationException">There is no certificate yet.</exception>
    public SslServerAuthenticationOptions ForHandshake() =>
        _certificate?.Current() ?? throw new AuthenticationException("The portal has no certificate yet.");

    public string HttpsAuthority(string requestedHost)
    {
        string host = _settings.Portal.HostName.Length > 0 ? _settings.Portal.HostName
            : Leaf is not { } leaf || IsFor(leaf, requestedHost) ? requestedHost
            : NamesOf(leaf).FirstOrDefault(name => !name.StartsWith('*')) ?? requestedHost;
        return _settings.Portal.HttpsPort is 0 or DefaultHttpsPort ? host : $"{host}:{_settings.Portal.HttpsPort}";
    }

    /// <summary>When the authority is asked next.</summary>
    public DateTimeOffset NextAttempt(AcmeState state)
    {
        if (state.RetryAt is { } retry)
            return retry;
        return Leaf is { } leaf && IsFor(leaf, _settings.Portal.HostName)
            ? AcmeSchedule.RenewAt(leaf.NotBefore.ToUniversalTime(), leaf.NotAfter.ToUniversalTime(),
                _settings.Acme.RenewWhenLeft)
            : DateTimeOffset.MinValue;
    }

    public CertificateReport Describe()
    {
        var report = CertificateReport.None with { Source = _settings.CertificateSource, HostName = _settings.Portal.HostName };
        var leaf = Leaf;
        if (leaf is not null)
            report = report with
            {
                Issuer = leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: true), Names = NamesOf(leaf),
                ValidFrom = leaf.NotBefore.ToUniversalTime(), ValidUntil = leaf.NotAfter.ToUniversalTime(),
            };
        var now = _time.GetUtcNow();
        if (report.Source == CertificateSource.Acme)
        {
            var state = _folder.Read();
            var next = NextAttempt(state);
            report = report with
            {
                LastAttempt = state.LastAttempt, LastError = state.LastError, MayRetry = MayRetry(state, now),
                NextAttempt = next > now ? next : null,
            };
        }
        bool isForHost = leaf is null || report.HostName.Length == 0 || IsFor(leaf, report.HostName);
        return CertificateVerdict.Judge(report, _certificate?.Complaint, isForHost, now);
    }

    public bool TryRetry()
    {
        var now = _time.GetUtcNow();
        if (_settings.CertificateSource != CertificateSource.Acme || _folder.Read() is not { } state || !MayRetry(state, now))
            return false;
        _folder.Write(state with { RetryAt = now });
        return true;
    }

    private static bool MayRetry(AcmeState state, DateTimeOffset now) =>
        state.LastError is not null && state.LastAttempt + AcmeSchedule.LeastPause <= now && state.RetryAt > now;

    /// <summary>Whether a browser that asks for <paramref name="host"/> takes it.</summary>
    private static bool IsFor(X509Certificate2 leaf, string host) =>
        Uri.CheckHostName(host) != UriHostNameType.Unknown && leaf.MatchesHostname(host.Trim('[', ']'));

    private static string[] NamesOf(X509Certificate2 leaf) =>
        [.. leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names =>
                names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())))];

    [LoggerMessage(4503, LogLevel.Warning,
        "There is no certificate for {HostName} yet: until there is one, the portal is served by HTTP")]
    private partial void LogAwaited(string hostName);
}
