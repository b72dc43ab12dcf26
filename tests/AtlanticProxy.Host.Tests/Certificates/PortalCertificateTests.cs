using System.Security.Authentication;
using AtlanticProxy.Host.Certificates;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Health;
using AtlanticProxy.Web;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.Host.Tests.Certificates;

/// <summary>Given files, and how a certificate is judged.</summary>
[TestClass]
public sealed class PortalCertificateTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);

    [TestMethod]
    [DataRow(80d, HealthStatus.Healthy, "valid for 80 days")]
    [DataRow(13d, HealthStatus.Degraded, "valid for 13 days")]
    [DataRow(1.5, HealthStatus.Degraded, "valid for 36 hours")]
    [DataRow(0.05, HealthStatus.Degraded, "valid for 72 minutes")]
    [DataRow(0.001, HealthStatus.Degraded, "less than two minutes")]
    [DataRow(-1d, HealthStatus.Unhealthy, "expired at 2026-11-27 12:00:00Z")]
    [DataRow(95d, HealthStatus.Degraded, "valid from 2026-12-03 12:00:00Z only. Check this server's clock")]
    public async Task GivenFiles_AreJudgedByTheDaysThatAreLeft(double daysLeft, HealthStatus expected, string words)
    {
        using var folder = new TemporaryFolder();
        var certificate = Given(folder, "portal.example", daysLeft);

        var health = await new CertificateHealth(certificate, _time).CheckHealthAsync(new HealthCheckContext());

        Assert.AreEqual(expected, health.Status, health.Description);
        StringAssert.Contains(health.Description, words);
        Assert.AreEqual((int)daysLeft, health.Data["daysLeft"]);
    }

    [TestMethod]
    public void GivenFiles_ForAnotherName_AreSaidToBe()
    {
        using var folder = new TemporaryFolder();

        var report = Given(folder, "other.example", 80, ("Portal:HostName", "portal.example")).Describe();

        Assert.IsFalse(report.IsWell);
        Assert.AreEqual(
            "The certificate is not for portal.example (Portal:HostName), only for other.example: browsers refuse it.",
            report.Verdict);
    }

    [TestMethod]
    public void GivenFiles_Replaced_AreTakenAndBrokenOnesComplainedOf()
    {
        using var folder = new TemporaryFolder();
        var certificate = Given(folder, "portal.example", 80);
        File.WriteAllText(folder["portal.pem"], TestAuthority.Issue("portal.example", Now, TimeSpan.FromDays(50)));
        certificate.Look();
        Assert.AreEqual(Now.AddDays(50), certificate.Describe().ValidUntil);

        File.WriteAllText(folder["portal.pem"], "-----BEGIN CERTIFICATE-----\nnot one\n-----END CERTIFICATE-----\n");
        certificate.Look();

        var report = certificate.Describe();
        Assert.IsFalse(report.IsWell);
        StringAssert.Contains(report.Verdict, "cannot be used");
        StringAssert.Contains(report.Verdict, "The one before stays in use. The certificate is valid for 50 days");
        Assert.IsFalse(certificate.TryRetry(), "files are renewed by whoever gave them");
    }

    [TestMethod]
    public void GivenFiles_ThatCannotBeUsed_KeepThePortalFromStarting()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["portal.pem"], "nothing");
        var certificate = Make(folder, ("Portal:CertificateFile", folder["portal.pem"]));

        var refused = Assert.ThrowsExactly<StartupException>(certificate.Load);

        StringAssert.Contains(refused.Message, folder["portal.pem"]);
        StringAssert.Contains(refused.Message, "Portal:CertificateFile");
        Assert.IsFalse(certificate.IsServed);
    }

    [TestMethod]
    public void NoCertificate_IsWell_AndHasNoHandshake()
    {
        using var folder = new TemporaryFolder();
        var certificate = Make(folder);

        certificate.Load();

        Assert.AreEqual(CertificateReport.None, certificate.Describe());
        Assert.ThrowsExactly<AuthenticationException>(() => certificate.ForHandshake());
    }

    [TestMethod]
    public async Task Acme_BeforeAndAfterAFailure_SaysHowItStands()
    {
        using var authority = new TestAuthority { Refusal = "The authority could not connect." };
        authority.Certificate.Load();
        StringAssert.Contains(authority.Certificate.Describe().Verdict, "served by HTTP. The authority is being asked.");

        await authority.Renewal.RunAsync(CancellationToken.None);
        var health = await new CertificateHealth(authority.Certificate, authority.Time)
            .CheckHealthAsync(new HealthCheckContext());
        Assert.AreEqual(HealthStatus.Degraded, health.Status);
        Assert.AreEqual(
            "There is no certificate yet, and the portal is served by HTTP. The authority could not connect. "
                + "The next attempt is at 2026-11-28 12:15:00Z.", health.Description);

        authority.Refusal = null;
        authority.Time.Advance(TimeSpan.FromMinutes(15));
        await authority.Renewal.RunAsync(CancellationToken.None);
        Assert.IsTrue(authority.Certificate.Describe().IsWell);

        authority.Refusal = "The authority is away.";
        authority.Time.Advance(TimeSpan.FromDays(61));
        await authority.Renewal.RunAsync(CancellationToken.None);
        StringAssert.StartsWith(authority.Certificate.Describe().Verdict,
            "Renewal failed. The authority is away. The next attempt is at ");

        authority.Time.Advance(TimeSpan.FromDays(30));
        StringAssert.StartsWith(authority.Certificate.Describe().Verdict, "The certificate expired at ");
    }

    // Where plain HTTP leads: a name from the request is followed only if the certificate is for it.
    [TestMethod]
    [DataRow("", 443, "portal.example", "portal.example")]
    [DataRow("", 443, "evil.example", "portal.example")]
    [DataRow("", 443, "192.0.2.1", "portal.example")]
    [DataRow("", 443, "[2001:db8::1]", "portal.example")]
    [DataRow("", 443, "", "portal.example")]
    [DataRow("", 443, "not a name", "portal.example")]
    [DataRow("", 8443, "portal.example", "portal.example:8443")]
    [DataRow("www.portal.example", 443, "portal.example", "www.portal.example")]
    public void HttpsAuthority_IsTheHostNameOrOneOfTheCertificate(string hostName, int port, string requested, string expected)
    {
        using var folder = new TemporaryFolder();
        var certificate = Given(folder, "portal.example", 80, ("Portal:HostName", hostName), ("Portal:HttpsPort", $"{port}"));

        Assert.AreEqual(expected, certificate.HttpsAuthority(requested));
    }

    [TestMethod]
    [DataRow("a.portal.example", "a.portal.example"), DataRow("evil.example", "evil.example")]
    public void HttpsAuthority_WithAWildcardAlone_IsTheRequestsOwn(string requested, string expected)
    {
        using var folder = new TemporaryFolder();

        Assert.AreEqual(expected, Given(folder, "*.portal.example", 80).HttpsAuthority(requested));
    }

    private PortalCertificate Given(
        TemporaryFolder folder, string name, double daysLeft, params (string Name, string Value)[] settings)
    {
        File.WriteAllText(folder["portal.pem"], TestAuthority.Issue(name, Now.AddDays(daysLeft - 90), TestAuthority.Life));
        var certificate = Make(folder, [("Portal:CertificateFile", folder["portal.pem"]), .. settings]);
        certificate.Load();
        return certificate;
    }

    private PortalCertificate Make(TemporaryFolder folder, params (string Name, string Value)[] settings)
    {
        var loaded = Settings.Load(
            settings.Append(("Data:Directory", folder["data"]))
                .ToDictionary(setting => setting.Item1, setting => (string?)setting.Item2),
            environment: new Dictionary<string, string?>());
        return new PortalCertificate(loaded, new AcmeFolder(loaded), _time, NullLogger<PortalCertificate>.Instance);
    }
}
