namespace AtlanticProxy.Web.Tests.Portal;

/// <summary>A certificate that is as a test says.</summary>
internal sealed class StatedCertificate : IPortalCertificate
{
    private static readonly DateTimeOffset s_at = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    public CertificateReport Report { get; set; } = CertificateReport.None with { Source = CertificateSource.Acme,
        HostName = "portal.example" };

    public bool IsServed { get; set; }

    public bool MayRetry { get; set; }

    public int Retries { get; private set; }

    public List<NameCertificate> OfResellers { get; } = [];

    public IReadOnlyList<NameCertificate> Names => OfResellers;

    /// <summary>What was asked for last; null for the portal's own.</summary>
    public string? Retried { get; private set; }

    public bool Serves(string hostName) =>
        OfResellers.Exists(name => name.HostName == hostName && name.Stage == CertificateStage.Good);

    public string? HttpsAuthority(string requestedHost) => Serves(requestedHost) ? $"{requestedHost}:8443"
        : IsServed ? "portal.example:8443"
        : null;

    public CertificateReport Describe() => Report;

    public bool TryRetry(string? hostName = null)
    {
        Retries++;
        Retried = hostName;
        return MayRetry;
    }

    /// <summary>One for a reseller's host name.</summary>
    public static NameCertificate Of(string hostName, CertificateStage stage, string? problem = null, bool mayRetry = false) =>
        stage == CertificateStage.Good
            ? new(hostName, stage, s_at.AddDays(90), null, null, s_at.AddDays(60), [], true, $"{hostName}: good.", false)
            : new(hostName, stage, null, stage == CertificateStage.Failed ? "lego said why." : null, problem,
                s_at.AddMinutes(15), [], stage != CertificateStage.Failed, $"{hostName}: not yet.", mayRetry);
}
