using AtlanticProxy.Engine.Requests;
using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.Engine.Tests.Requests.Grammars;

[TestClass]
public sealed class UsernameParserTests
{
    [TestMethod]
    public void Parse_OwnGrammar_ReadsEveryToken() => AssertParses(
        "alice-country-us-state-ny-city-newyork-zip-10001-asn-7922-isp-comcast-os-windows-session-a1B2-ttl-30-strict",
        new Targeting
        {
            Country = "us", State = "ny", City = "newyork", Zip = "10001", Asn = "7922", Isp = "comcast", Os = "windows",
            Session = "a1B2", TtlMinutes = 30, Strict = true,
        });

    [TestMethod]
    public void Parse_BrightData_IsRead() => AssertParses("brd-customer-alice-zone-res-country-us-city-sanfrancisco-session-a1b2",
        new Targeting { Country = "us", City = "sanfrancisco", Session = "a1b2" });

    [TestMethod]
    public void Parse_Oxylabs_IsRead() =>
        AssertParses("customer-alice-cc-US-st-us_california-city-los_angeles-sessid-abc-sesstime-5",
        new Targeting { Country = "us", State = "california", City = "losangeles", Session = "abc", TtlMinutes = 5 });

    [TestMethod]
    public void Parse_Decodo_IsRead() => AssertParses("user-alice-country-us-city-new_york-session-y-sessionduration-30",
        new Targeting { Country = "us", City = "newyork", Session = "y", TtlMinutes = 30 });

    [TestMethod]
    public void Parse_IpRoyal_IsReadFromThePassword() => AssertParses("alice",
        new Targeting { Country = "br", City = "saopaulo", Session = "sgn34f3e", TtlMinutes = 10 },
        "SECRET_country-br_city-saopaulo_session-sgn34f3e_lifetime-10m");

    [TestMethod]
    public void Parse_Webshare_IsRead() =>
        AssertParses("alice-us-fr-1234", new Targeting { Countries = CountryList.Of("us", "fr"), Session = "1234" });

    [TestMethod]
    public void Parse_DataImpulse_IsRead() =>
        AssertParses("alice__cr.de;city.berlin;sessttl.60", new Targeting { Country = "de", City = "berlin", TtlMinutes = 60 });

    [TestMethod]
    [DataRow("alice-region-europe-exclude-ru,by", "", "europe", "byru", "", false)]
    [DataRow("alice-country-eu", "atbebgcyczdedkeeesfifrgrhrhuieitltlulvmtnlplptrosesisk", "", "", "", false)]
    [DataRow("alice-country-uk-strict", "gb", "", "", "", true)]
    [DataRow("brd-customer-alice-zone-dc_1-session-x-const", "", "", "", "x", true)]
    [DataRow("lum-customer-alice-country-de", "de", "", "", "", false)]
    [DataRow("customer-alice-cn-EU", "", "europe", "", "", false)]
    [DataRow("customer-alice-sessid_oneip-abc", "", "", "", "abc", true)]
    [DataRow("user-alice-continent-na", "", "northamerica", "", "", false)]
    [DataRow("customer-alice", "", "", "", "", false)]
    [DataRow("user-alice", "", "", "", "", false)]
    [DataRow("brd-customer-alice", "", "", "", "", false)]
    [DataRow("alice-rotate", "", "", "", "", false)]
    [DataRow("alice-us-rotate", "us", "", "", "", false)]
    [DataRow("alice-42", "", "", "", "42", false)]
    [DataRow("alice__nocr.ru,by;sessid.A_1", "", "", "byru", "A_1", false)]
    [DataRow("alice__cr.de,au", "aude", "", "", "", false)]
    public void Parse_Variants_AreRead(
        string username, string countries, string region, string excluded, string session, bool strict)
    {
        var parsed = UsernameParser.Parse(username);
        Assert.AreEqual(("alice", null), (parsed.Name, parsed.Problem));
        var targeting = parsed.Targeting;
        Assert.AreEqual((countries, region, excluded, session, strict),
            (Codes(targeting.Countries), targeting.Region, Codes(targeting.ExcludedCountries), targeting.Session,
                targeting.Strict));
    }

