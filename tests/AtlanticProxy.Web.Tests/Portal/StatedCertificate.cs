namespace AtlanticProxy.Web.Tests.Portal;

/// <summary>A certificate that is as a test says.</summary>
internal sealed class StatedCertificate : IPortalCertificate
{
    public CertificateReport Report { get; set; } = CertificateReport.None with { Source = CertificateSource.Acme,
        HostName = "portal.example" };

    public bool IsServed { get; set; }

    public bool MayRetry { get; set; }

    public int Retries { get; private set; }

    public string HttpsAuthority(string requestedHost) => "portal.example:8443";

    public CertificateReport Describe() => Report;

    public bool TryRetry()
    {
        Retries++;
        return MayRetry;
    }
}
