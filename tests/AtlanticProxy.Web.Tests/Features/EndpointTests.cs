using System.Net;
using System.Text.Json;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Snapshot;
using AtlanticProxy.Web.Features.Endpoints;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>The endpoint generator and the catalogue that its script reads.</summary>
[TestClass]
public sealed class EndpointTests
{
    private static SeededPortal s_portal = null!;
    private static SeededCustomer s_customer = null!;

    /// <summary>A portal of its own: which places are offered depends on all providers there are.</summary>
    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        s_portal = await SeededPortal.StartAsync();
        s_customer = await s_portal.AddCustomerAsync();
        _ = (await s_portal.Portal.UseAsync<AddProvider, Result<ProviderSummary>>(add => add.ExecuteAsync(
            new("places",
                new ProviderSettings("http://gateway.test:8000",
                    "u[-country-{country}][-state-{state}][-city-{city}][-asn-{asn}][-session-{session}]")), default))).Value;
    }

    [ClassCleanup]
    public static ValueTask StopAsync() => s_portal.Portal.DisposeAsync();

    [TestMethod]
    public async Task Endpoints_WithoutChoice_AreOneRotatingLineWithoutTheSecret()
    {
        var page = await ShowAsync("");

        Assert.AreEqual($"proxy.test:8080:{s_customer.ProxyUserName}:PROXY_PASSWORD", Lines(page).Single());
        Assert.Contains(
            $"curl -x 'http://{s_customer.ProxyUserName}:PROXY_PASSWORD@proxy.test:8080' 'https://example.com/'", page.Text);
        Assert.DoesNotContain(s_customer.Secret, page.Text);
        Assert.Contains("<option value=\"us\">United States</option>", page.Body);
    }

    [TestMethod]
    public async Task Endpoints_WithPlaceAndSessions_AskForThemInTheChosenFormat()
    {
        var page = await ShowAsync("?Country=us&State=newyork&City=New+York&Sessions=3&Ttl=30&Strict=true&Format=at");

        var lines = Lines(page);
        Assert.AreEqual(3, lines.Distinct().Count());
        foreach (string line in lines)
            StringAssert.Matches(line,
                new($"^{s_customer.ProxyUserName}-country-us-state-ny-city-newyork-"
                    + $"session-[a-z0-9]{{9}}-ttl-30-strict:PROXY_PASSWORD@proxy\\.test:8080$"));
        Assert.Contains("<option selected=\"selected\" value=\"newyork\">New York</option>", page.Body);
        Assert.Contains("<option value=\"Los Angeles\">", (await ShowAsync("?Country=us")).Body);
    }

    [TestMethod]
    [DataRow("?Country=zz&State=ny&City=x", ""), DataRow("?Country=us&State=atlantis", "-country-us"),
        DataRow("?Country=UK", "-country-gb"), DataRow("?Sessions=many&Ttl=x", "")]
    [DataRow("?Sessions=-5", ""), DataRow("?Format=%22%3E%3Cscript%3E", ""),
        DataRow("?Country=us&City=%22%3E%3Cscript%3E", "-country-us"), DataRow("?Network=AS4294967295", ""),
        DataRow("?Network=comcast", ""), DataRow("?Network=AS7922", "-asn-7922"), DataRow("?Network=7922+Comcast", "-asn-7922"),
        DataRow("?Country=de&City=K%C3%B6ln", "-country-de-city-cologne")]
    public async Task Endpoints_WithNonsense_LeaveItOut(string query, string targeting) => Assert.AreEqual(
        $"proxy.test:8080:{s_customer.ProxyUserName}{targeting}:PROXY_PASSWORD",
        Lines(await ShowAsync(query)).Single());

    [TestMethod]
    [DataRow("?Country=us&City=los", "Los Angeles"), DataRow("?Country=de&City=Berlim", "Berlin"),
        DataRow("?Country=de&City=qqqqqqqqqqqq", null), DataRow("?Country=us&City=Chicago", "")]
    public async Task Endpoints_OfACityThatIsUnknown_SayWhichIsNear(string query, string? nearest)
    {
        string page = (await ShowAsync(query)).Text;

        Assert.AreEqual(nearest != "", page.Contains("is not a city in our list.", StringComparison.Ordinal));
        Assert.AreEqual(nearest is { Length: > 0 }, page.Contains($">{nearest}</a>?", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Endpoints_OfANetworkByName_SayWhichIsMeant()
    {
        string page = (await ShowAsync("?Country=us&Network=comcast")).Text;

        Assert.Contains("“comcast” is not a network in our list. Did you mean", page);
        Assert.Contains("AS7922, ", page);
        Assert.Contains("These lines leave out the network", page);
    }

    [TestMethod]
    public async Task Endpoints_ManySessions_AreBounded() =>
        Assert.AreEqual(EndpointChoice.MaxSessions, Lines(await ShowAsync("?Sessions=1000000&Ttl=99999")).Length);

    [TestMethod]
    public async Task Endpoints_OfAnotherCustomer_AreNotFound()
    {
        var other = await s_portal.AddCustomerAsync();
        using var visitor = await s_portal.SignedInAsync(s_customer.Email);

        Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.GetAsync($"/endpoints?user={other.ProxyUserId}")).Status);
        foreach (string act in new[] { "reveal", "download", "test", "change-ip", "shadowsocks" })
            Assert.AreEqual(HttpStatusCode.NotFound,
                (await visitor.PostAsync($"/endpoints/{act}?user={other.ProxyUserId}&Protocol=shadowsocks")).Status, act);
    }

    [TestMethod]
    public async Task Endpoints_OfAPlanWithoutCities_LeaveThemOutAndNameThePlanThatHasThem()
    {
        var customer = await OnPlanAsync("Basic", 500, null, "country");
        await AddPlanAsync("Dear", 900, null, "country", "city");
        await AddPlanAsync("Cities", 700, null, "country", "city");
        using var visitor = await s_portal.SignedInAsync(customer.Email);

        var page = await visitor.GetAsync(
            $"/endpoints?user={customer.ProxyUserId}&Country=us&State=newyork&City=New+York");

        Assert.AreEqual($"proxy.test:8080:{customer.ProxyUserName}-country-us:PROXY_PASSWORD", Lines(page).Single());
        Assert.DoesNotContain("name=\"State\"", page.Body);
        Assert.DoesNotContain("name=\"City\"", page.Body);
        Assert.Contains("City</span>", page.Body);
        Assert.Contains("Not in your plan. Included in <a href=\"/plans\">Cities</a>",
            string.Join(' ', page.Body.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }

    [TestMethod]
    public async Task Endpoints_OfAPlanWithoutCountries_AskForNone()
    {
        var customer = await OnPlanAsync("Anywhere", 100, null);
        await AddPlanAsync("Somewhere", 800, null, "country", "city");
        using var visitor = await s_portal.SignedInAsync(customer.Email);

        var page = await visitor.GetAsync($"/endpoints?user={customer.ProxyUserId}&Country=us&City=Boston&Sessions=1");

        StringAssert.Matches(Lines(page).Single(),
            new($"^proxy\\.test:8080:{customer.ProxyUserName}-session-[a-z0-9]{{9}}-ttl-10:PROXY_PASSWORD$"));
        Assert.DoesNotContain("name=\"Country\"", page.Body);
        Assert.Contains("Country</span>", page.Body);
    }

    [TestMethod]
    public async Task Endpoints_OfAPlanWithAPool_OfferWhatItsProvidersHave()
    {
        _ = (await s_portal.Portal.UseAsync<AddProvider, Result<ProviderSummary>>(add => add.ExecuteAsync(
            new("icelandic", new ProviderSettings("http://gateway.test:8001", "u[-session-{session}]") { Countries = ["is"] }),
            default))).Value;
        _ = (await s_portal.Portal.UseAsync<AddPool, Result<PoolSummary>>(add => add.ExecuteAsync(
            new("north", new PoolSettings(PoolPolicy.Priority, [new PoolMemberSettings("icelandic")])), default))).Value;
        // Dearer than any other: pages name the cheapest plan that has what is missing, and other tests look for theirs.
        var customer = await OnPlanAsync("North", 9_000, "north", "country", "city");
        using var visitor = await s_portal.SignedInAsync(customer.Email);

        var page = await visitor.GetAsync("/endpoints");

        Assert.Contains(">Iceland</option>", page.Body);
        Assert.DoesNotContain(">United States</option>", page.Body);
        Assert.DoesNotContain("name=\"City\"", page.Body);
    }

    [TestMethod]
    public async Task Endpoints_WhereNoProviderTakesPlaces_OfferNone()
    {
        await using var portal = (await SeededPortal.StartAsync()).Portal;
        var seeded = new SeededPortal(portal);
        var customer = await seeded.AddCustomerAsync();
        await seeded.AddProviderAsync("plain");
        using var visitor = await seeded.SignedInAsync(customer.Email);

        var page = await visitor.GetAsync($"/endpoints?user={customer.ProxyUserId}&Country=us&State=ny");

        Assert.DoesNotContain("name=\"State\"", page.Body);
        Assert.DoesNotContain("name=\"City\"", page.Body);
        Assert.DoesNotContain(">United States</option>", page.Body);
        Assert.Contains("There is no exit at present", page.Text);
    }

    [TestMethod]
    public async Task Locations_OfCountry_AreItsStatesAndLargestCities()
    {
        using var visitor = await s_portal.SignedInAsync(s_customer.Email);

        var answer = await visitor.GetAsync("/locations?country=us&state=ca&search=san");

        using var places = JsonDocument.Parse(answer.Body);
        Assert.AreEqual("United States", places.RootElement.GetProperty("country").GetProperty("name").GetString());
        Assert.AreEqual(51, places.RootElement.GetProperty("states").GetArrayLength());
        var cities = places.RootElement.GetProperty("cities").EnumerateArray()
            .Select(city => city.GetProperty("name").GetString()).ToList();
        Assert.AreEqual("San Diego", cities[0]);
        Assert.IsTrue(cities.All(city => city!.StartsWith("San", StringComparison.Ordinal)));
        Assert.IsTrue(answer.Response.Headers.CacheControl is { Private: true, MaxAge.TotalHours: 24 });
    }

    [TestMethod]
    public async Task Locations_WithoutCountryAndOfUnknownOnes_AreAllAndNone()
    {
        using var visitor = await s_portal.SignedInAsync(s_customer.Email);

        using var all = JsonDocument.Parse((await visitor.GetAsync("/locations")).Body);
        Assert.AreEqual(250, all.RootElement.GetProperty("countries").GetArrayLength());
        Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.GetAsync("/locations?country=zz")).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.GetAsync("/locations?country=us&state=zz")).Status);
    }

    private static async Task<SeededCustomer> OnPlanAsync(string name, long price, string? pool, params string[] includes)
    {
        var customer = await s_portal.AddCustomerAsync();
        long plan = await AddPlanAsync(name, price, pool, includes);
        Assert.IsTrue(
            (await s_portal.Portal.UseAsync<AssignPlan, Result>(assign =>
                assign.ExecuteAsync(new(customer.Id, plan), default))).IsSuccess);
        return customer;
    }

    private static async Task<long> AddPlanAsync(string name, long price, string? pool, params string[] includes) =>
        (await s_portal.Portal.UseAsync<CreatePlan, Result<PlanSummary>>(
            create => create.ExecuteAsync(new(name, PlanKind.PerGb, price, "USD", null, pool, includes), default))).Value.Id;

    private static async Task<Answer> ShowAsync(string query)
    {
        using var visitor = await s_portal.SignedInAsync(s_customer.Email);
        var page = await visitor.GetAsync($"/endpoints{query}");
        Assert.AreEqual(HttpStatusCode.OK, page.Status, page.Text);
        return page;
    }

    private static string[] Lines(Answer page)
    {
        const string start = "<code id=\"lines\">";
        int from = page.Body.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return WebUtility.HtmlDecode(page.Body[from..page.Body.IndexOf("</code>", from, StringComparison.Ordinal)]).Split('\n');
    }
}
