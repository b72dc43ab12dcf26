using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Certificate;

/// <param name="OfResellers">For their host names.</param>
internal sealed record CertificatePage(CertificateReport Own, IReadOnlyList<NameCertificate> OfResellers);

/// <summary>The certificates that the portal serves HTTPS with: how they stand, and what went wrong.</summary>
[Reads(Area.Operations), Route("/admin/certificate")]
internal sealed class CertificateController(IPortalCertificate certificate) : PortalController
{
    [HttpGet]
    public IActionResult Show() => View("Certificate", new CertificatePage(certificate.Describe(), certificate.Names));

    /// <param name="name">A reseller's host name; empty for the portal's own.</param>
    [HttpPost("retry"), Writes(Area.Operations)]
    public IActionResult Retry(string? name)
    {
        Notify(certificate.TryRetry(name is { Length: > 0 } ? name : null)
            ? "The authority is being asked. Reload this page in a moment."
            : "The authority was not asked: there is nothing to retry, or the last attempt is too recent.");
        return LocalRedirect("/admin/certificate");
    }
}
