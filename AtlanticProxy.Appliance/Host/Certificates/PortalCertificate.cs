using System.Collections.Frozen;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Engine.Tls;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Web;

namespace AtlanticProxy.Host.Certificates;

/// <summary>
/// The certificates that the portal serves HTTPS with: given files, or what <see cref="AcmeRenewal"/> got for its own name and
/// for each reseller's. Changed files are taken without a restart.
/// </summary>
internal sealed partial class PortalCertificate : IPortalCertificate
{
    private const int DefaultHttpsPort = 443;

    private readonly Settings _settings;
    private readonly AcmeFolder _folder;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ServerCertificate? _certificate;
    private volatile FrozenDictionary<string, AcmeCertificate> _ofResellers = FrozenDictionary<string, AcmeCertificate>.Empty;

    public PortalCertificate(Settings settings, AcmeFolder folder, TimeProvider time, ILogger<PortalCertificate> logger)
    {
        (_settings, _folder, _time, _logger) = (settings, folder, time, logger);
        if (settings.CertificateSource == CertificateSource.Acme)
        {
            Own = new(HostName, folder.Own, settings.Acme.RenewWhenLeft, time, logger);
            _ofResellers = CertificatesOf(folder.ReadNames());
        }
        var (file, key) = settings.CertificateFiles;
        _certificate = Own?.Served
            ?? (file.Length > 0 ? new ServerCertificate(file, key, AcmeCertificate.Protocols, time, logger) : null);
    }

    /// <summary>One for an earlier host name is shown to whoever comes by HTTPS, but nobody is led to it.</summary>
    public bool IsServed =>
        Leaf is { } leaf && (Own is null || AcmeCertificate.IsFor(leaf, HostName));

    /// <summary>For the portal's own name; null without ACME.</summary>
    public AcmeCertificate? Own { get; }

    /// <summary>For resellers' host names, by name; none without ACME.</summary>
    public IReadOnlyList<AcmeCertificate> OfResellers =>
        [.. _ofResellers.Values.OrderBy(certificate => certificate.Name, StringComparer.Ordinal)];

    public string HostName => _settings.Portal.HostName;

    /// <summary>When the limit of orders allows one more for a reseller's name.</summary>
    public DateTimeOffset NextOrder =>
        AcmeSchedule.NextOrder(_folder.ReadOrders(_time.GetUtcNow()), _settings.Acme.OrdersPerHour);

    public IReadOnlyList<NameCertificate> Names
    {
        get
        {
            var (nextOrder, now) = (NextOrder, _time.GetUtcNow());
            return [.. OfResellers.Select(certificate => NameVerdict.Of(certificate, nextOrder, now))];
        }
    }

    private X509Certificate2? Leaf => _certificate?.Leaf;

