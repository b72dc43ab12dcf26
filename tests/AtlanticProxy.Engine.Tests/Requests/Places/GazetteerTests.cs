using AtlanticProxy.Engine.Requests.Places;

namespace AtlanticProxy.Engine.Tests.Requests.Places;

[TestClass]
public sealed class GazetteerTests
{
    private static readonly List<State> AllStates =
    [.. Gazetteer.Countries.SelectMany(country => Gazetteer.States(country.Code))];
    private static readonly List<City> AllCities = [.. Gazetteer.Countries.SelectMany(country => Gazetteer.Cities(country.Code))];

    [TestMethod]
    [DataRow("us", "ny", "newyork", "ny", "new_york"), DataRow("us", "New-York", "newyork", "ny", "new_york"),
        DataRow("us", "NEW_YORK", "newyork", "ny", "new_york")]
    [DataRow("us", "california", "california", "ca", "california"), DataRow("ca", "québec", "quebec", "qc", "quebec"),
        DataRow("gb", "eng", "england", "eng", "england")]
    [DataRow("de", "bayern", "bavaria", "by", "bavaria"),
        DataRow("de", "nw", "northrhinewestphalia", "nw", "north_rhine_westphalia")]
    [DataRow("br", "sp", "saopaulo", "sp", "sao_paulo"), DataRow("ng", "Oyo State", "oyo", "oy", "oyo"),
        DataRow("fr", "idf", "iledefrance", "idf", "ile_de_france")]
    [DataRow("cn", "Guangdong", "guangdong", "gd", "guangdong"), DataRow("ir", "tehran", "tehran", "23", "tehran"),
        DataRow("in", "Tamil Nadu", "tamilnadu", "tn", "tamil_nadu")]
    public void State_InAnySpelling_IsOne(string country, string spelled, string name, string code, string words)
    {
        Assert.AreEqual(name, Gazetteer.StateName(country, spelled));
        Assert.AreEqual(code, Gazetteer.StateCode(country, spelled));
        Assert.AreEqual(words, Gazetteer.StateWords(country, spelled));
    }

    [TestMethod]
    [DataRow("us", "on"), DataRow("us", "newyor"), DataRow("us", ""), DataRow("u", "ny"), DataRow("", "ny"), DataRow("zz", "ny"),
        DataRow("us", "нью"), DataRow("us", "\t"), DataRow("us\tnewyork", "")]
    public void State_Unknown_IsNull(string country, string name)
    {
        Assert.IsNull(Gazetteer.StateName(country, name));
        Assert.IsNull(Gazetteer.StateCode(country, name));
        Assert.AreEqual(name, Gazetteer.StateWords(country, name));
    }

    [TestMethod]
    [DataRow("us", "newyork", "newyork", "new_york"), DataRow("us", "New York City", "newyork", "new_york"),
        DataRow("us", "los-angeles", "losangeles", "los_angeles")]
    [DataRow("br", "sãopaulo", "saopaulo", "sao_paulo"), DataRow("de", "Köln", "cologne", "cologne"),
        DataRow("de", "cologne", "cologne", "cologne"), DataRow("us", "Washington DC", "washington", "washington")]
    [DataRow("ci", "abidjan", "abidjan", "abidjan"), DataRow("cn", "Xi'an", "xian", "xian"),
        DataRow("pl", "lodz", "lodz", "lodz"), DataRow("us", "atlantis", null, "atlantis")]
    public void City_InAnySpelling_IsOne(string country, string spelled, string? name, string words)
    {
        Assert.AreEqual(name, Gazetteer.CityName(country, spelled));
        Assert.AreEqual(words, Gazetteer.CityWords(country, spelled));
    }

    [TestMethod]
    public void FindCity_OfSeveral_IsTheLargestOrThatOfTheState()
    {
        Assert.AreEqual("missouri", Gazetteer.FindCity("us", "springfield")!.State);
        Assert.AreEqual("illinois", Gazetteer.FindCity("us", "springfield", "illinois")!.State);
        Assert.IsNull(Gazetteer.FindCity("us", "springfield", "alaska"));
    }

    [TestMethod]
    public void Cities_OfPrefixAndState_AreTheLargestFirstAndOnce()
    {
        Assert.AreEqual("New York, Los Angeles, Chicago",
            string.Join(", ", Gazetteer.Cities("us", limit: 4).Where(city => city.Name != "Brooklyn").Select(city => city.Name)));
        var san = Gazetteer.Cities("us", "california", "San D");
        Assert.AreEqual("San Diego", san[0].Name);
        Assert.IsTrue(san.All(city => city.Key.StartsWith("sand", StringComparison.Ordinal) && city.State == "california"));
        Assert.AreEqual(0, Gazetteer.Cities("us", "nowhere").Count);
        Assert.AreEqual("New York", Gazetteer.Cities("us", prefix: "New York City").Single().Name);
        Assert.AreEqual("Bavaria", Gazetteer.States("de", "Bayern").Single().Name);
        Assert.AreEqual(16, Gazetteer.States("de").Count);
    }

