using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.Tests.Providers;

/// <summary>Each preset against the usernames of its provider's own documentation.</summary>
[TestClass]
public sealed class PresetTests
{
    private const string Session = "0123456789abcdef";

    [TestMethod]
    // docs.brightdata.com/proxy-networks/config-options
    [DataRow("brightdata", "brd-customer-C-zone-Z", "", "brd-customer-C-zone-Z")]
    [DataRow("brightdata", "brd-customer-C-zone-Z", "country-us-state-ny", "brd-customer-C-zone-Z-country-us-state-ny")]
    [DataRow("brightdata", "brd-customer-C-zone-Z", "country-us-city-San_Francisco",
        "brd-customer-C-zone-Z-country-us-city-sanfrancisco")]
    [DataRow("brightdata", "brd-customer-C-zone-Z", "asn-56386", "brd-customer-C-zone-Z-asn-56386")]
    [DataRow("brightdata", "brd-customer-C-zone-Z", "session-mine", "brd-customer-C-zone-Z-session-" + Session)]
    // developers.oxylabs.io/proxies/residential-proxies/making-requests, select-state
    [DataRow("oxylabs", "USERNAME", "country-us-city-london-session-mine-ttl-5",
        "customer-USERNAME-cc-US-city-london-sessid-" + Session + "-sesstime-5")]
    [DataRow("oxylabs", "USERNAME", "country-us-state-california", "customer-USERNAME-cc-US-st-us_california")]
    [DataRow("oxylabs", "USERNAME", "country-us-state-ca-city-losangeles",
        "customer-USERNAME-cc-US-st-us_california-city-los_angeles")]
    [DataRow("oxylabs", "USERNAME", "session-mine-ttl-60", "customer-USERNAME-sessid-" + Session + "-sesstime-30")]
    // help.decodo.com
    [DataRow("decodo", "USERNAME", "country-us-zip-10001-session-mine-ttl-30",
        "user-USERNAME-country-us-zip-10001-session-" + Session + "-sessionduration-30")]
    [DataRow("decodo", "USERNAME", "country-us-state-newyork-city-newyork",
        "user-USERNAME-country-us-state-us_new_york-city-new_york")]
    // apidocs.webshare.io/proxy-connection
    [DataRow("webshare", "myuser", "country-us", "myuser-us-rotate")]
    [DataRow("webshare", "myuser", "country-us-city-losangeles", "myuser-us-city_los_angeles-rotate")]
    [DataRow("webshare", "myuser", "", "myuser-rotate")]
    [DataRow("webshare", "myuser", "country-us-session-mine", "myuser-us-216486895")]
    // docs.dataimpulse.com/proxies/parameters
    [DataRow("dataimpulse", "login", "", "login")]
    [DataRow("dataimpulse", "login", "country-de", "login__cr.de")]
    [DataRow("dataimpulse", "login", "country-au-session-mine-ttl-60", "login__cr.au;sessid." + Session + ";sessttl.60")]
    [DataRow("dataimpulse", "login", "asn-7922", "login__asn.7922")]
    public void Username_OfPreset_IsAsItsProviderDocuments(string name, string account, string targeting, string expected) =>
        Assert.AreEqual(expected,
            CredentialTemplate.Preview(ProviderPreset.Find(name)!.UsernameTemplate, targeting, Session, account));

    [TestMethod]
    // docs.iproyal.com/proxies/residential/proxy/rotation: a session has exactly eight characters.
    [DataRow("country-br-session-mine-ttl-10", "password321_country-br_session-01234567_lifetime-10m")]
    [DataRow("region-europe", "password321_region-europe")]
    public void Password_OfIpRoyal_IsAsDocumented(string targeting, string expected)
    {
        var preset = ProviderPreset.Find("iproyal")!;

        Assert.AreEqual(expected,
            CredentialTemplate.Preview(preset.PasswordTemplate, targeting, Session, "username123", "password321"));
        Assert.AreEqual("username123", CredentialTemplate.Preview(preset.UsernameTemplate, targeting, Session, "username123"));
    }

    [TestMethod]
    public void All_Presets_AreWholeAndTheirTemplatesValid()
    {
        CollectionAssert.AreEqual(
            new[] { "brightdata", "dataimpulse", "decodo", "iproyal", "oxylabs", "webshare", "custom", "direct", "list" },
            ProviderPreset.All.Select(p => p.Name).ToList());
        foreach (var preset in ProviderPreset.All)
        {
            Assert.IsNotEmpty(preset.Label, preset.Name);
            foreach (string template in new[] { preset.UsernameTemplate, preset.PasswordTemplate })
                Assert.IsEmpty(CredentialTemplate.Problems(template), preset.Name);
            Assert.IsTrue(preset.Endpoints.All(endpoint => ProviderEndpoint.Parse(endpoint) is not null), preset.Name);
            if (!preset.IsGateway)
                continue;
            Assert.Contains("{username}", preset.UsernameTemplate, preset.Name);
            Assert.IsTrue(Uri.IsWellFormedUriString(preset.Documentation, UriKind.Absolute), preset.Name);
            Assert.IsTrue(
                (CredentialTemplate.Fields(preset.UsernameTemplate) | CredentialTemplate.Fields(preset.PasswordTemplate))
                .HasFlag(TargetingFields.Country | TargetingFields.Session), preset.Name);
        }
    }
}