    /// <summary>Before the portal listens. Given files must be usable; a certificate by ACME may come later.</summary>
    /// <exception cref="StartupException">The given files cannot be used.</exception>
    public void Load()
    {
        if (_settings.CertificateSource != CertificateSource.Files)
        {
            Look();
            if (_certificate is not null && !IsServed)
                LogAwaited(HostName);
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
    public void Look()
    {
        _certificate?.Look();
        foreach (var certificate in _ofResellers.Values)
            certificate.Served.Look();
    }

    /// <summary>
    /// Says which host names of resellers have certificates. New ones are asked for, and one that is not among them any more is
    /// neither served nor renewed. Without ACME this does nothing.
    /// </summary>
    /// <param name="names">Lower case.</param>
    /// <exception cref="IOException">The data directory takes no files.</exception>
    public void Follow(IReadOnlyCollection<string> names)
    {
        if (Own is null)
            return;
        var changed = CertificatesOf(names.Where(name =>
            SiteSettings.IsHostName(name) && !name.Equals(HostName, StringComparison.OrdinalIgnoreCase)));
        if (changed.Count == _ofResellers.Count && changed.Keys.All(_ofResellers.ContainsKey))
            return;
        foreach (var certificate in changed.Values)
            certificate.Served.Look();
        _folder.WriteNames(changed.Keys.Order(StringComparer.Ordinal));
        _ofResellers = changed;
        LogNames(changed.Count);
    }

    public AcmeCertificate? OfReseller(string hostName) => _ofResellers.GetValueOrDefault(Normalise(hostName));

    /// <summary>For a handshake: the certificate for the name that the client asks for, or else the portal's own.</summary>
    /// <param name="serverName">SNI; empty when the client sends none.</param>
    /// <exception cref="AuthenticationException">There is no certificate yet.</exception>
    public SslServerAuthenticationOptions ForHandshake(string serverName = "") =>
        OfReseller(serverName)?.Served.Current() ?? _certificate?.Current()
        ?? throw new AuthenticationException("The portal has no certificate yet.");

    public bool Serves(string hostName) => OfReseller(hostName) is { } certificate
        ? certificate.IsGood
        : Leaf is { } leaf && AcmeCertificate.IsFor(leaf, hostName) && AcmeCertificate.IsValid(leaf, _time.GetUtcNow());

    public string? HttpsAuthority(string requestedHost)
    {
        string? host = OfReseller(requestedHost) is { IsGood: true } resellers ? resellers.Name
            : !IsServed ? null
            : HostName.Length > 0 ? HostName
            : Leaf is not { } leaf || AcmeCertificate.IsFor(leaf, requestedHost) ? requestedHost
            : NamesOf(leaf).FirstOrDefault(name => !name.StartsWith('*')) ?? requestedHost;
        return host is null || _settings.Portal.HttpsPort is 0 or DefaultHttpsPort
            ? host
            : $"{host}:{_settings.Portal.HttpsPort}";
    }

    public CertificateReport Describe()
    {
        var report = CertificateReport.None with { Source = _settings.CertificateSource, HostName = HostName };
        var leaf = Leaf;
        if (leaf is not null)
            report = report with
            {
                Issuer = leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: true), Names = NamesOf(leaf),
                ValidFrom = leaf.NotBefore.ToUniversalTime(), ValidUntil = leaf.NotAfter.ToUniversalTime(),
            };
        var now = _time.GetUtcNow();
        if (Own is { } own)
        {
            var state = own.State;
            var next = own.NextAttempt(state);
            report = report with
            {
                LastAttempt = state.LastAttempt, LastError = state.LastError, MayRetry = AcmeCertificate.MayRetry(state, now),
                NextAttempt = next > now ? next : null,
            };
        }
        bool isForHost = leaf is null || report.HostName.Length == 0 || AcmeCertificate.IsFor(leaf, report.HostName);
        return CertificateVerdict.Judge(report, _certificate?.Complaint, isForHost, now);
    }

    public bool TryRetry(string? hostName = null) => (hostName is null ? Own : OfReseller(hostName))?.TryRetry() ?? false;

    private FrozenDictionary<string, AcmeCertificate> CertificatesOf(IEnumerable<string> names) => names.ToFrozenDictionary(
        name => name,
        name => _ofResellers.GetValueOrDefault(name)
            ?? new AcmeCertificate(name, _folder.Of(name), _settings.Acme.RenewWhenLeft, _time, _logger),
        StringComparer.Ordinal);

    private static string Normalise(string hostName) => hostName.TrimEnd('.').ToLowerInvariant();

    private static string[] NamesOf(X509Certificate2 leaf) =>
        [.. leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names =>
                names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString())))];

    [LoggerMessage(4503, LogLevel.Warning,
        "There is no certificate for {HostName} yet: until there is one, the portal is served by HTTP")]
    private partial void LogAwaited(string hostName);

    [LoggerMessage(4505, LogLevel.Information, "Certificates are kept for {Count} host names of resellers")]
    private partial void LogNames(int count);
}
