using AtlanticProxy.Host.Certificates;

namespace AtlanticProxy.Host.Tests.Certificates;

[TestClass]
public sealed class AcmeErrorsTests
{
    private const string Name = "portal.example";

    // As lego 4.9 writes them.
    [TestMethod]
    [DataRow("connection", "203.0.113.5: Fetching http://portal.example/: Timeout during connect",
        "could not connect to http://portal.example/", "port 80")]
    [DataRow("tls", "remote error", "could not connect", "port 80")]
    [DataRow("dns", "DNS problem: NXDOMAIN looking up A for portal.example", "found no address for portal.example",
        "Add a DNS record")]
    [DataRow("unauthorized", "Invalid response: 404", "reached another server", "DNS records lead here")]
    [DataRow("incorrectResponse", "other", "reached another server", "DNS records lead here")]
    [DataRow("caa", "CAA record prevents issuance", "CAA record of portal.example forbids", "use another authority")]
    [DataRow("rateLimited", "too many certificates already issued", "too many requests", "left alone")]
    [DataRow("rejectedIdentifier", "Policy forbids issuing for name", "issues no certificates for portal.example", "public name")]
    [DataRow("unsupportedIdentifier", "no", "issues no certificates", "public name")]
    [DataRow("invalidContact", "no MX", "does not accept Acme:Email", "no MX")]
    [DataRow("unsupportedContact", "no", "does not accept Acme:Email", "no")]
    [DataRow("externalAccountRequired", "EAB", "made elsewhere", "Acme:Directory")]
    [DataRow("userActionRequired", "terms changed", "waits for you", "terms changed")]
    [DataRow("accountDoesNotExist", "not found", "does not know this appliance's account", "makes another")]
    [DataRow("badNonce", "bad", "fault of its own", "asked again")]
    [DataRow("serverInternal", "oops", "fault of its own", "asked again")]
    [DataRow("orderNotReady", "odd", "refused (orderNotReady)", "odd")]
    public void Problem_OfTheAuthority_IsSaidWithWhatToDo(string type, string detail, string words, string advice)
    {
        string output = $"""
            2026/11/28 23:50:32 [INFO] retry due to: acme: error: 400 :: urn:ietf:params:acme:error:malformed :: retried by itself
            2026/11/28 23:50:33 Could not obtain certificates:
            	error: one or more domains had a problem:
            [portal.example] acme: error: 400 :: urn:ietf:params:acme:error:{type} :: {detail}, url: 
            """;
        string said = AcmeErrors.Describe(output, Name);

        StringAssert.Contains(said, words);
        StringAssert.Contains(said, advice);
        Assert.DoesNotContain("retried by itself", said);
        Assert.DoesNotContain("url:", said);
        Assert.EndsWith(".", said);
        Assert.AreEqual(type, AcmeErrors.ProblemOf(output));
    }

    [TestMethod]
    public void Directory_ThatCannotBeReached_IsNamed()
    {
        string said = AcmeErrors.Describe(
            "2026/11/28 23:50:40 Could not create client: get directory at 'https://acme.test/dir': "
                + "Get \"https://acme.test/dir\": dial tcp: connection refused\n", Name);

        StringAssert.StartsWith(said, "The authority cannot be reached. Check Acme:Directory");
        StringAssert.Contains(said, "It said: Could not create client: get directory at 'https://acme.test/dir'");
    }

    [TestMethod]
    [DataRow("", "lego failed: it said nothing.")]
    [DataRow("2026/11/28 23:50:40 first\n2026/11/28 23:50:40 odd", "lego failed: odd.")]
    public void AnythingElse_IsLegosLastLine(string output, string expected)
    {
        Assert.AreEqual(expected, AcmeErrors.Describe(output, Name));
        Assert.IsNull(AcmeErrors.ProblemOf(output));
    }

    [TestMethod]
    public void Detail_ThatIsLong_IsCut() => Assert.IsLessThan(450, AcmeErrors.Describe(new string('x', 10_000), Name).Length);

    [TestMethod]
    [DataRow("too many certificates, retry after 2026-11-30 04:05:06 UTC: see", "2026-11-30T04:05:06Z")]
    [DataRow("retry after 2026-11-30T04:05:06Z", "2026-11-30T04:05:06Z")]
    [DataRow("retry after 2026-99-99 04:05:06", null)]
    [DataRow("too many", null)]
    public void RetryAfter_IsReadWhereTheAuthoritySaysIt(string error, string? expected) =>
        Assert.AreEqual(
            expected is null
                ? (DateTimeOffset?)null
                : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
            AcmeErrors.RetryAfter(error));
}
