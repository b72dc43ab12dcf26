using AtlanticProxy.Host.Certificates;

namespace AtlanticProxy.Host.Tests.Certificates;

[TestClass]
public sealed class AcmeRenewalTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task First_IsAskedForAtOnce_AndRenewedWhenAThirdOfItsLifeIsLeft()
    {
        using var authority = new TestAuthority();
        Assert.IsFalse(authority.Certificate.IsServed);

        Assert.IsTrue(await RunAsync(authority));
        string first = authority.Certificate.ForHandshake().ServerCertificateContext!.TargetCertificate.Thumbprint;
        Assert.IsTrue(authority.Certificate.IsServed);

        authority.Time.Advance(TimeSpan.FromDays(59.9));
        Assert.IsFalse(await RunAsync(authority));
        authority.Time.Advance(TimeSpan.FromDays(0.2));
        Assert.IsTrue(await RunAsync(authority));
        Assert.IsFalse(await RunAsync(authority));

        Assert.AreEqual(2, authority.Orders);
        Assert.AreNotEqual(first, authority.Certificate.ForHandshake().ServerCertificateContext!.TargetCertificate.Thumbprint);
        Assert.AreEqual((0, null, (DateTimeOffset?)null),
            (authority.State.Failures, authority.State.LastError, authority.State.RetryAt));
    }

    [TestMethod]
    public async Task Refusals_AreRetriedEverMoreSeldom_UpToOnceADay()
    {
        using var authority = new TestAuthority { Refusal = "no" };
        var pauses = new List<double>();
        for (int i = 0; i < 10; i++)
        {
            Assert.IsFalse(await RunAsync(authority));
            Assert.IsFalse(await RunAsync(authority), "nor in between");
            var pause = authority.State.RetryAt!.Value - authority.Time.GetUtcNow();
            pauses.Add(pause.TotalMinutes);
            authority.Time.Advance(pause);
        }

        Assert.AreEqual(10, authority.Orders);
        CollectionAssert.AreEqual(new double[] { 15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440 }, pauses);

        authority.Refusal = null;
        Assert.IsTrue(await RunAsync(authority));
        Assert.AreEqual(0, authority.State.Failures);
    }

    [TestMethod]
    public void RetryAt_AfterAnyNumberOfFailures_IsADayAtMost() =>
        Assert.AreEqual(TimeSpan.FromDays(1),
            AcmeSchedule.RetryAt(1000, null, DateTimeOffset.UnixEpoch) - DateTimeOffset.UnixEpoch);

    [TestMethod]
    public async Task Refusal_ThatNamesATime_IsNotRetriedBefore()
    {
        using var authority = new TestAuthority { Refusal = "too many certificates, retry after 2026-11-30 04:05:06 UTC" };

        await RunAsync(authority);

        Assert.AreEqual(new DateTimeOffset(2026, 11, 30, 4, 5, 6, TimeSpan.Zero), authority.State.RetryAt);
    }

    [TestMethod]
    public async Task Appliance_ThatDiesWhileAsking_DoesNotAskAgainAtOnce()
    {
        using var authority = new TestAuthority { Fault = new InvalidOperationException("killed") };
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => RunAsync(authority));
        authority.Fault = null;

        Assert.IsFalse(await authority.StartAgain(TestAuthority.Name).Renewal.RunAsync(TestContext.CancellationToken));

        Assert.AreEqual(1, authority.Orders);
        Assert.AreEqual("The appliance stopped while the authority was being asked.", authority.State.LastError);
    }

    [TestMethod]
    public async Task Certificate_ThatIsDueAtOnce_IsUsedButNotRenewedInALoop()
    {
        using var authority = new TestAuthority { IssuedLife = TimeSpan.Zero };

        Assert.IsTrue(await RunAsync(authority));
        Assert.IsFalse(await RunAsync(authority));

        StringAssert.Contains(authority.State.LastError, "due for renewal at once");
        Assert.IsTrue(authority.Certificate.IsServed);
    }

    [TestMethod]
    public async Task OtherHostName_IsAskedForAtOnce_WhateverFailedBefore()
    {
        using var authority = new TestAuthority("wrong.example") { Refusal = "no" };
        await RunAsync(authority);
        authority.Refusal = null;

        Assert.IsTrue(await authority.StartAgain(TestAuthority.Name).Renewal.RunAsync(TestContext.CancellationToken));
    }

    [TestMethod]
    public async Task OtherHostName_WhileThereIsACertificateForTheOneBefore_LeadsNobodyToIt()
    {
        using var authority = new TestAuthority();
        await RunAsync(authority);
        authority.Refusal = "The authority found no address for other.example.";
        var (renewal, certificate) = authority.StartAgain("other.example");
        StringAssert.Contains(certificate.Describe().Verdict,
            "no certificate for other.example yet, only the one before, and the portal is served by HTTP. "
                + "The authority is being asked.");

        await renewal.RunAsync(TestContext.CancellationToken);

        Assert.IsFalse(certificate.IsServed);
        Assert.IsNotNull(certificate.ForHandshake(), "who comes by HTTPS sees the old one");
        StringAssert.Contains(certificate.Describe().Verdict, authority.Refusal);
    }

    [TestMethod]
    public async Task Retry_ByAPerson_IsLetThroughAfterAWhileOnly()
    {
        using var authority = new TestAuthority { Refusal = "no" };
        Assert.IsFalse(authority.Certificate.TryRetry(), "nothing has failed");
        await RunAsync(authority);
        Assert.IsFalse(authority.Certificate.TryRetry(), "just now");
        Assert.IsFalse(authority.Certificate.Describe().MayRetry);
        authority.Time.Advance(AcmeSchedule.LeastPause);
        Assert.IsTrue(authority.Certificate.Describe().MayRetry);

        Assert.IsTrue(authority.Certificate.TryRetry());
        Assert.IsFalse(authority.Certificate.TryRetry(), "it is due already");
        await RunAsync(authority);

        Assert.AreEqual((2, 2), (authority.Orders, authority.State.Failures));
    }

    [TestMethod]
    public async Task Files_AreForTheAppliancesUserAlone()
    {
        using var authority = new TestAuthority();

        await RunAsync(authority);

        const UnixFileMode read = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.AreEqual(read, File.GetUnixFileMode(authority.Path("certificate.pem")));
        Assert.AreEqual(read, File.GetUnixFileMode(authority.Path("state.json")));
        foreach (string folder in new[] { "", "lego", "webroot" })
            Assert.AreEqual(read | UnixFileMode.UserExecute, File.GetUnixFileMode(authority.Path(folder)), folder);
    }

    [TestMethod]
    public async Task State_ThatIsDamaged_CountsAsNone()
    {
        using var authority = new TestAuthority { Refusal = "no" };
        await RunAsync(authority);
        await File.WriteAllTextAsync(authority.Path("state.json"), "{", TestContext.CancellationToken);

        Assert.AreEqual(0, authority.State.Failures);
    }

    [TestMethod]
    [DataRow("evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr_oA", true)]
    [DataRow("", false), DataRow("..", false), DataRow("a/b", false), DataRow("../../secret.key", false), DataRow("a.b", false),
        DataRow("a b", false), DataRow("ä", false)]
    public void Token_OfAChallenge_IsBase64Url(string token, bool isWellFormed) =>
        Assert.AreEqual(isWellFormed, AcmeChallenges.IsWellFormed(token));

    [TestMethod]
    public void Token_ThatIsTooLong_IsNone() => Assert.IsFalse(AcmeChallenges.IsWellFormed(new string('a', 129)));

    private Task<bool> RunAsync(TestAuthority authority) => authority.Renewal.RunAsync(TestContext.CancellationToken);
}
