using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ProxyLists;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Tests.Api;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Compat;

/// <summary>Lists of Webshare's API, and how a proxy user is reached.</summary>
[TestClass]
public sealed class WebshareListTests
{
    private const string Subusers = "/api/v2/subuser/";

    private static Task<(SeededPortal Portal, SeededCustomer Customer, CompatClient Client)> StartAsync() =>
        CompatClient.StartAsync("webshare", "Token ");

    [TestMethod]
    public async Task ProxyList_IsStickySessions_AndThePasswordNeedsItsScope()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        CompatClient.Is(await client.GetAsync("/api/v2/proxy/list/"), HttpStatusCode.BadRequest,
            """{"mode":["This field is required."]}""");
        CompatClient.Is(await client.GetAsync("/api/v2/proxy/list/?mode=direct"), HttpStatusCode.BadRequest,
            """{"mode":["Only backbone mode is supported."]}""");
        CompatClient.Is(await client.GetAsync("/api/v2/proxy/list/?mode=x"), HttpStatusCode.BadRequest,
            """{"mode":["\"x\" is not a valid choice."]}""");

        CompatClient.Is(await client.GetAsync("/api/v2/proxy/list/?mode=backbone&asn_number=7922"), HttpStatusCode.BadRequest,
            """{"asn_number":["This filter is not supported. Use country_code__in."]}""");

        var list = await client.GetAsync("/api/v2/proxy/list/?mode=backbone&page=2&page_size=2");
        Assert.AreEqual("1000", list["count"]);
        string root = $"{portal.Portal.Address}compat/webshare/api/v2/proxy/list/?mode=backbone&page_size=2&page=";
        CompatClient.Is(list, HttpStatusCode.OK, $$"""
            {"count":1000,"next":"{{root}}3","previous":"{{root}}1","results":[{{Session(3)}},{{Session(4)}}]}
            """);
        string Session(int number) => $$"""
            {"id":"b-{{customer.ProxyUserId}}-{{number}}","username":"{{customer.ProxyUserName}}-{{number}}",
            "password":"{{customer.Secret}}","proxy_address":"proxy.test","port":8080,"valid":true,"last_verification":null,
            "country_code":"ZZ","city_name":null,"created_at":"T"}
            """;
        Assert.AreEqual("1000", (await client.GetAsync("/api/v2/proxy/list/?mode=backbone&country_code__in=ZZ"))["count"]);
        Assert.AreEqual("0", (await client.GetAsync("/api/v2/proxy/list/?mode=backbone&country_code__in=XX"))["count"]);

