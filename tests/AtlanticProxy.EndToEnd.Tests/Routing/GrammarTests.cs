using AtlanticProxy.EndToEnd.Tests.Appliances;

namespace AtlanticProxy.EndToEnd.Tests.Routing;

/// <summary>A customer keeps their old provider's username; the reseller's provider is asked in its own.</summary>
[TestClass]
public sealed class GrammarTests
{
    private static RoutedAppliance s_routed = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => s_routed = await SharedAppliance.Routed;

    [TestMethod]
    [DataRow("{user}-country-us-state-ny-city-newyork-session-{s}-ttl-10", "{secret}", true, DisplayName = "AtlanticProxy")]
    [DataRow("brd-customer-{user}-zone-res-country-us-state-ny-city-newyork-session-{s}", "{secret}", true,
        DisplayName = "Bright Data")]
    [DataRow("customer-{user}-cc-US-st-us_new_york-city-new_york-sessid-{s}-sesstime-5", "{secret}", true,
        DisplayName = "Oxylabs")]
    [DataRow("user-{user}-country-us-city-new_york-session-{s}-sessionduration-30", "{secret}", false, DisplayName = "Decodo")]
    [DataRow("{user}", "{secret}_country-us_city-newyork_session-{s}_lifetime-10m", false, DisplayName = "IPRoyal")]
    [DataRow("{user}-us-city_new_york-{number}", "{secret}", false, DisplayName = "Webshare")]
    [DataRow("{user}__cr.us;city.newyork;sessid.{s};sessttl.60", "{secret}", false, DisplayName = "DataImpulse")]
    public async Task Curl_WithAnyGrammar_ComesOutWhereItAskedThroughEachProvider(
        string username, string password, bool asksForState)
    {
        // A provider each, and each in another of curl's ways.
        await Task.WhenAll(
            CheckAsync(RoutedAppliance.BrightData, "http", []),
            CheckAsync(RoutedAppliance.Oxylabs, "http", ["-p"]),
            CheckAsync(RoutedAppliance.IpRoyal, "socks5h", []));

        async Task CheckAsync(string plan, string scheme, string[] options)
        {
            var exit = await ShownExit.SettledAsync(() => AskAsync("sgn34f3e", "1234"));
            var other = await AskAsync("sgn34f3f", "1235");

            string where = $"{exit} of {plan}";
            Assert.AreEqual((plan, "US"), (exit.Provider, exit.Country), where);
            Assert.AreEqual("newyork", exit.City.Replace("_", "", StringComparison.Ordinal), where);
            if (asksForState)
                Assert.Contains(exit.State.Replace("_", "", StringComparison.Ordinal), ["ny", "newyork"], where);
            StringAssert.Matches(exit.Session, new("^([0-9a-f]{16}|[0-9a-f]{8})$"), where);
            Assert.AreNotEqual(exit.Session, other.Session);

            Task<ShownExit> AskAsync(string session, string number)
            {
                var user = s_routed.User(plan);
                string Of(string template) =>
                    template.Replace("{user}", user.Username, StringComparison.Ordinal)
                        .Replace("{secret}", user.Password, StringComparison.Ordinal)
                    .Replace("{s}", session, StringComparison.Ordinal).Replace("{number}", number, StringComparison.Ordinal);
                return ShownExit.AskAsync(s_routed.Appliance, new ProxyCredentials(Of(username), Of(password)), scheme, options);
            }
        }
    }

    [TestMethod]
    public async Task Curl_WithoutSession_GetsAnotherExitEachTime()
    {
        var exits = await ShownExit.AskOftenAsync(s_routed.Appliance, s_routed.User(RoutedAppliance.Mixed, "country-de"), 60);

        Assert.IsTrue(exits.All(exit => exit is { Country: "DE", Session: "" }), string.Join('\n', exits));
        // 60 draws from three miss one of them once in ten thousand million runs.
        Assert.AreEqual(3, exits.Select(exit => exit.Provider).Distinct().Count(), "All providers of the pool have their share.");
    }

    [TestMethod]
    public async Task Curl_AskingForWhatThePlanLacks_Gets402ThatNamesThePlan()
    {
        string head = await ShownExit.AskForHeadAsync(s_routed.Appliance, s_routed.User(RoutedAppliance.Basic, "country-us"));
        string without = await ShownExit.AskForHeadAsync(s_routed.Appliance, s_routed.User(RoutedAppliance.Basic, "session-a"));

        StringAssert.StartsWith(head, "HTTP/1.1 402 ");
        // The cheapest of those that include it.
        StringAssert.Contains(head, $"plan {RoutedAppliance.BrightData} includes it");
        StringAssert.StartsWith(without, "HTTP/1.1 200 ");
    }
}