    [TestMethod]
    [DataRow("alice-cuntry-us", "cuntry: did you mean country?"), DataRow("alice-countri-us", "countri: did you mean country?"),
        DataRow("alice-planet-mars", "planet")]
    [DataRow("alice-country-usa", "country-usa: not a country code, such as us"),
        DataRow("alice-country-zz", "country-zz: not a country code, such as us")]
    [DataRow("alice-ttl-0", "ttl-0: minutes, 1 to 1440"), DataRow("alice-ttl-1441", "ttl-1441: minutes, 1 to 1440"),
        DataRow("alice-country", "country: needs a value")]
    [DataRow("alice-", "(empty)"), DataRow("alice-session-", "session-(empty): 1 to 64 letters, digits, _ and ."),
        DataRow("alice-asn-x", "asn-x: a number such as 7922")]
    [DataRow("alice-strict-session", "session: needs a value"), DataRow("alice-ses\"sion-x", "ses?sion: did you mean session?")]
    [DataRow("alice-country-us-country-us", "country-us: given twice"),
        DataRow("alice-country-us,us", "country-us,us: given twice"), DataRow("alice-strict-strict", "strict: given twice")]
    [DataRow("alice-country-us-exclude-us", "exclude: not together with a country"),
        DataRow("alice-country-de-region-asia", "region: not together with a country")]
    [DataRow("alice-country-de,fr-city-paris", "city: needs one country, not several"),
        DataRow("alice-os-beos", "os-beos: known are windows, macos, linux, android, ios")]
    [DataRow("alice-region-mars", "region-mars: known are africa, antarctica, asia, europe, northamerica, oceania, southamerica")]
    [DataRow("alice-zip-10001_x", "zip-10001_x: up to 10 letters and digits"),
        DataRow("alice-city-_", "city-_: 1 to 64 letters and digits, with _ for spaces")]
    [DataRow("brd-customer-alice-zone-res-ip-1.2.3.4", "ip: not offered here"),
        DataRow("brd-customer-alice-zone-res-gip-us_1", "gip: not offered here")]
    [DataRow("brd-customer-alice-zone-res-dns-remote", "dns: not offered here"),
        DataRow("brd-customer-alice-zone-res-direct", "direct: not offered here")]
    [DataRow("brd-customer-alice-zone", "zone: needs a value"), DataRow("brd-customer-alice-zon-res", "zon: did you mean zone?"),
        DataRow("brd-customer-alice-ttl-5", "ttl")]
    [DataRow("customer-alice-country-us", "country"), DataRow("customer-alice-cc-US-st-us_ohio-cc-US", "cc-US: given twice")]
    [DataRow("customer-alice-cc-DE-st-us_ohio", "st: is not in that country"),
        DataRow("customer-alice-sessid-a-sessid_oneip-b", "sessid_oneip-b: given twice")]
    [DataRow("customer-alice-loc-1.0,2.0", "loc: not offered here"),
        DataRow("user-alice-sesion-x", "sesion: did you mean session?")]
    [DataRow("alice-us-us", "us: given twice"), DataRow("alice-us-12-13", "13: given twice"),
        DataRow("alice-rotate-7", "rotate: not together with a session")]
    [DataRow("alice-us-rotat", "rotat: did you mean rotate?"), DataRow("alice-xx", "xx"), DataRow("alice-us-xx", "xx"),
        DataRow("alice-us-fr-city_paris", "city: needs one country, not several")]
    [DataRow("alice-us-country-de", "country"), DataRow("alice__", "(empty)"), DataRow("alice__cr", "cr: needs a value"),
        DataRow("alice__cr.", "cr.(empty): not a country code, such as us")]
    [DataRow("alice__cr.de;;", "(empty)"), DataRow("alice__cr.de;nocity.berlin", "nocity: not offered here"),
        DataRow("alice__cr.de;citi.berlin", "citi: did you mean city?")]
    [DataRow("alice__cr.es;city.madrid,barcelona", "city.madrid,barcelona: 1 to 64 letters and digits, with _ for spaces")]
    public void Parse_WhatIsNotUnderstood_IsRefusedByName(string username, string problem)
    {
        var parsed = UsernameParser.Parse(username);
        Assert.AreEqual(("alice", problem, Targeting.None), (parsed.Name, parsed.Problem, parsed.Targeting));
    }

    [TestMethod]
    [DataRow("S_country-br_lifetime-90s", "lifetime-90s: whole minutes, 1m to 24h"),
        DataRow("S_lifetime-7d", "lifetime-7d: whole minutes, 1m to 24h")]
    [DataRow("S_lifetime-10", "lifetime-10: whole minutes, 1m to 24h"), DataRow("S_streaming-1", "streaming: not offered here"),
        DataRow("S_", "(empty)")]
    [DataRow("S_countri-br", "countri: did you mean country?"), DataRow("S_country", "country: needs a value"),
        DataRow("S_country-us,fr_city-x", "city: needs one country, not several")]
    public void Parse_PasswordThatIsNotUnderstood_IsRefusedByName(string password, string problem) =>
        Assert.AreEqual(problem, UsernameParser.Parse("alice", password).Problem);

    [TestMethod]
    [DataRow("120s", 2), DataRow("10m", 10), DataRow("1h", 60), DataRow("24H", 1440), DataRow("1d", 1440)]
    public void Parse_Lifetime_IsMinutes(string lifetime, int minutes) =>
        Assert.AreEqual(minutes, UsernameParser.Parse("alice", $"S_session-x_lifetime-{lifetime}").Targeting.TtlMinutes);

    [TestMethod]
    public void Parse_TargetingInUsernameAndPassword_IsRefused() =>
        Assert.AreEqual("password: targeting in the username already",
            UsernameParser.Parse("alice-ttl-10", "S_country-br").Problem);

