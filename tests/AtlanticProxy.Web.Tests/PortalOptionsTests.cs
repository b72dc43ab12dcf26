namespace AtlanticProxy.Web.Tests;

[TestClass]
public sealed class PortalOptionsTests
{
    [TestMethod]
    [DataRow(null, false, false, null)]
    [DataRow(0, false, false, "max-age=0")]
    [DataRow(1, false, false, "max-age=86400")]
    [DataRow(365, true, false, "max-age=31536000; includeSubDomains")]
    [DataRow(730, true, true, "max-age=63072000; includeSubDomains; preload")]
    public void Hsts_Valid_IsSaidAsSet(int? days, bool includeSubDomains, bool preload, string? expected)
    {
        var options = Hsts(days, includeSubDomains, preload);

        Assert.IsEmpty(options.Validate());
        Assert.AreEqual(expected, options.StrictTransportSecurity(atResellers: false));
        Assert.AreEqual(expected?.Split(';')[0], options.StrictTransportSecurity(atResellers: true), "below it is not ours");
    }

    [TestMethod]
    [DataRow(-1, false, false, "Portal:HstsMaxAge: ")]
    [DataRow(36500, false, false, "Portal:HstsMaxAge: ")]
    [DataRow(null, true, false, "nothing is sent without Portal:HstsMaxAge")]
    [DataRow(null, false, true, "nothing is sent without Portal:HstsMaxAge")]
    [DataRow(364, true, true, "the preload list demands")]
    [DataRow(365, false, true, "the preload list demands")]
    public void Hsts_Invalid_SaysWhatIsMissing(int? days, bool includeSubDomains, bool preload, string problem) =>
        Assert.Contains(problem, Hsts(days, includeSubDomains, preload).Validate().Single());

    [TestMethod]
    [DataRow("portal.example.com", true), DataRow("localhost", true), DataRow("xn--mnchen-3ya.example", true)]
    [DataRow("münchen.example", false), DataRow("192.0.2.1", false), DataRow("portal.example.com:443", false),
        DataRow("https://portal.example.com", false), DataRow("*.example.com", false)]
    public void HostName_IsADnsName(string name, bool isValid) =>
        Assert.AreEqual(isValid ? 0 : 1, new PortalOptions { HostName = name }.Validate()
            .Count(problem => problem.StartsWith("Portal:HostName: ", StringComparison.Ordinal)));

    [TestMethod]
    public void Mails_BoundedByNothing_AreRefused()
    {
        Assert.Contains("must be at least 1", new PortalOptions { MailsPerAccount = 0 }.Validate().Single());
        Assert.Contains("Portal:RequestBurst", new PortalOptions { RequestBurst = 1 }.Validate().Single());
        Assert.Contains("Portal:MailWindow", new PortalOptions { MailWindow = TimeSpan.Zero }.Validate().Single());
    }

    private static PortalOptions Hsts(int? days, bool includeSubDomains, bool preload) => new()
    {
        HstsMaxAge = days is { } age ? TimeSpan.FromDays(age) : null, HstsIncludeSubDomains = includeSubDomains,
        HstsPreload = preload,
    };
}
