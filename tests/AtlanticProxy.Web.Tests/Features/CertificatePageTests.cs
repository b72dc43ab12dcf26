using System.Net;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class CertificatePageTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    [TestMethod]
    public async Task Page_WithoutHttps_SaysHowToHaveIt()
    {
        var portal = await SeededPortal.SharedAsync();
        using var support = await portal.SignedInAsync(SeededPortal.Support);

        var page = await support.GetAsync("/admin/certificate");

        Assert.Contains("The portal does not serve HTTPS itself", page.Text);
        Assert.Contains("Portal:HostName", page.Text);
        Assert.DoesNotContain("served by HTTP, which", page.Text);
    }

    [TestMethod]
    public async Task Page_OfAFailedOrder_SaysWhyAndWhenNext_AndOperatorsMayRetry()
    {
        var certificate = new StatedCertificate { MayRetry = true };
        certificate.Report = certificate.Report with
        {
            LastAttempt = At, LastError = "The authority could not connect.", NextAttempt = At.AddMinutes(15), IsWell = false,
            Verdict = "There is no certificate yet.", MayRetry = true,
        };
        var portal = await SeededPortal.StartAsync(services: services => services.AddSingleton<IPortalCertificate>(certificate));
        await using var running = portal.Portal;
        using var support = await portal.SignedInAsync(SeededPortal.Support);
        using var operators = await portal.SignedInAsync(SeededPortal.Operator);

        var page = await support.GetAsync("/admin/certificate");
        foreach (string words in new[]
        {
            "portal.example", "There is no certificate yet.", "The authority could not connect.", "Failed", "28 Nov 2026, 12:15",
            "none yet: the portal is served by HTTP",
        })
            Assert.Contains(words, page.Text);
        Assert.DoesNotContain("Try now", page.Text);
        Assert.Contains("served by HTTP, which anyone in between can read", (await support.GetAsync("/admin/plans")).Text);
        Assert.Contains("Try now", (await operators.GetAsync("/admin/certificate")).Text);

        var retried = await operators.FollowAsync(await operators.PostAsync("/admin/certificate/retry"));
        Assert.Contains("The authority is being asked", retried.Text);
        certificate.MayRetry = false;
        retried = await operators.FollowAsync(await operators.PostAsync("/admin/certificate/retry"));
        Assert.Contains("The authority was not asked", retried.Text);
        Assert.AreEqual(2, certificate.Retries);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await support.PostAsync("/admin/certificate/retry")).Status);
    }

    [TestMethod]
    [DataRow(CertificateSource.Acme, "this appliance (ACME)", true),
        DataRow(CertificateSource.Files, "changed files are taken without a restart", false)]
    public async Task Page_OfACertificate_ShowsNamesIssuerAndDates(CertificateSource source, string renewedBy, bool showsAttempts)
    {
        var certificate = new StatedCertificate();
        certificate.Report = new CertificateReport(
            source, "", "Test Authority", ["portal.example", "www.portal.example"], At, At.AddDays(90), At, null, At.AddDays(60),
            true, "The certificate is valid for 90 days.", false);
        var portal = await SeededPortal.StartAsync(services: services => services.AddSingleton<IPortalCertificate>(certificate));
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var page = await owner.GetAsync("/admin/certificate");

        foreach (string words in new[] { "not set (Portal:HostName)", "Test Authority", "www.portal.example", "26 Feb 2027",
            "valid for 90 days", renewedBy })
            Assert.Contains(words, page.Text);
        Assert.AreEqual(showsAttempts, page.Text.Contains("Issued", StringComparison.Ordinal));
        Assert.DoesNotContain("Try now", page.Text);
    }

    [TestMethod]
    public async Task Page_ShowsEachHostNameOfResellers_WhichOperatorsMayRetry()
    {
        var certificate = new StatedCertificate { MayRetry = true };
        certificate.OfResellers.AddRange([
            StatedCertificate.Of("rita.example.com", CertificateStage.Good),
            StatedCertificate.Of("theo.example.com", CertificateStage.Failed, "dns", mayRetry: true),
            StatedCertificate.Of("una.example.com", CertificateStage.WaitsForDns),
            StatedCertificate.Of("vera.example.com", CertificateStage.WaitsForDns) with { LeadsTo = ["192.0.2.9", "192.0.2.7"] },
        ]);
        var portal = await SeededPortal.StartAsync(services: services => services.AddSingleton<IPortalCertificate>(certificate));
        await using var running = portal.Portal;
        using var operators = await portal.SignedInAsync(SeededPortal.Operator);
        using var support = await portal.SignedInAsync(SeededPortal.Support);

        var page = await operators.GetAsync("/admin/certificate");

        foreach (string words in new[]
        {
            "Host names of resellers", "rita.example.com", "26 Feb 2027",
            "lego said why.", "Waiting for DNS", "una.example.com has no address yet.",
            "vera.example.com leads to 192.0.2.9, 192.0.2.7.",
        })
            Assert.Contains(words, page.Text);
        Assert.Contains("aria-label=\"Try theo.example.com now\"", page.Body);
        Assert.DoesNotContain("Try rita.example.com now", page.Body);
        Assert.DoesNotContain("Try theo.example.com now", (await support.GetAsync("/admin/certificate")).Body);
        Assert.Contains("The authority is being asked",
            (await operators.FollowAsync(await operators.PostAsync("/admin/certificate/retry",
                new() { ["name"] = "theo.example.com" }))).Text);
        Assert.AreEqual("theo.example.com", certificate.Retried);
        Assert.Contains("theo.example.com: not yet.", (await operators.GetAsync("/admin")).Text, "what needs somebody");
    }
}