    [TestMethod]
    [DataRow("alice-city-new_york", "S"), DataRow("alice-city-NewYork", "S"), DataRow("alice-city-new+york", "S"),
        DataRow("alice-city-new%20york", "S")]
    [DataRow("alice-city-new york", "S"), DataRow("alice-us-city_new_york", "S"), DataRow("alice__city.New-York", "S"),
        DataRow("alice", "S_city-New-York")]
    [DataRow("customer-alice-city-NEW_YORK", "S"), DataRow("user-alice-city-new_york", "S"),
        DataRow("brd-customer-alice-city-newyork", "S")]
    public void Parse_SpellingsOfAName_AreOne(string username, string password) =>
        Assert.AreEqual("newyork", UsernameParser.Parse(username, password).Targeting.City);

    [TestMethod]
    [DataRow("customer-alice-st-us_new_york", "us", "newyork"), DataRow("customer-alice-st-us_new_york-cc-us", "us", "newyork"),
        DataRow("user-alice-country-es-state-la_rioja", "es", "larioja")]
    [DataRow("user-alice-country-de-state-de_berlin", "de", "berlin"), DataRow("alice-state-ny", "", "ny"),
        DataRow("alice-country-us-state-us", "us", "us")]
    public void Parse_CountryInFrontOfAState_IsTakenOff(string username, string country, string state)
    {
        var parsed = UsernameParser.Parse(username);
        Assert.AreEqual((null, country, state), (parsed.Problem, parsed.Targeting.Country, parsed.Targeting.State));
    }

    [TestMethod]
    [DataRow("user", "user", ""), DataRow("customer", "customer", ""), DataRow("brd", "brd", ""),
        DataRow("brd-country-us", "brd", "us")]
    [DataRow("user-user-country-us", "user", "us"), DataRow("user-country-us", "country", "")]
    [DataRow("user-us-country-de", "us", "de"), DataRow("customer-cc", "cc", ""), DataRow("", "", ""), DataRow("-us", "", "us"),
        DataRow("alice_country-us", "alice_country-us", ""), DataRow("alice-os-ios-country-us", "alice", "us")]
    public void Parse_WhatCouldBeSeveral_FollowsTheRule(string username, string name, string country)
    {
        var parsed = UsernameParser.Parse(username);
        Assert.AreEqual((name, country), (parsed.Name, parsed.Targeting.Country));
    }

    [TestMethod]
    [DataRow("alice", 0), DataRow("alice-country-us", 1), DataRow("alice-country-us-ttl-30", 1)]
    public async Task Parse_OnceCompiled_AllocatesOnlyWhatItKeeps(string username, int targetings)
    {
        // The name's string, and one Targeting: no token has a string or a list of its own.
        object kept = new();
        long targeting = AllocatedBy(() => kept = new Targeting()), name = AllocatedBy(() => kept = new string('a', 5));
        await Poll.UntilAsync(() =>
            AllocatedBy(() => kept = UsernameParser.Parse(username).Targeting) == targetings * (targeting + name));
        GC.KeepAlive(kept);
    }

    [TestMethod]
    public void Parse_AnyText_NeverThrowsAndNamesPlainTokens() =>
        Prop.ForAll<string?, string?>((username, password) =>
        {
            var parsed = UsernameParser.Parse(username ?? "", password ?? "");
            return parsed.Problem is null
                || parsed.Problem.All(c => char.IsAscii(c) && !char.IsControl(c) && c is not ('"' or '\\'));
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void CountryCode_EveryCountry_IsFoundInAnyCase()
    {
        foreach (var country in Gazetteer.Countries)
            Assert.AreEqual(country.Code, CountryCode.Find(country.Code.ToUpperInvariant()));
        Assert.AreEqual(27, CountryList.EuropeanUnion.Count);
        CollectionAssert.AreEqual(Gazetteer.Regions, Region.Names.ToArray());
    }

    [TestMethod]
    public void Fields_OfTargeting_AreWhatIsAskedFor()
    {
        Assert.AreEqual(TargetingFields.None, Targeting.None.Fields);
        Assert.AreEqual(TargetingFields.Country | TargetingFields.Session | TargetingFields.Ttl,
            UsernameParser.Parse("alice-country-us-session-x-ttl-10").Targeting.Fields);
        Assert.AreEqual(TargetingFields.All & ~(TargetingFields.Country | TargetingFields.Ttl),
            UsernameParser.Parse(
                "alice-exclude-us-region-asia-state-x-city-y-zip-1-asn-1-isp-z-os-ios-session-s").Targeting.Fields);
    }

    // Bytes; boxes of code that is not optimised yet included.
    private static long AllocatedBy(Action action)
    {
        const int Times = 1000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Times; i++)
            action();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Times;
    }

    private static void AssertParses(string username, Targeting expected, string password = "SECRET")
    {
        var parsed = UsernameParser.Parse(username, password);
        Assert.IsNull(parsed.Problem);
        Assert.AreEqual(("alice", expected), (parsed.Name, parsed.Targeting));
    }

    private static string Codes(CountryList list) => list.ToString().Replace(",", "", StringComparison.Ordinal);
}
