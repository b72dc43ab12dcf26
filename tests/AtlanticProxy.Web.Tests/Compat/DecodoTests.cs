using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.Web.Tests.Api;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Compat;

/// <summary>Decodo's API, as scripts see it.</summary>
[TestClass]
public sealed class DecodoTests
{
    private const string Subusers = "/v2/sub-users", Traffic = "/api/v2/statistics/traffic";

    /// <summary>The key alone, without a scheme.</summary>
    private static Task<(SeededPortal Portal, SeededCustomer Customer, CompatClient Client)> StartAsync() =>
        CompatClient.StartAsync("decodo", "");

    private static string Subuser(string id, string name, string limit, string bytes, string status = "active") => $$"""
        {"id":{{id}},"username":"{{name}}","status":"{{status}}","service_type":"residential_proxies","created_at":"T",
        "traffic":0,"traffic_limit":{{limit}},"traffic_bytes":0,"traffic_limit_bytes":{{bytes}},"auto_disable":true,
        "traffic_count_from":"T","usage_limit":null,"uuid":null}
        """;

    [TestMethod]
    public async Task Subuser_IsCreatedChangedAndDeleted()
    {
        var (_, customer, client) = await StartAsync();
        using var _2 = client;
        string name = $"deco{customer.Id}", first = Subuser($"{customer.ProxyUserId}", customer.ProxyUserName, "null", "null");
        CompatClient.Is(await client.PostAsync(Subusers, new
        {
            username = name, password = "Secret-of-deco~1", service_type = "residential_proxies", traffic_limit = 5.0,
            auto_disable = true,
        }), HttpStatusCode.Created, "{}");
        var list = await client.GetAsync($"{Subusers}?service_type=residential_proxies");
        string id = list.Body[1].GetProperty("id").GetRawText();
        CompatClient.Is(list, HttpStatusCode.OK, $"[{first},{Subuser(id, name, "5", "5000000000")}]");
        CompatClient.Is(await client.GetAsync($"{Subusers}?service_type=shared_proxies"), HttpStatusCode.OK, "[]");
        CompatClient.Is(await client.SendAsync(HttpMethod.Put, $"{Subusers}/{id}",
            new { traffic_limit = 0.5, status = "disabled", password = "Another-secret~2" }), HttpStatusCode.Created, "{}");
        CompatClient.Is(await client.GetAsync($"{Subusers}/{id}"), HttpStatusCode.OK,
            Subuser(id, name, "0.5", "500000000", "disabled"));
        CompatClient.Is(await client.GetAsync($"{Subusers}/{id}/traffic?type=7days"), HttpStatusCode.OK, """{"traffic":0}""");
        CompatClient.Is(await client.SendAsync(HttpMethod.Delete, $"{Subusers}/{id}"), HttpStatusCode.NoContent, "");
        CompatClient.Is(await client.GetAsync($"{Subusers}/{id}"), HttpStatusCode.NotFound,
            """{"message":"There is no such proxy user."}""");
    }

    [TestMethod]
    public async Task Subuser_ThatIsWrong_IsRefused()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        string Field(string field, string words) => $$$"""{"message":"{{{words}}}","errors":{"{{{field}}}":["{{{words}}}"]}}""";
        foreach (var (body, field, words) in new (object Body, string Field, string Words)[]
        {
            (new { username = "deco" }, "password", "The password is required."),
            (new { username = "deco_a", password = "Secret-of-deco~1" }, "username",
                "A name has 3 to 32 small letters and digits: separators belong to targeting."),
            (new { username = customer.ProxyUserName, password = "Secret-of-deco~1" }, "username",
                "This name is taken: names are unique over the whole service."),
            (new { username = "decoa", password = "Secret-of-deco~1", service_type = "mobile_proxies" }, "service_type",
                "Only residential_proxies are sold here."),
            (new { username = "decoa", password = "Secret-of-deco~1", traffic_limit = 0 }, "traffic_limit",
                "A limit of 0 is not supported. To block a sub-user, set its status to disabled."),
            (new { username = "decoa", password = "Secret-of-deco~1", traffic_limit = 1, auto_disable = false }, "auto_disable",
                "A sub-user is always disabled at its limit."),
            (new { username = "decoa", password = "Secret-of-deco~1", traffic_count_from = "2026-01-01 00:00:00" },
                "traffic_count_from", "Limits reset with each billing period. Another start is not supported."),
        })
            CompatClient.Is(await client.PostAsync(Subusers, body), HttpStatusCode.BadRequest, Field(field, words));
        CompatClient.Is(await client.SendAsync(HttpMethod.Put, $"{Subusers}/{customer.ProxyUserId}", new { status = "x" }),
            HttpStatusCode.BadRequest, Field("status", "The status must be active or disabled."));
        CompatClient.Is(await client.GetAsync($"{Subusers}/{customer.ProxyUserId}/traffic?type=custom"),
            HttpStatusCode.BadRequest,
            Field("type", "The type must be 24h, 7days, month, or custom with from and to such as 2026-03-02."));