        using var reader = await CompatClient.OfAsync(portal, "webshare", "Token ", customer.Email, "proxy_users:read");
        foreach (string path in new[] { "/api/v3/proxy/list/status?plan_id=1", "/api/v2/proxy/config/" })
        {
            Assert.AreEqual(customer.Secret, (await client.GetAsync(path))["password"]);
            Assert.AreEqual("null", (await reader.GetAsync(path))["password"]);
        }
        Assert.AreEqual("null", (await reader.GetAsync("/api/v2/proxy/list/?mode=backbone")).Body.GetProperty("results")[0]
            .GetProperty("password").GetRawText());
        CompatClient.Is(await client.PostAsync("/api/v2/proxy/list/refresh/"), HttpStatusCode.NoContent, "");
    }

    [TestMethod]
    public async Task ProxyList_OfCountries_HasThoseWithExits()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        var customer = await portal.AddCustomerAsync();
        await portal.Portal.UseAsync<AddProvider, Result<ProviderSummary>>(add => add.ExecuteAsync(
            new("plain", new ProviderSettings("http://gateway.test:8000", "u-country-{country}-session-{session}")
            {
                Countries = ["us", "fr"],
            }), default));
        using var client = await CompatClient.OfAsync(
            portal, "webshare", "Token ", customer.Email, ApiClient.CustomerScopes);

        var served = await client.GetAsync("/api/v2/proxy/list/?mode=backbone&country_code__in=US,FR,DE&page_size=3");

        Assert.AreEqual("1000", served["count"]);
        string name = customer.ProxyUserName;
        Assert.AreEqual($"{name}-us-1 US, {name}-fr-2 FR, {name}-us-3 US", string.Join(", ",
            served.Body.GetProperty("results").EnumerateArray().Select(one =>
                $"{one.GetProperty("username").GetString()} {one.GetProperty("country_code").GetString()}")));
        Assert.AreEqual("0", (await client.GetAsync("/api/v2/proxy/list/?mode=backbone&country_code__in=DE"))["count"]);
        var made = await portal.Portal.UseAsync((MakeListToken make) =>
            make.ExecuteAsync(new(Scope.Of(customer.Id), customer.ProxyUserId), default));
        async Task<string> DownloadAsync(string countries) => (await client.GetAsync(
            $"/api/v2/proxy/list/download/{made.Value.Token}/{countries}/any/username/backbone/-/")).Text;
        Assert.AreEqual(1000, (await DownloadAsync("DE-FR")).Split($":{name}-fr-").Length - 1);
        Assert.AreEqual("", await DownloadAsync("KP-AQ"), "no exits there");
    }

    [TestMethod]
    public async Task AccountWithoutProxyUsers_HasAnEmptyList()
    {
        var (_, customer, client) = await StartAsync();
        using var _2 = client;
        CompatClient.Is(await client.SendAsync(HttpMethod.Delete, $"{Subusers}{customer.ProxyUserId}/"),
            HttpStatusCode.NoContent, "");
        CompatClient.Is(await client.GetAsync("/api/v2/proxy/list/?mode=backbone"), HttpStatusCode.OK,
            """{"count":0,"next":null,"previous":null,"results":[]}""");
        CompatClient.Is(await client.PostAsync("/api/v2/proxy/list/refresh/"), HttpStatusCode.NotFound,
            """{"detail":"There is no proxy user yet: create a sub-user first."}""");
        CompatClient.Is(await client.GetAsync(Subusers), HttpStatusCode.OK,
            """{"count":0,"next":null,"previous":null,"results":[]}""");
    }

    [TestMethod]
    public async Task Config_HasThePassword_AndNothingElseToChange()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        Assert.AreEqual("null", (await client.GetAsync("/api/v3/proxy/config?plan_id=1"))["request_timeout"]);
        var changed = await client.SendAsync(HttpMethod.Patch, "/api/v2/proxy/config/",
            new { password = "Quite-another-1", username = customer.ProxyUserName });
        Assert.AreEqual((HttpStatusCode.OK, "Quite-another-1"), (changed.Status, changed["password"]));
        CompatClient.Is(await client.GetAsync("/api/v3/proxy/list/status", ("X-Subuser", $"{customer.ProxyUserId}")),
            HttpStatusCode.OK, $$"""
            {"state":"completed","countries":{"ZZ":1000},"unallocated_countries":{},
            "username":"{{customer.ProxyUserName}}","password":"Quite-another-1","is_proxy_used":false}
            """);
        CompatClient.Is(await client.SendAsync(HttpMethod.Patch, "/api/v2/proxy/config/", new { password = "short" }),
            HttpStatusCode.BadRequest,
            """{"password":["A secret has 12 to 64 characters.","This secret repeats itself too much to be safe."]}""");
        CompatClient.Is(await client.SendAsync(HttpMethod.Patch, "/api/v2/proxy/config/",
                new { username = "other", request_timeout = 60 }),
            HttpStatusCode.BadRequest,
            """{"username":["The name of a sub-user cannot be changed."],"request_timeout":["This cannot be set here."]}""");
        CompatClient.Is(await client.PostAsync(Subusers, "[1]"), HttpStatusCode.BadRequest,
            """{"non_field_errors":["The body is not valid JSON for this operation."]}""");
        Assert.DoesNotContain("Quite", await portal.Portal.Database.ScalarAsync<string>(
            $"select string_agg(a::text, '') from audit_entries a where object_id = {customer.ProxyUserId}"));
    }

    [TestMethod]
    public async Task WhatIsLacking_SaysSo()
    {
        var (portal, _, client) = await StartAsync();
        using var _2 = client;
        CompatClient.Is(await client.PostAsync("/api/v3/proxy/replace/", new { dry_run = true }), HttpStatusCode.NotImplemented,
            """{"detail":"Single proxies are not listed. Each session has its own exit. Refresh the list to replace all."}""");
        using var nobody = new CompatClient(portal, "webshare", null);
        CompatClient.Is(await nobody.GetAsync("/api/v2/proxy/list/download/abc/-/any/username/backbone/-/"),
            HttpStatusCode.NotFound, """{"detail":"Not found."}""");
    }

    [TestMethod]
    public async Task Download_IsTheListAsText_ByTheTokenOfALink()
    {
        var (portal, customer, client) = await StartAsync();
        using var _2 = client;
        var made = await portal.Portal.UseAsync((MakeListToken make) =>
            make.ExecuteAsync(new(Scope.Of(customer.Id), customer.ProxyUserId), default));
        using var nobody = new CompatClient(portal, "webshare", null);
        string Path(string countries, string by = "username", string mode = "backbone") =>
            $"/api/v2/proxy/list/download/{made.Value.Token}/{countries}/any/{by}/{mode}/-/";

        var answer = await nobody.GetAsync(Path("-"));
        string[] lines = answer.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(1000, lines);
        string[] parts = lines[0].Split(':');
        Assert.AreEqual((4, $"{customer.ProxyUserName}-1", 24), (parts.Length, parts[2], parts[3].Length));
        Assert.AreEqual("text/plain", answer.Response.Content.Headers.ContentType?.MediaType);
        Assert.AreEqual("no-store", answer.Header("Cache-Control"));
        Assert.AreEqual("", (await nobody.GetAsync(Path("XX"))).Text, "no such country");
        Assert.AreEqual(HttpStatusCode.NotImplemented, (await nobody.GetAsync(Path("-", by: "sourceip"))).Status);
        Assert.AreEqual(HttpStatusCode.NotImplemented, (await nobody.GetAsync(Path("-", mode: "direct"))).Status);
        Assert.AreEqual(HttpStatusCode.NotImplemented,
            (await nobody.GetAsync(Path("-").Replace("/-/", "/comcast/", StringComparison.Ordinal))).Status);
    }
}
