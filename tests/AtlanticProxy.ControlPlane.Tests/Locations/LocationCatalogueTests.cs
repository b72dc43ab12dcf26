using AtlanticProxy.ControlPlane.Locations;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.Engine.Requests;

namespace AtlanticProxy.ControlPlane.Tests.Locations;

[TestClass]
public sealed class LocationCatalogueTests
{
    [TestMethod]
    public async Task WhoServes_Place_AreTheEnabledProvidersThatCanBeAskedForIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await AddAsync(plane, "countries", "u[-cc-{country}]", 2);
        await AddAsync(plane, "cities", "u[-cc-{country}][-city-{city}][-st-{state}][-asn-{asn}]", 1);
        await AddAsync(plane, "plain", "u", 0);
        long off = await AddAsync(plane, "off", "u[-cc-{country}]", 0);
        Assert.IsTrue((await plane.AskAsync((SetProviderState set) => set.ExecuteAsync(new(off, false), default))).IsSuccess);

        var coverage = await plane.AskAsync((LocationCatalogue catalogue) => catalogue.CoverageAsync(default));

        Assert.AreEqual("cities countries", string.Join(' ', coverage.WhoServes("us")));
        Assert.AreEqual("cities", string.Join(' ', coverage.WhoServes("us", city: "newyork")));
        Assert.AreEqual("cities", string.Join(' ', coverage.WhoServes("us", "newyork")));
        Assert.AreEqual("cities", string.Join(' ', coverage.WhoServesAsn("us")));
        Assert.IsTrue(coverage.Offers(TargetingFields.Country | TargetingFields.City));
        Assert.IsFalse(coverage.Offers(TargetingFields.Zip));
    }

    [TestMethod]
    public async Task WhoServes_PresetAndList_FollowsTheirTemplatesCountriesAndProxies()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await AddAsync(plane, "preset",
            new ProviderSettings("", Password: "pw") { Preset = "decodo", Username = "acme", Countries = ["US", "DE"] });
        await AddAsync(plane, "list",
            new ProviderSettings("") { Preset = ProviderPreset.List, List = "192.0.2.1:80,de,berlin\n192.0.2.2:80,fr" });

        var coverage = await plane.AskAsync((LocationCatalogue catalogue) => catalogue.CoverageAsync(default));

        Assert.AreEqual("preset list", string.Join(' ', coverage.WhoServes("de").OrderDescending()));
        Assert.AreEqual("preset", string.Join(' ', coverage.WhoServes("us", city: "newyork")));
        Assert.AreEqual("list", string.Join(' ', coverage.WhoServes("fr")));
        Assert.IsTrue(coverage.WhoServes("de", city: "berlin").Contains("list"));
        Assert.IsFalse(coverage.WhoServes("de", city: "munich").Contains("list"));
        Assert.AreEqual(0, coverage.WhoServes("ng").Count);
    }

    [TestMethod]
    public async Task List_OfCountryAndSearch_AreItsPlaces()
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        var all = await ListAsync(plane, "", "");
        var germany = await ListAsync(plane, "de", "");
        var found = await ListAsync(plane, "us", "Springfield");
        var comcast = await ListAsync(plane, "", "comcast");

        Assert.IsTrue(all.Count == 250 && all.All(place => place.Kind == LocationKind.Country && place.Providers.Count == 0));
        CollectionAssert.AreEqual(
            new[] { (LocationKind.Country, 1), (LocationKind.State, 16), (LocationKind.City, LocationCatalogue.MaxUnsearched),
                (LocationKind.Asn, LocationCatalogue.MaxUnsearched) },
            germany.GroupBy(place => place.Kind).Select(kind => (kind.Key, kind.Count())).ToArray());
        Assert.AreEqual("country-us-city-springfield", found[0].Targeting);
        Assert.IsTrue(
            found.Any(place => place is { Name: "Springfield, Illinois", Targeting: "country-us-state-il-city-springfield" }));
        Assert.IsTrue(comcast.Any(place => place is { Kind: LocationKind.Asn, Targeting: "asn-7922" }));
        Assert.AreEqual(0, (await ListAsync(plane, "", "Москва")).Count);
    }

    [TestMethod]
    public void Serves_ListOfProxies_IsWhereTheyAre()
    {
        var list = new ProviderReach("list", TargetingFields.None, [], [("de", "berlin"), ("us", "")]);

        Assert.IsTrue(list.Serves("de", TargetingFields.Country, ""));
        Assert.IsTrue(list.Serves("de", TargetingFields.Country | TargetingFields.City, "berlin"));
        Assert.IsFalse(list.Serves("us", TargetingFields.Country | TargetingFields.City, "berlin"));
        Assert.IsFalse(list.Serves("fr", TargetingFields.Country, ""));
        Assert.IsFalse(list.Serves("de", TargetingFields.Country | TargetingFields.State, ""));
    }

    [TestMethod]
    public void Serves_ProviderOfOneCountry_NeedsNotBeTold()
    {
        Assert.IsTrue(new ProviderReach("own", TargetingFields.None, ["ng"], null).Serves("ng", TargetingFields.Country, ""));
        Assert.IsFalse(new ProviderReach("own", TargetingFields.None, ["ng", "gh"], null)
            .Serves("ng", TargetingFields.Country, ""));
        Assert.IsFalse(new ProviderReach("two", TargetingFields.Country, ["ng", "gh"], null)
            .Serves("us", TargetingFields.Country, ""));
    }

    private static Task<IReadOnlyList<Location>> ListAsync(ControlPlaneTest plane, string country, string search) =>
        plane.AskAsync((LocationCatalogue catalogue) => catalogue.ListAsync(country, search, default));

    private static Task<long> AddAsync(ControlPlaneTest plane, string name, string template, int priority) =>
        AddAsync(plane, name, new ProviderSettings("http://127.0.0.1:9000", template, Priority: priority));

    private static async Task<long> AddAsync(ControlPlaneTest plane, string name, ProviderSettings settings) =>
        (await plane.AskAsync((AddProvider add) => add.ExecuteAsync(new(name, settings), default))).Value.Id;
}
