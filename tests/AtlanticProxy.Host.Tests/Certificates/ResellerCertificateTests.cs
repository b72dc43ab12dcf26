using System.Net;
using System.Security.Authentication;
using AtlanticProxy.Host.Certificates;
using AtlanticProxy.Host.Health;
using AtlanticProxy.Web;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Tests.Certificates;

/// <summary>Certificates for resellers' host names: one each, beside the portal's own.</summary>
[TestClass]
public sealed class ResellerCertificateTests
{
    private const string Rita = "rita.example.com", Theo = "theo.example.net";

    private static readonly NameTarget s_elsewhere = new(Theo, [IPAddress.Parse("198.51.100.7")]);

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Names_HaveACertificateEach_AndAreServedTheirOwnBySni()
    {
        using var authority = new TestAuthority();
        authority.Certificate.Follow([Theo, Rita]);

        Assert.IsTrue(await RunAsync(authority), "the portal's own is new");
        Assert.IsFalse(await RunAsync(authority));

        CollectionAssert.AreEqual(new[] { TestAuthority.Name, Rita, Theo }, authority.Ordered, "the portal's own is first");
        Assert.AreEqual(TestAuthority.Name, ShownTo(authority, ""));
        Assert.AreEqual(TestAuthority.Name, ShownTo(authority, "nobody.example.com"));
        Assert.AreEqual(Rita, ShownTo(authority, Rita));
        Assert.AreEqual(Theo, ShownTo(authority, "THEO.example.net."));
        Assert.AreEqual(Rita, authority.Certificate.HttpsAuthority("Rita.example.com"));
        Assert.AreEqual(TestAuthority.Name, authority.Certificate.HttpsAuthority("nobody.example.com"));
        Assert.IsTrue(authority.Certificate.Serves(Rita));
        Assert.IsFalse(authority.Certificate.Serves("nobody.example.com"));
        Assert.AreEqual((CertificateStage.Good, true, authority.Time.GetUtcNow() + TestAuthority.Life),
            (Of(authority, Rita).Stage, Of(authority, Rita).IsWell, Of(authority, Rita).ValidUntil));
        foreach (string file in new[] { "certificate.pem", "state.json" })
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(authority.Path($"names/{Rita}/{file}")), file);
        Assert.AreEqual(AcmeFolder.OwnerOnly, File.GetUnixFileMode(authority.Path($"names/{Rita}")));
    }

    [TestMethod]
    public async Task Name_WhoseDnsIsWrong_WaitsUnasked_AndStopsNoOther()
    {
        using var authority = new TestAuthority { Elsewhere = { [Theo] = s_elsewhere } };
        authority.Certificate.Follow([Rita, Theo]);

        await RunAsync(authority);
        await RunAsync(authority);

        CollectionAssert.AreEqual(new[] { TestAuthority.Name, Rita }, authority.Ordered);
        var waiting = Of(authority, Theo);
        Assert.AreEqual((CertificateStage.WaitsForDns, true, authority.Time.GetUtcNow() + AcmeSchedule.DnsPause),
            (waiting.Stage, waiting.IsWell, waiting.NextAttempt));
        CollectionAssert.AreEqual(new[] { "198.51.100.7" }, waiting.LeadsTo.ToArray());
        Assert.AreEqual($"{Theo}: Waiting for DNS. The name leads to 198.51.100.7, and the portal's to 192.0.2.1.",
            waiting.Verdict);
        Assert.AreEqual(TestAuthority.Name, ShownTo(authority, Theo), "until then it is shown the portal's");
        Assert.AreEqual(TestAuthority.Name, authority.Certificate.HttpsAuthority(Theo));
        Assert.AreEqual(HealthStatus.Healthy, (await HealthAsync(authority)).Status, "it is the reseller's to do");

        authority.Elsewhere.Clear();
        authority.Time.Advance(AcmeSchedule.DnsPause);
        await RunAsync(authority);
        Assert.AreEqual(CertificateStage.Good, Of(authority, Theo).Stage);
    }

    [TestMethod]
    public async Task Name_ThatTheAuthorityRefuses_BacksOffByItself()
    {
        using var authority = new TestAuthority { Refused = { [Theo] = "The authority could not connect." } };
        authority.Certificate.Follow([Rita, Theo]);
        await RunAsync(authority);

        var failed = Of(authority, Theo);
        Assert.AreEqual((CertificateStage.Failed, false, "connection", authority.Time.GetUtcNow().AddMinutes(15)),
            (failed.Stage, failed.IsWell, failed.Problem, failed.NextAttempt));
        Assert.AreEqual(CertificateStage.Good, Of(authority, Rita).Stage);
        var health = await HealthAsync(authority);
        Assert.AreEqual(HealthStatus.Degraded, health.Status);
        StringAssert.StartsWith(health.Description, $"{Theo}: The authority could not connect. The next attempt is at ");

        Assert.IsFalse(authority.Certificate.TryRetry(Theo), "just now");
        Assert.IsFalse(authority.Certificate.TryRetry("nobody.example.com"));
        authority.Time.Advance(TimeSpan.FromMinutes(15));
        await RunAsync(authority);
        Assert.AreEqual(authority.Time.GetUtcNow().AddMinutes(30), Of(authority, Theo).NextAttempt);
        Assert.AreEqual(0, authority.State.Failures, "the portal's own has a state of its own");
        authority.Time.Advance(AcmeSchedule.LeastPause);
        Assert.IsTrue(Of(authority, Theo).MayRetry);
        Assert.IsTrue(authority.Certificate.TryRetry(Theo));
        authority.Refused.Clear();
        await RunAsync(authority);
        Assert.AreEqual((CertificateStage.Good, null), (Of(authority, Theo).Stage, Of(authority, Theo).Problem));
    }

    [TestMethod]
    public async Task Name_DuringAnOrder_IsAsBefore_ButFailedForWhoStartsAgain()
    {
        using var authority = new TestAuthority();
        authority.Certificate.Follow([Rita]);
        var seen = new List<(CertificateStage, CertificateStage)>();
        authority.WhileAsked = () => seen.Add((Of(authority, Rita).Stage,
            authority.StartAgain(TestAuthority.Name).Certificate.Names.Single().Stage));

        await RunAsync(authority);

        CollectionAssert.AreEqual(new[] { (CertificateStage.BeingAsked, CertificateStage.BeingAsked),
            (CertificateStage.BeingAsked, CertificateStage.Failed) }, seen, "the portal's own order, then hers");
        Assert.AreEqual(CertificateStage.Good, Of(authority, Rita).Stage);
    }

    [TestMethod]
    public async Task Renewal_IsOfEachWhenDue_AndOfNoneThatLeadsElsewhereNow()
    {
        using var authority = new TestAuthority();
        authority.Certificate.Follow([Rita, Theo]);
        await RunAsync(authority);
        authority.Time.Advance(TimeSpan.FromDays(60.1));
        authority.Elsewhere[Theo] = s_elsewhere;
        authority.Ordered.Clear();

        await RunAsync(authority);

        CollectionAssert.AreEqual(new[] { TestAuthority.Name, Rita }, authority.Ordered);
        Assert.AreEqual((CertificateStage.WaitsForDns, false), (Of(authority, Theo).Stage, Of(authority, Theo).IsWell),
            "it led here once");
        StringAssert.Contains(Of(authority, Theo).Verdict, "It is valid until ");
        Assert.IsTrue(authority.Certificate.Serves(Theo), "as long as it is good");
        authority.Time.Advance(TimeSpan.FromDays(30));
        Assert.IsFalse(authority.Certificate.Serves(Theo));
        StringAssert.Contains(Of(authority, Theo).Verdict, "expired at ");
        Assert.AreEqual(TestAuthority.Name, authority.Certificate.HttpsAuthority(Theo));
    }

    [TestMethod]
    public async Task Name_TakenAway_IsNoLongerServedNorRenewed_AndNeedsNoNewOneWhenItComesBack()
    {
        using var authority = new TestAuthority();
        authority.Certificate.Follow([Rita]);
        await RunAsync(authority);

        authority.Certificate.Follow([]);

        Assert.IsFalse(authority.Certificate.Serves(Rita));
        Assert.IsEmpty(authority.Certificate.Names);
        Assert.AreEqual(TestAuthority.Name, ShownTo(authority, Rita));
        Assert.IsEmpty(authority.Folder.ReadNames());
        authority.Certificate.Follow([Rita]);
        Assert.AreEqual(Rita, ShownTo(authority, Rita));
        await RunAsync(authority);
        Assert.AreEqual(2, authority.Orders);

        authority.Certificate.Follow([]);
        Directory.CreateDirectory(authority.Path("lego/certificates"));
        await File.WriteAllTextAsync(authority.Path($"lego/certificates/{Rita}.key"), "key", TestContext.CancellationToken);
        authority.Time.Advance(TimeSpan.FromDays(2));
        await RunAsync(authority);
        Assert.IsTrue(Directory.Exists(authority.Path($"names/{Rita}")), "as long as it could be used again");
        authority.Time.Advance(TimeSpan.FromDays(89));
        await RunAsync(authority);
        Assert.IsFalse(Directory.Exists(authority.Path($"names/{Rita}")));
        Assert.IsFalse(File.Exists(authority.Path($"lego/certificates/{Rita}.key")));
        CollectionAssert.AreEqual(new[] { TestAuthority.Name, Rita, TestAuthority.Name }, authority.Ordered);
    }

    [TestMethod]
    public async Task Orders_BeyondTheLimitOfAnHour_Wait()
    {
        using var authority = new TestAuthority(ordersPerHour: 4);
        string[] names = [.. Enumerable.Range(1, 5).Select(number => $"name{number}.example.com")];
        authority.Certificate.Follow(names);

        await RunAsync(authority);

        CollectionAssert.AreEqual(new[] { TestAuthority.Name, names[0], names[1], names[2] }, authority.Ordered);
        Assert.AreEqual((CertificateStage.BeingAsked, authority.Time.GetUtcNow().AddHours(1)),
            (Of(authority, names[3]).Stage, Of(authority, names[3]).NextAttempt));
        StringAssert.Contains(Of(authority, names[3]).Verdict, "Acme:OrdersPerHour");
        var again = authority.StartAgain(TestAuthority.Name);
        await again.Renewal.RunAsync(TestContext.CancellationToken);
        Assert.AreEqual(4, authority.Orders, "a restart does not shorten this");
        authority.Time.Advance(TimeSpan.FromHours(1));
        await RunAsync(authority);
        Assert.AreEqual(6, authority.Orders);
    }

    [TestMethod]
    public async Task Names_AreKnownAgainAtAStart_WithoutTheDatabase()
    {
        using var authority = new TestAuthority();
        authority.Certificate.Follow([Rita, TestAuthority.Name, "not/a/name"]);
        await RunAsync(authority);

        var (_, certificate) = authority.StartAgain(TestAuthority.Name);

        Assert.AreEqual(Rita, certificate.Names.Single().HostName);
        Assert.IsTrue(certificate.Serves(Rita));
    }

    [TestMethod]
    public async Task Portal_WithoutACertificateOfItsOwn_ServesTheOthers()
    {
        using var authority = new TestAuthority { Refused = { [TestAuthority.Name] = "no" } };
        authority.Certificate.Follow([Rita]);

        Assert.IsFalse(await RunAsync(authority));

        Assert.IsFalse(authority.Certificate.IsServed);
        Assert.AreEqual(Rita, ShownTo(authority, Rita));
        Assert.AreEqual(Rita, authority.Certificate.HttpsAuthority(Rita));
        Assert.IsNull(authority.Certificate.HttpsAuthority(TestAuthority.Name), "HTTP serves there");
        Assert.ThrowsExactly<AuthenticationException>(() => authority.Certificate.ForHandshake(TestAuthority.Name));
    }

    [TestMethod]
    [DataRow(Rita, "192.0.2.1", true, "an address of the portal's")]
    [DataRow(Rita, "192.0.2.1,2001:db8::1", true, "both")]
    [DataRow(Rita, "203.0.113.5", true, "this machine's own")]
    [DataRow(Rita, "192.0.2.1,198.51.100.7", false, "one leads elsewhere")]
    [DataRow(Rita, "", false, "none")]
    [DataRow("Portal.example.", "198.51.100.7", true, "a CNAME to the portal, whose addresses change")]
    [DataRow("edge.example", "198.51.100.7", true, "a CNAME to where the portal's leads")]
    [DataRow("edge.example", "", false, "a CNAME to nothing")]
    public void Name_LeadsHere_ByItsAddressesOrACname(string canonicalName, string addresses, bool leadsHere, string why) =>
        Assert.AreEqual(leadsHere, NameCheck.LeadsHere(
            new NameTarget(canonicalName, Parse(addresses)), TestAuthority.Name,
            new NameTarget("edge.example", Parse("192.0.2.1,2001:db8::1")), Parse("203.0.113.5")), why);

    [TestMethod]
    [DataRow("no-such-name.invalid", ""), DataRow("rita.localhost", "127.0.0.1")]
    public async Task Name_IsLookedUp_AndMayHaveNoAddress(string name, string addresses) => CollectionAssert.AreEqual(
        Parse(addresses), (await new SystemNames().FindAsync(name, TestContext.CancellationToken)).Addresses.ToArray());

    private Task<bool> RunAsync(TestAuthority authority) => authority.Renewal.RunAsync(TestContext.CancellationToken);

    private static NameCertificate Of(TestAuthority authority, string name) =>
        authority.Certificate.Names.Single(one => one.HostName == name);

    /// <summary>What the certificate is for that a client sees.</summary>
    private static string ShownTo(TestAuthority authority, string serverName)
    {
        var shown = authority.Certificate.ForHandshake(serverName).ServerCertificateContext!.TargetCertificate;
        return new[] { TestAuthority.Name, Rita, Theo }.Single(name => shown.MatchesHostname(name));
    }

    private static Task<HealthCheckResult> HealthAsync(TestAuthority authority) =>
        new CertificateHealth(authority.Certificate, authority.Time).CheckHealthAsync(new HealthCheckContext());

    private static IPAddress[] Parse(string addresses) =>
        [.. addresses.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)];
}
