using System.Net;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class LocationPageTests
{
    private static SeededPortal s_portal = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        s_portal = await SeededPortal.StartAsync();
        Assert.IsTrue((await s_portal.Portal.UseAsync((AddProvider add) => add.ExecuteAsync(new("wide",
            new ProviderSettings("http://gateway.test:8000", "user-{country}-{state}-{city}-{asn}", "secret")), default)))
            .IsSuccess);
    }

    [ClassCleanup]
    public static async Task StopAsync() => await s_portal.Portal.DisposeAsync();

    private static async Task<(SeededCustomer Customer, Visitor Visitor)> EnterAsync()
    {
        var customer = await s_portal.AddCustomerAsync();
        var visitor = await s_portal.SignedInAsync(customer.Email);
        visitor.Http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return (customer, visitor);
    }

    [TestMethod]
    public async Task Locations_InABrowser_AreAPage_AndToScriptsJson()
    {
        var (customer, visitor) = await EnterAsync();
        using var _ = visitor;
        using var script = await s_portal.SignedInAsync(customer.Email);

        var page = await visitor.GetAsync("/locations");
        var json = await script.GetAsync("/locations");

        Assert.Contains("250 countries", page.Text);
        Assert.Contains($"/endpoints?User={customer.ProxyUserId}&Country=de", page.Text);
        Assert.Contains(".svg#de\"", page.Body);
        Assert.StartsWith("{\"countries\"", json.Body);
        Assert.AreEqual("Accept", string.Join(",", page.Response.Headers.Vary.Where(name => name != "Accept-Encoding")));
    }

    [TestMethod]
    [DataRow("texs", "Did you mean <a href=\"/locations\\?search=Texas\">Texas")]
    [DataRow("germny", "Did you mean <a href=\"/locations\\?search=Germany\">Germany")]
    [DataRow("zzzzzzzzzz", "Check its spelling")]
    [DataRow("Berlin", "country-de-city-berlin")]
    [DataRow("california", "country-us-state-ca")]
    [DataRow("fran", "France")]
    [DataRow("<b>zq</b>", "Nothing matches “<b>zq</b>”")]
    [DataRow("%00", "250 countries")]
    public async Task Search_FindsPlaces_AndWhatWasMeant(string typed, string words)
    {
        var (_, visitor) = await EnterAsync();
        using var __ = visitor;

        var page = await visitor.GetAsync($"/locations?search={(typed == "%00" ? typed : Uri.EscapeDataString(typed))}");

        Assert.AreEqual(HttpStatusCode.OK, page.Status);
        Assert.MatchesRegex(words, page.Text);
        Assert.DoesNotContain("<b>zq", page.Body);
    }

    [TestMethod]
    public async Task Country_HasItsStatesCitiesAndNetworks_WithLinksToEndpoints()
    {
        var (customer, visitor) = await EnterAsync();
        using var _ = visitor;

        var all = await visitor.GetAsync("/locations/us");
        var texas = await visitor.GetAsync("/locations/US?state=tx");

        Assert.Contains("Brooklyn", all.Text);
        Assert.Contains($"/endpoints?User={customer.ProxyUserId}&Country=us&State=california&City=Los%20Angeles",
            all.Text);
        Assert.Contains("-asn-", all.Text);
        Assert.Contains("Cities of Texas", texas.Text);
        Assert.DoesNotContain("City=Los%20Angeles", texas.Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.GetAsync("/locations/zz")).Status);
    }

    [TestMethod]
    public async Task Traffic_OfTheCustomer_ShowsAtItsCountry_AndNobodyElses()
    {
        var (customer, visitor) = await EnterAsync();
        using var _ = visitor;
        var other = await s_portal.AddCustomerAsync();
        await s_portal.Portal.Database.ExecuteAsync($"""
            insert into usage_hourly (proxy_user_id, provider_id, country, hour, bytes_up, bytes_down, connections)
            values ({customer.ProxyUserId}, 1, 'de', date_trunc('hour', now(), 'UTC'), 0, 1230000, 9),
                ({other.ProxyUserId}, 1, 'fr', date_trunc('hour', now(), 'UTC'), 0, 9870000, 9);
            insert into connection_hours (proxy_user_id, hour, country, outcome, connect_bucket, refused, connections)
            values ({customer.ProxyUserId}, date_trunc('hour', now(), 'UTC'), 'de', 'NoExit', -1, true, 1),
                ({customer.ProxyUserId}, date_trunc('hour', now(), 'UTC'), 'de', 'QuotaExhausted', -1, true, 90)
            """);

        var page = await visitor.GetAsync("/locations");
        var file = await visitor.GetAsync("/locations/file");

        Assert.Contains("1230000", page.Body);
        Assert.Contains("90%", page.Text, "a quota is not the country's fault");
        Assert.DoesNotContain("9870000", page.Body);
        Assert.Contains("\nde,Germany,europe,", file.Body.ReplaceLineEndings("\n"));
        Assert.Contains(",9,1,,1230000", file.Body);
    }
}
