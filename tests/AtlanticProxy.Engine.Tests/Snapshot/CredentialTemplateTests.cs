using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.Engine.Tests.Snapshot;

[TestClass]
public sealed class CredentialTemplateTests
{
    [TestMethod]
    [DataRow("acme", "acme")]
    [DataRow("acme[-country-{country}][-city-{city}]", "acme-country-de")]
    [DataRow("acme-{COUNTRY}[-s-{session}-t-{ttl}]", "acme-DE-s-xyz-t-10")]
    [DataRow("{username}[_{password}]", "account_hush")]
    [DataRow("acme[-t-{ttl_seconds}]", "acme-t-600")]
    [DataRow("acme[-st-{country}_{state_words}]", "acme-st-de_bavaria")]
    [DataRow("acme[-sessid{!strict}-{session}][-sessid_oneip{?strict}-{session}]", "acme-sessid-xyz")]
    [DataRow("acme[-{strict}][-cn-{REGION_CODE}]", "acme")]
    [DataRow("acme[-{session:2}-{ttl:5}-{ttl_seconds:900}-{session:8}]", "acme-xy-5-600-xyz")]
    [DataRow("acme[{__|;}zip.{zip}][{__|;}cr.{country}][{__|;}asn.{asn}][{__|;}sessid.{session}]", "acme__cr.de;sessid.xyz")]
    [DataRow("acme[]", "acme")]
    [DataRow("acme[-unclosed", "acme[-unclosed")]
    [DataRow("a{unclosed", "a{unclosed")]
    [DataRow("a}b]", "a}b]")]
    public void Fill_Template_LeavesOutWhatIsNotAskedFor(string template, string expected) => Assert.AreEqual(expected,
        CredentialTemplate.Fill(template,
            new TemplateValues(new Targeting { Country = "de", State = "bavaria", Session = "x" }, "xyz", "account", "hush")));

    [TestMethod]
    [DataRow("[{countries}]", "de,fr"), DataRow("[{country}]", "de"), DataRow("[{region}]", "")]
    public void Fill_SeveralCountries_StaysAmongThem(string template, string expected) =>
        Assert.AreEqual(expected,
            CredentialTemplate.Fill(template, new TemplateValues(new Targeting { Countries = CountryList.Of("fr", "de") }, "")));

    [TestMethod]
    public void Fill_WithoutCountries_SaysRegionExclusionAndStrict() =>
        Assert.AreEqual("EU by,ru strict as7922 comcast windows 10001", CredentialTemplate.Fill(
        "{REGION_CODE} {exclude} {strict} as{asn} {isp} {os} {zip}", new TemplateValues(new Targeting
        {
            Region = "europe", ExcludedCountries = CountryList.Of("ru", "by"), Strict = true, Asn = "7922", Isp = "comcast",
            Os = "windows", Zip = "10001",
        }, "")));

    [TestMethod]
    [DataRow("us", "ny", "losangeles", "NY new_york newyork los_angeles")]
    [DataRow("us", "newyork", "newyork", "NY new_york newyork new_york")]
    [DataRow("us", "atlantis", "rlyeh", "ATLANTIS atlantis atlantis rlyeh")]
    [DataRow("", "ny", "newyork", "NY ny ny newyork")]
    public void Fill_Places_AreSpelledAsTheProviderDoes(string country, string state, string city, string expected) =>
        Assert.AreEqual(expected,
        CredentialTemplate.Fill("{STATE_CODE} {state_words} {state} {city_words}",
            new TemplateValues(new Targeting { Country = country, State = state, City = city }, "")));

    [TestMethod]
    [DataRow("acme", TargetingFields.None)]
    [DataRow("acme[-{country}-{state_code}][-{session}-{ttl_seconds}]",
        TargetingFields.Country | TargetingFields.State | TargetingFields.Session | TargetingFields.Ttl)]
    [DataRow("{COUNTRY}{exclude}{region_code}{city_words}{zip}{asn}{isp}{os}", TargetingFields.Places & ~TargetingFields.State)]
    [DataRow("{?city}{!zip}{username}{nothing}{unclosed", TargetingFields.None)]
    public void Fields_OfTemplate_AreWhatItCanSay(string template, TargetingFields expected) =>
        Assert.AreEqual(expected, CredentialTemplate.Fields(template));

    [TestMethod]
    [DataRow("acme[-c-{country}][-{?strict}{COUNTRY}]", "")]
    [DataRow("a[{__|;}{session:8}]", "")]
    [DataRow("a{session:x}", "{session?x} is not a field: did you mean {session}?")]
    [DataRow("a[{countri}]", "{countri} is not a field: did you mean {country}?")]
    [DataRow("a[{country}", "'[' at 2 is never closed.")]
    [DataRow("a{country", "'{' at 2 is never closed.")]
    [DataRow("a}", "'}' at 2 has no partner, or stands inside its own kind.")]
    [DataRow("a[[x]]", "'[' at 3 has no partner, or stands inside its own kind.")]
    [DataRow("{a[b]}", "'[' at 3 has no partner, or stands inside its own kind.")]
    public void Problems_OfTemplate_AreNamed(string template, string expected) =>
        Assert.AreEqual(expected, string.Join(" ", CredentialTemplate.Problems(template)));

    [TestMethod]
    [DataRow("00000000ffffffff", "294967295")]
    [DataRow("ffffffffffffffff", "709551615")]
    [DataRow("", "")]
    public void Fill_SessionNumber_HasNineDigitsAtMost(string session, string expected) =>
        Assert.AreEqual(expected, CredentialTemplate.Fill("[{session_number}]", new TemplateValues(Targeting.None, session)));

    [TestMethod]
    public void Preview_OfRequest_IsWhatGoesUpstream()
    {
        Assert.AreEqual("acme-us-s1",
            CredentialTemplate.Preview("{username}[-{country}][-{session}]", "country-us-session-mine", "s1", "acme"));
        Assert.AreEqual("acme-us", CredentialTemplate.Preview("{username}[-{country}][-{session}]", "country-us", "s1", "acme"));
        Assert.IsNull(CredentialTemplate.Preview("{username}", "countri-us", "s1"));
    }

    [TestMethod]
    public void Problems_UnknownField_ListsTheKnown() =>
        StringAssert.StartsWith(CredentialTemplate.Problems("{}")[0],
            "{(empty)} is not a field; known are username, password, country,");

    [TestMethod]
    public void Fill_AnyTemplate_NeverThrows() => Prop.ForAll<string?>(text =>
    {
        CredentialTemplate.Fill(text ?? "", new TemplateValues(Targeting.None, ""));
        return CredentialTemplate.Problems(text ?? "").All(problem => problem.Length > 0)
            && CredentialTemplate.Fields(text ?? "") <= TargetingFields.All;
    }).QuickCheckThrowOnFailure();
}
