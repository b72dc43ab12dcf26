using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AtlanticProxy.Simulator.Http;

/// <summary>
/// The certificate of the simulator's pages. Nobody has reason to trust it: clients are told to (<c>curl -k</c>).
/// </summary>
internal static class PageCertificate
{
    private static readonly TimeSpan Slack = TimeSpan.FromDays(1), Life = TimeSpan.FromDays(365);

    public static X509Certificate2 Make(string host, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var now = time.GetUtcNow();
        return request.CreateSelfSigned(now - Slack, now + Life);
    }
}