    [TestMethod]
    public void Countries_ByCodeAndName_AreFound()
    {
        Assert.AreEqual(250, Gazetteer.Countries.Length);
        Assert.IsTrue(Gazetteer.IsCountry("us") && Gazetteer.IsCountry("xk"));
        Assert.IsFalse(Gazetteer.IsCountry("US") || Gazetteer.IsCountry("uk") || Gazetteer.IsCountry("zz")
            || Gazetteer.IsCountry("") || Gazetteer.IsCountry("chad"));
        Assert.AreEqual("gb", Gazetteer.FindCountry("UK")!.Code);
        Assert.AreEqual("ci", Gazetteer.FindCountry("cote d'ivoire")?.Code ?? Gazetteer.FindCountry("Ivory Coast")!.Code);
        Assert.AreEqual("us", Gazetteer.FindCountry("United States")!.Code);
        Assert.IsNull(Gazetteer.FindCountry(""));
    }

    [TestMethod]
    public void CountriesOf_Region_AreSortedCodes()
    {
        CollectionAssert.AreEqual(new[] { "africa", "antarctica", "asia", "europe", "northamerica", "oceania", "southamerica" },
            Gazetteer.Regions);
        var europe = Gazetteer.CountriesOf("Europe");
        Assert.IsTrue(europe.Contains("at") && europe.Contains("be") && !europe.Contains("us"));
        CollectionAssert.AreEqual(europe.Order(StringComparer.Ordinal).ToArray(), europe);
        Assert.AreEqual(Gazetteer.Countries.Length, Gazetteer.Regions.Sum(region => Gazetteer.CountriesOf(region).Length));
        Assert.IsTrue(Gazetteer.CountriesOf("atlantis").IsEmpty);
        Assert.IsTrue(Gazetteer.IsInRegion("de", "europe"));
        Assert.IsFalse(Gazetteer.IsInRegion("de", "asia") || Gazetteer.IsInRegion("zz", "europe")
            || Gazetteer.IsInRegion("", ""));
    }

    [TestMethod]
    public void Asn_ByNumberAndHolder_IsFound()
    {
        Assert.AreEqual("us", Gazetteer.FindAsn(7922)!.Country);
        StringAssert.StartsWith(Gazetteer.FindAsn(7922)!.Holder, "Comcast");
        Assert.IsNull(Gazetteer.FindAsn(64512), "private numbers have no holder");
        Assert.AreEqual(3320u, Gazetteer.Asns("de", "deutsche telekom")[0].Number);
        Assert.IsTrue(Gazetteer.Asns("", "comcast").Count > 1);
        Assert.IsTrue(Gazetteer.Asns("ng", limit: 3).All(asn => asn.Country == "ng"));
    }

    [TestMethod]
    public void States_All_RoundTripBetweenCodeAndName()
    {
        Assert.IsTrue(AllStates.Count > 3000, $"{AllStates.Count} states");
        foreach (var state in AllStates)
        {
            Assert.AreEqual(state.Key, Gazetteer.StateName(state.Country, state.Name), $"{state}");
            if (state.Code.Length == 0)
                continue;
            Assert.AreEqual(state.Code, Gazetteer.StateCode(state.Country, state.Key), $"{state}");
            Assert.AreEqual(state.Key, Gazetteer.StateName(state.Country, state.Code), $"{state}");
        }
    }

    [TestMethod]
    public void Names_All_NormaliseToThemselvesAndFromTheirWords()
    {
        Assert.IsTrue(AllCities.Count > 20_000, $"{AllCities.Count} cities");
        foreach (var (key, name) in AllStates.Select(state => (state.Key, state.Name))
            .Concat(AllCities.Select(city => (city.Key, city.Name))))
        {
            Assert.IsTrue(key.Length > 0 && key.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)), $"{key} of {name}");
            Assert.AreEqual(key, PlaceName.Normalise(key));
            Assert.AreEqual(key, PlaceName.Normalise(PlaceName.Words(name)));
        }
    }

    [TestMethod]
    public void Cities_All_AreFoundInTheirStatesWhichExist()
    {
        foreach (var city in AllCities)
        {
            var found = Gazetteer.FindCity(city.Country, city.Name, city.State);
            Assert.AreEqual(city.Key, found?.Key, $"{city}");
            Assert.IsTrue(city.State.Length == 0 || found == city, $"{city} is not {found}");
            Assert.IsTrue(city.State.Length == 0 || Gazetteer.StateName(city.Country, city.State) == city.State, $"{city}");
        }
    }

    [TestMethod]
    public void Lookups_OfEverything_TakeLittleMemory()
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var city in AllCities)
            Gazetteer.CityWords(city.Country, city.Key);

        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        const int leastString = 22; // bytes; other tests' threads keep or free some, too, but not that much for each city
        Assert.IsLessThan(AllCities.Count * leastString, kept, "bytes are kept by lookups");
    }
}