        var theirs = await portal.AddCustomerAsync();
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, ""), (HttpMethod.Put, ""), (HttpMethod.Delete, ""), (HttpMethod.Get, "/traffic"),
        })
            CompatClient.Is(await client.SendAsync(method, $"{Subusers}/{theirs.ProxyUserId}{path}"), HttpStatusCode.NotFound,
                """{"message":"There is no such proxy user."}""");
        using var reader = await CompatClient.OfAsync(portal, "decodo", "", customer.Email, "proxy_users:read");
        CompatClient.Is(await reader.PostAsync(Subusers, new { }), HttpStatusCode.Forbidden,
            """{"message":"The token lacks the scope proxy_users:write."}""");
        CompatClient.Is(await reader.GetAsync(Subusers), HttpStatusCode.Forbidden,
            """{"message":"The token lacks the scope usage:read."}""");
        CompatClient.Is(await client.GetAsync($"{Subusers}/allocated-traffic"), HttpStatusCode.NotImplemented,
            """{"message":"Limits are no allocations here: proxy users share the account's traffic."}""");
    }

    [TestMethod]
    public async Task Statistics_AreInParts()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        var hour = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 3600 * 3600);
        string day = hour.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            at = hour.ToString("yyyy-MM-dd HH", CultureInfo.InvariantCulture);
        await portal.Portal.Database.ExecuteAsync($"""
            insert into usage_hourly (hour, proxy_user_id, provider_id, country, bytes_up, bytes_down, connections)
            values ('{hour:O}', {customer.ProxyUserId}, 0, 'fr', 1, 9, 2);
            insert into usage_targets (day, proxy_user_id, host, bytes, error, connections)
            values ('{day}', {customer.ProxyUserId}, 'example.org', 10, 0, 2)
            """);
        string Answer(string key, string rx = "9", string tx = "1", string sort = "grouping_key", string order = "asc") => $$"""
            {"metadata":{"total_items":1,"total_pages":1,"current_page":1,"limit":500,"sort_by":"{{sort}}",
            "sort_order":"{{order}}",
            "totals":{"total_rx":{{rx}},"total_tx":{{tx}},"total_rx_tx":10,"requests":2}
            },
            "data":[{"key":"{{key}}","rx_bytes":{{rx}},"tx_bytes":{{tx}},"rx_tx_bytes":10,"requests":2}]}
            """;
        CompatClient.Is(await client.PostAsync(Traffic, new
        {
            proxyType = "residential_proxies", startDate = $"{day} 00:00:00", endDate = $"{day} 23:59:59", groupBy = "day",
            limit = 500, page = 1, sortBy = "rx_tx_bytes", sortOrder = "desc",
        }), HttpStatusCode.OK, Answer(day, sort: "rx_tx_bytes", order: "desc"));
        foreach (var (by, key) in new[] { ("country", "fr"), ("proxy_user", customer.ProxyUserName) })
            CompatClient.Is(await client.PostAsync(Traffic, new { groupBy = by }), HttpStatusCode.OK, Answer(key));
        Assert.AreEqual($"{at}:00", (await client.PostAsync(Traffic, new { groupBy = "hour", startDate = day })).Body
            .GetProperty("data")[0].GetProperty("key").GetString());
        CompatClient.Is(await client.PostAsync("/api/v2/statistics/targets", new { startDate = day, search = "EXAMPLE" }),
            HttpStatusCode.OK, Answer("example.org", "null", "null"));
        Assert.AreEqual("[]", (await client.PostAsync("/api/v2/statistics/targets", new { search = "other" })).Body
            .GetProperty("data").GetRawText());
        Assert.AreEqual("[]", (await client.PostAsync(Traffic, new { page = 2 })).Body.GetProperty("data").GetRawText());
        CompatClient.Is(await client.PostAsync(Traffic, new
        {
            proxyType = "x", groupBy = "week", sortBy = "x", sortOrder = "x", limit = 0, page = 0, startDate = "soon",
        }), HttpStatusCode.BadRequest, """
            {"message":"Only residential_proxies are sold here.",
            "errors":{"proxyType":["Only residential_proxies are sold here."],
            "sortBy":["The sortBy must be one of grouping_key, rx_bytes, tx_bytes, rx_tx_bytes, requests."],
            "sortOrder":["The sortOrder must be asc or desc."],"limit":["The limit must be at least 1."],
            "page":["The page must be at least 1."],"startDate":["The startDate must be such as 2026-03-02 10:00:00."],
            "groupBy":["The groupBy must be day, hour, target, country or proxy_user."]}}
            """);
        Assert.AreEqual(HttpStatusCode.BadRequest, (await client.PostAsync(Traffic, new { startDate = "2999-01-01" })).Status);
        Assert.AreEqual(HttpStatusCode.BadRequest,
            (await client.PostAsync(Traffic, new { startDate = "2025-01-01", groupBy = "hour" })).Status);
    }

    [TestMethod]
    public async Task Endpoints_AndLinesForAProxyUser()
    {
        var (_, customer, client) = await StartAsync();
        using var _2 = client;
        CompatClient.Is(await client.GetAsync("/v2/endpoints"), HttpStatusCode.OK, """
            [{"type":"random","available_locations":"1","url":"endpoints/random"},
            {"type":"sticky","available_locations":"1","url":"endpoints/sticky"}]
            """);
        foreach (string path in new[] { "/v2/endpoints/sticky", "/v1/endpoints/random" })
            CompatClient.Is(await client.GetAsync(path), HttpStatusCode.OK,
                """[{"location":"Random","hostname":"proxy.test","port_range":"8080"}]""");
        string path2 = $"/v2/endpoints-custom/back-connect?username={customer.ProxyUserName}&password=known";
        var lines = await client.GetAsync($"{path2}&count=2&country=us&city=new_york&session_time=30");
        Assert.AreEqual(2, lines.Body.GetArrayLength());
        Assert.IsTrue(Regex.IsMatch(lines.Body[0].GetString()!,
            $"^http://user-{customer.ProxyUserName}-country-us-city-new_york-session-[A-Za-z0-9]{{10}}-sessionduration-30:known"
                + "@proxy\\.test:8080$"), lines.Text);
        Assert.AreEqual($"user-{customer.ProxyUserName}:known@proxy.test:8080", (await client.GetAsync(
            $"{path2}&session_type=random&output_format=auth@endpoint&response_format=txt")).Text);
        CompatClient.Is(await client.GetAsync($"{path2}&session_type=random&output_format=endpoint:auth"), HttpStatusCode.OK,
            $"""["proxy.test:8080:user-{customer.ProxyUserName}:known"]""");
        foreach (string wrong in new[] { "session_type=x", "response_format=html", "count=0", "session_time=x", "country=U-S",
            "output_format=x" })
            Assert.AreEqual(HttpStatusCode.BadRequest, (await client.GetAsync($"{path2}&{wrong}")).Status, wrong);
        Assert.AreEqual(HttpStatusCode.BadRequest, (await client.GetAsync("/v2/endpoints-custom/back-connect")).Status);
        CompatClient.Is(await client.GetAsync("/v2/endpoints-custom/back-connect?username=nobody&password=x"),
            HttpStatusCode.NotFound, """{"message":"There is no such proxy user."}""");
    }

    [TestMethod]
    public async Task WhitelistedIps_AreNetworksThatNeedNoPassword()
    {
        var (_, customer, client) = await StartAsync();
        using var _2 = client;
        string one = $"198.18.{customer.Id % 250}.{customer.Id / 250 % 250 + 1}",
            two = $"198.19.{customer.Id % 250}.{customer.Id / 250 % 250 + 1}";
        CompatClient.Is(await client.PostAsync("/v2/whitelisted-ips", new { IPAddressList = new[] { one } }),
            HttpStatusCode.BadRequest, """{"message":"The ips are required.","errors":{"ips":["The ips are required."]}}""");
        CompatClient.Is(await client.PostAsync("/v2/whitelisted-ips", $$"""{"IPAddressList":["{{one}}"]}"""),
            HttpStatusCode.Created, "{}");
        CompatClient.Is(await client.PostAsync($"/v1/users/cus_{customer.Id}/whitelisted-ips", new { ips = new[] { two } }),
            HttpStatusCode.Created, "{}");
        var list = await client.GetAsync("/v2/whitelisted-ips");
        long id = list.Body[0].GetProperty("id").GetInt64();
        CompatClient.Is(list, HttpStatusCode.OK, $$"""
            [{"id":{{id}},"ip":"{{one}}","enabled":true,"created_at":null},
            {"id":{{list.Body[1].GetProperty("id")}},"ip":"{{two}}","enabled":true,"created_at":null}]
            """);
        CompatClient.Is(await client.SendAsync(HttpMethod.Delete, $"/v2/whitelisted-ips/{id}"), HttpStatusCode.NoContent, "");
        CompatClient.Is(await client.SendAsync(HttpMethod.Delete, $"/v2/whitelisted-ips/{id}"), HttpStatusCode.NotFound,
            """{"message":"There is no such address."}""");
        CompatClient.Is(await client.SendAsync(HttpMethod.Delete, $"{Subusers}/{customer.ProxyUserId}"),
            HttpStatusCode.NoContent, "");
        CompatClient.Is(await client.GetAsync("/v2/whitelisted-ips"), HttpStatusCode.OK, "[]");
        CompatClient.Is(await client.PostAsync("/v2/whitelisted-ips", new { ips = new[] { two } }), HttpStatusCode.NotFound,
            """{"message":"There is no proxy user yet: create a sub-user first."}""");
    }

    [TestMethod]
    public async Task FirstVersion_HasTheAccountInItsPaths()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        string root = $"/v1/users/cus_{customer.Id}", name = $"smart{customer.Id}",
            key = (await ApiClient.TokenAsync(portal, customer.Email, ApiClient.CustomerScopes)).Token;
        using var token = new CompatClient(portal, "decodo", $"Token {key}");
        CompatClient.Is(await token.PostAsync("/v1/auth"), HttpStatusCode.OK,
            $$"""{"user_id":"cus_{{customer.Id}}","token":"{{key}}"}""");
        CompatClient.Is(await token.PostAsync($"{root}/sub-users", new { username = name, password = "Secret-of-deco~1" }),
            HttpStatusCode.Created, "{}");
        CompatClient.Is(await token.SendAsync(HttpMethod.Put, $"{root}/sub-users", new { username = name, traffic_limit = 1 }),
            HttpStatusCode.Created, "{}");
        string id = (await token.GetAsync($"{root}/sub-users")).Body[1].GetProperty("id").GetRawText();
        CompatClient.Is(await token.GetAsync($"{Subusers}/{id}"), HttpStatusCode.OK, Subuser(id, name, "1", "1000000000"));
        foreach (string path in new[] { $"{root}/sub-users/{id}", $"{root}/sub-users" })
            CompatClient.Is(await token.SendAsync(HttpMethod.Put, path, $$"""{"id":{{id}},"traffic_limit":2}"""),
                HttpStatusCode.Created, "{}");
        CompatClient.Is(await token.SendAsync(HttpMethod.Put, $"{root}/sub-users", new { traffic_limit = 1 }),
            HttpStatusCode.NotFound, """{"message":"There is no such proxy user."}""");
        CompatClient.Is(await token.GetAsync($"{root}/sub-users/{name}/traffic?type=custom&from=2026-11-01&to=2026-11-02"),
            HttpStatusCode.OK, """{"traffic":0}""");
        CompatClient.Is(await token.SendAsync(HttpMethod.Delete, $"{root}/sub-users/{id}"), HttpStatusCode.NoContent, "");
        CompatClient.Is(await token.GetAsync($"{root}/subscriptions"), HttpStatusCode.OK, "{}");
        CompatClient.Is(await token.GetAsync("/v2/subscriptions"), HttpStatusCode.OK, "[]");
        CompatClient.Is(await token.GetAsync("/v1/users/cus_1/sub-users"), HttpStatusCode.NotFound,
            """{"message":"There is no such user."}""");
    }

    [TestMethod]
    public async Task Subscription_IsWhatRuns()
    {
        var shop = await Shop.OpenAsync();
        using var owner = await shop.Portal.SignedInAsync(SeededPortal.Owner);
        await shop.PaidAsync(owner);
        using var client = await CompatClient.OfAsync(shop.Portal, "decodo", "", shop.Customer.Email, ApiClient.CustomerScopes);
        string Body(string used, string users) => $$"""
            {"traffic_limit":"50","{{used}}":"0","{{users}}":null,"ip_address_limit":100,"valid_from":"D","valid_until":"D",
            "service_type":"residential_proxies"}
            """;
        Assert.AreEqual($"[{CompatClient.OnOneLine(Body("traffic", "proxy_users_limit"))}]",
            await DatelessAsync("/v2/subscriptions"));
        Assert.AreEqual(CompatClient.OnOneLine(Body("traffic_per_period", "users_limit")),
            await DatelessAsync($"/v1/users/cus_{shop.Customer.Id}/subscriptions"));

        async Task<string> DatelessAsync(string path) =>
            Regex.Replace((await client.GetAsync(path)).Text, "\"\\d{4}-\\d\\d-\\d\\d\"", "\"D\"");
    }
}
