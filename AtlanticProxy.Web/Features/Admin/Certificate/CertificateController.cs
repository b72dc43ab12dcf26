using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Certificate;

/// <summary>The certificate that the portal serves HTTPS with: how it stands, and what went wrong.</summary>
[Reads(Area.Operations), Route("/admin/certificate")]
internal sealed class CertificateController(IPortalCertificate certificate) : PortalController
{
    [HttpGet]
    public IActionResult Show() => View("Certificate", certificate.Describe());

    [HttpPost("retry"), Writes(Area.Operations)]
    public IActionResult Retry()
    {
        Notify(certificate.TryRetry()
            ? "The authority is being asked. Reload this page in a moment."
            : "The authority was not asked: there is nothing to retry, or the last attempt is too recent.");
        return LocalRedirect("/admin/certificate");
    }
}
