using System.Text.Json;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.Simulator.Tests;

/// <summary>Each provider's own way to ask, from its own documentation, and what it refuses.</summary>
[TestClass]
public sealed class GrammarTests : SimulatorTest
{
    [TestMethod]
    [DataRow("brightdata", "brd-customer-C-zone-Z", "brd-customer-C-zone-Z-country-us-state-ny-city-newyork-session-a1-const",
        "secret", "US|ny|newyork|a1")]
    [DataRow("oxylabs", "acme", "customer-acme-cc-US-st-us_new_york-city-new_york-sessid-a1-sesstime-30", "secret",
        "US|new_york|new_york|a1")]
    [DataRow("oxylabs", "acme", "customer-acme-cc-GB-sessid_oneip-a1", "secret", "GB|||a1")]
    [DataRow("decodo", "acme", "user-acme-country-us-state-us_texas-zip-77001-session-a1-sessionduration-60", "secret",
        "US|texas||a1")]
    [DataRow("iproyal", "acme", "acme", "secret_country-br_city-saopaulo_session-sgn34f3e_lifetime-10m", "BR||saopaulo|sgn34f3e")]
    [DataRow("webshare", "acme", "acme-us-city_los_angeles-1234", "secret", "US||los_angeles|1234")]
    [DataRow("webshare", "acme", "acme-fr-rotate", "secret", "FR|||")]
    [DataRow("dataimpulse", "acme", "acme__cr.de;city.berlin;sessid.s7;sessttl.60", "secret", "DE||berlin|s7")]
    [DataRow("atlanticproxy", "acme", "acme-country-us-state-ny-city-newyork-asn-7922-session-a1b2-ttl-10-strict", "secret",
        "US|ny|newyork|a1b2")]
    public async Task Username_OfGrammar_IsUnderstood_NamedOrByItsShape(
        string grammar, string account, string username, string password, string expected)
    {
        var options = new SimulatorOptions { Username = account, Password = Password };

        foreach (var told in new[] { options with { Grammar = grammar }, options })
        {
            var exit = await ExitAsync(await StartAsync(told), username, password);

            string Of(string name) => exit.GetProperty(name).GetString()!;
            Assert.AreEqual(expected, $"{Of("country")}|{Of("state")}|{Of("city")}|{Of("session")}");
        }
    }

    [TestMethod]
    [DataRow("brightdata", "acme-cuntry-us", "secret", "cuntry", DisplayName = "unknown key")]
    [DataRow("brightdata", "acme-country-usa", "secret", "country", DisplayName = "malformed value")]
    [DataRow("brightdata", "acme-country", "secret", "country", DisplayName = "no value")]
    [DataRow("brightdata", "acme-city-new_york", "secret", "city", DisplayName = "another provider's spelling")]
    [DataRow("oxylabs", "customer-acme-country-us", "secret", "country", DisplayName = "another provider's key")]
    [DataRow("oxylabs", "customer-acme-sesstime-31", "secret", "sesstime", DisplayName = "beyond its limit")]
    [DataRow("decodo", "user-acme-cc-us", "secret", "cc")]
    [DataRow("iproyal", "acme", "secret_session-tooshort1", "session", DisplayName = "not eight characters")]
    [DataRow("iproyal", "acme", "secret_colour-red", "colour")]
    [DataRow("webshare", "acme-usa", "secret", "usa")]
    [DataRow("dataimpulse", "acme__cr.de;mood.good", "secret", "mood")]
    [DataRow("atlanticproxy", "acme-", "secret", "(empty)")]
    [DataRow(null, "customer-acme-cc-US-colour-red", "secret", "colour", DisplayName = "told by its shape")]
    public async Task Token_NotUnderstood_Is400AndNamed(string? grammar, string username, string password, string token)
    {
        var (head, body) = await AskAsync(await StartAsync(WithAccount with { Grammar = grammar }), username, password);

        StringAssert.StartsWith(head, "HTTP/1.1 400 ");
        StringAssert.EndsWith(body, $": {token}");
    }

    [TestMethod]
    [DataRow("oxylabs", "acme", "secret", DisplayName = "without its head")]
    [DataRow("oxylabs", "customer-acmeX-cc-US", "secret", DisplayName = "another account")]
    [DataRow("brightdata", "acme-country-us", "wrong", DisplayName = "wrong password")]
    [DataRow("brightdata", "acme", "secret_country-us", DisplayName = "targeting where it does not belong")]
    [DataRow("iproyal", "acme", "secretcountry-us")]
    [DataRow(null, "other-country-us", "secret")]
    public async Task Account_ThatIsNotOurs_Is407(string? grammar, string username, string password) =>
        StringAssert.StartsWith(
            (await AskAsync(await StartAsync(WithAccount with { Grammar = grammar }), username, password)).Head, "HTTP/1.1 407 ");

    [TestMethod]
    [DataRow("brd-customer-someone-zone-res-country-nl-session-q", "x")]
    [DataRow("customer-someone-cc-NL-sessid-q", "x")]
    [DataRow("someone__cr.nl;sessid.q", "x")]
    [DataRow("someone", "x_country-nl_session-qqqqqqqq")]
    public async Task OpenSimulator_TellsByShape_WhereTheNameEnds(string username, string password) =>
        Assert.AreEqual("NL", (await ExitAsync(await StartAsync(), username, password)).GetProperty("country").GetString());

    [TestMethod]
    public async Task Socks_TokenNotUnderstood_FailsAuthentication()
    {
        var simulator = await StartAsync(WithAccount with { Grammar = "decodo" });

        var good = await Tool.CurlAsync("-x", $"socks5h://user-acme-country-de:secret@{simulator.Endpoint}", "http://exit.test/");
        var bad = await Tool.CurlAsync("-x", $"socks5h://user-acme-colour-red:secret@{simulator.Endpoint}", "http://exit.test/");

        Assert.AreEqual("DE", JsonDocument.Parse(good.Output).RootElement.GetProperty("country").GetString());
        Assert.AreNotEqual(0, bad.ExitCode);
    }

    [TestMethod]
    public void Options_OfAnUnknownGrammar_AreRefused() =>
        Assert.ContainsSingle(new SimulatorOptions { Grammar = "klingon" }.Validate());

    private static async Task<(string Head, string Body)> AskAsync(ProviderSimulator simulator, string username, string password)
    {
        using var client = await RawClient.ConnectAsync(simulator.Endpoint);
        await client.SendAsync($"GET http://exit.test/ HTTP/1.1\r\nHost: exit.test\r\n{Basic(username, password)}\r\n");
        return await client.ReadResponseAsync();
    }
}
