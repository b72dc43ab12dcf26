using System.Net;
using System.Text.Json;
using AtlanticProxy.Web.Tests.Api;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Compat;

/// <summary>Webshare's API, as scripts see it.</summary>
[TestClass]
public sealed class WebshareTests
{
    private const string Subusers = "/api/v2/subuser/", NoUsage = """
        {"bandwidth_projected":0,"bandwidth_total":0,"bandwidth_average":0,"requests_total":0,"requests_successful":0,
        "requests_failed":0,"error_reasons":[],"countries_used":null,"number_of_proxies_used":null,"protocols_used":null,
        "average_concurrency":null,"average_rps":0,"last_request_sent_at":null}
        """;

    private static Task<(SeededPortal Portal, SeededCustomer Customer, CompatClient Client)> StartAsync() =>
        CompatClient.StartAsync("webshare", "Token ");

    private static string Subuser(string id, string label, string limit, string threads) => $$"""
        {"id":{{id}},"label":"{{label}}","proxy_countries":null,"proxy_limit":{{limit}},"max_thread_count":{{threads}},
        "aggregate_stats":{{NoUsage}},"created_at":"T","updated_at":null,"bandwidth_use_start_date":"T",
        "bandwidth_use_end_date":"T"}
        """;

    [TestMethod]
    public async Task Subuser_IsCreatedChangedAndDeleted()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        string label = $"shop{customer.Id}";

        var made = await client.PostAsync(Subusers,
            $$$"""{"label":"{{{label}}}","proxy_limit":"0.5","max_thread_count":100,"proxy_countries":{"ZZ":10},"new":1}""");
        string id = made["id"];
        CompatClient.Is(made, HttpStatusCode.Created, Subuser(id, label, "0.5", "100"));
        Assert.AreEqual(500_000_000L, await portal.Portal.Database.ScalarAsync<long>(
            $"select limit_bytes from proxy_users where id = {id} and customer_id = {customer.Id}"));
        foreach (string path in new[] { $"{Subusers}{id}/", $"{Subusers}{id}" })
            CompatClient.Is(await client.GetAsync(path), HttpStatusCode.OK, Subuser(id, label, "0.5", "100"));
        CompatClient.Is(await client.SendAsync(HttpMethod.Patch, $"{Subusers}{id}/", new { proxy_limit = 10, label }),
            HttpStatusCode.OK, Subuser(id, label, "10.0", "100"));
        CompatClient.Is(await client.SendAsync(HttpMethod.Patch, $"{Subusers}{id}/", "{\"proxy_limit\":0}"),
            HttpStatusCode.OK, Subuser(id, label, "0.0", "100"));
        CompatClient.Is(await client.PostAsync($"{Subusers}{id}/refresh/"), HttpStatusCode.OK, Subuser(id, label, "0.0", "100"));
        Assert.AreEqual(1L, await portal.Portal.Database.ScalarAsync<long>(
            $"select exit_generation from proxy_users where id = {id}"));
        CompatClient.Is(await client.SendAsync(HttpMethod.Delete, $"{Subusers}{id}/"), HttpStatusCode.NoContent, "");
        CompatClient.Is(await client.GetAsync($"{Subusers}{id}/"), HttpStatusCode.NotFound,
            """{"detail":"There is no such proxy user."}""");
        Assert.AreEqual($"customer {customer.Email} POST /compat/webshare/api/v2/subuser/",
            await portal.Portal.Database.ScalarAsync<string>($"""
                select concat_ws(' ', author_kind, author, action) from audit_entries
                where object = 'proxy_users' and label = '{label}' and change = 'added'
                """));
    }

    [TestMethod]
    public async Task Subuser_ThatIsWrong_IsRefusedByField()
    {
        var (_, customer, client) = await StartAsync();
        using var _2 = client;
        CompatClient.Is(await client.PostAsync(Subusers), HttpStatusCode.BadRequest, """{"label":["This field is required."]}""");
        CompatClient.Is(await client.PostAsync(Subusers, new { label = 7, proxy_limit = "many", max_thread_count = 1.5 }),
            HttpStatusCode.BadRequest, """
            {"label":["Not a valid string."],"proxy_limit":["A valid number is required."],
            "max_thread_count":["A valid integer is required."]}
            """);
        CompatClient.Is(await client.PostAsync(Subusers, new { label = "shop_a", proxy_limit = -1 }),
            HttpStatusCode.BadRequest, """{"proxy_limit":["A valid amount of GB is required."]}""");
        CompatClient.Is(await client.PostAsync(Subusers, new { label = "shop_a" }), HttpStatusCode.BadRequest,
            """{"label":["A name has 3 to 32 small letters and digits: separators belong to targeting."]}""");
        CompatClient.Is(await client.PostAsync(Subusers, new { label = customer.ProxyUserName }), HttpStatusCode.BadRequest,
            """{"label":["This name is taken: names are unique over the whole service."]}""");
        CompatClient.Is(await client.PostAsync(Subusers,
                new { label = "abc", proxy_countries = new { US = 5 }, bandwidth_use_start_date = "2026-01-01T00:00:00Z" }),
            HttpStatusCode.BadRequest, """
            {"proxy_countries":["Sub-users are not limited to countries. Choose a country in the proxy username."],
            "bandwidth_use_start_date":["Limits reset with each billing period. Another start is not supported."]}
            """);
        CompatClient.Is(await client.SendAsync(HttpMethod.Patch, $"{Subusers}{customer.ProxyUserId}/", new { label = "other" }),
            HttpStatusCode.BadRequest, """{"label":["The label is the sub-user's name and cannot be changed."]}""");
    }

    [TestMethod]
    public async Task AnothersSubuser_IsNotFound()
    {
        var (portal, _, client) = await StartAsync();
        using var _2 = client;
        var theirs = await portal.AddCustomerAsync();
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, ""), (HttpMethod.Patch, ""), (HttpMethod.Delete, ""), (HttpMethod.Post, "refresh/"),
        })
            CompatClient.Is(await client.SendAsync(method, $"{Subusers}{theirs.ProxyUserId}/{path}"), HttpStatusCode.NotFound,
                """{"detail":"There is no such proxy user."}""");
        foreach (string path in new[] { "/api/v2/proxy/list/?mode=backbone", "/api/v3/proxy/config?plan_id=1",
            "/api/v3/proxy/list/status", "/api/v2/proxy/config/", "/api/v2/stats/", "/api/v2/stats/aggregate/",
            "/api/v2/proxy/activity/", "/api/v2/proxy/ipauthorization/" })
            foreach (string who in new[] { $"{theirs.ProxyUserId}", "x" })
                Assert.AreEqual(HttpStatusCode.NotFound, (await client.GetAsync(path, ("X-Subuser", who))).Status, path);
    }

    [TestMethod]
    public async Task Subusers_HavePages()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        Assert.AreEqual(HttpStatusCode.Created,
            (await client.PostAsync(Subusers, new { label = $"zz{customer.Id}" })).Status);

        var first = await client.GetAsync($"{Subusers}?page_size=1&plan_id=3");
        Assert.AreEqual(("2", "null"), (first["count"], first["previous"]));
        Assert.AreEqual($"{portal.Portal.Address}compat/webshare/api/v2/subuser/?page_size=1&plan_id=3&page=2", first["next"]);
        var second = await client.GetAsync($"{Subusers}?page_size=1&page=2");
        Assert.AreEqual(("2", "null"), (second["count"], second["next"]));
        Assert.AreEqual($"zz{customer.Id}", second.Body.GetProperty("results")[0].GetProperty("label").GetString());
        foreach (string query in new[] { "page=3", "page=0", "page=x", "page_size=0", "page=99999999" })
            CompatClient.Is(await client.GetAsync($"{Subusers}?page_size=1&{query}"), HttpStatusCode.NotFound,
                """{"detail":"Invalid page."}""");
    }

    [TestMethod]
    public async Task IpAuthorizations_AreNetworksThatNeedNoPassword()
    {
        var (_, customer, client) = await StartAsync();
        using var _2 = client;
        const string Path = "/api/v2/proxy/ipauthorization/";
        string address = $"198.51.{customer.Id % 250}.{customer.Id / 250 % 250 + 1}";
        CompatClient.Is(await client.PostAsync(Path), HttpStatusCode.BadRequest,
            """{"ip_address":["This field is required."]}""");
        var made = await client.PostAsync(Path, new { ip_address = address });
        string one = $$"""{"id":{{made["id"]}},"ip_address":"{{address}}","created_at":null,"last_used_at":null}""";
        CompatClient.Is(made, HttpStatusCode.Created, one);
        CompatClient.Is(await client.PostAsync(Path, new { ip_address = address }), HttpStatusCode.BadRequest,
            """{"ip_address":["This address is authorized already."]}""");
        CompatClient.Is(await client.PostAsync(Path, new { ip_address = $"{address}/32" }), HttpStatusCode.BadRequest,
            """{"ip_address":["This address is authorized already."]}""");
        CompatClient.Is(await client.GetAsync(Path), HttpStatusCode.OK,
            $$"""{"count":1,"next":null,"previous":null,"results":[{{one}}]}""");
        CompatClient.Is(await client.GetAsync($"{Path}{made["id"]}/"), HttpStatusCode.OK, one);
        CompatClient.Is(await client.SendAsync(HttpMethod.Delete, $"{Path}{made["id"]}/"), HttpStatusCode.NoContent, "");
        CompatClient.Is(await client.SendAsync(HttpMethod.Delete, $"{Path}{made["id"]}/"), HttpStatusCode.NotFound,
            """{"detail":"Not found."}""");
        CompatClient.Is(await client.GetAsync($"{Path}1/"), HttpStatusCode.NotFound, """{"detail":"Not found."}""");
        CompatClient.Is(await client.GetAsync($"{Path}whatsmyip/"), HttpStatusCode.OK, """{"ip_address":"127.0.0.1"}""");
    }

    [TestMethod]
    public async Task Stats_AreByTheHour_AndOfASpan()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        await portal.Portal.Database.ExecuteAsync($"""
            insert into usage_hourly (hour, proxy_user_id, provider_id, country, bytes_up, bytes_down, connections)
            values (date_trunc('hour', now()) - interval '1 hour', {customer.ProxyUserId}, 0, 'fr', 10, 90, 3),
                (date_trunc('hour', now()) - interval '1 hour', {customer.ProxyUserId}, 0, '', 0, 20, 1)
            """);

        var hours = await client.GetAsync("/api/v2/stats/");
        Assert.AreEqual(1, hours.Body.GetArrayLength());
        var hour = hours.Body[0];
        Assert.AreEqual((120L, 30L, 4L, 4L, """{"FR":3,"ZZ":1}""", "false"), (hour.GetProperty("bandwidth_total").GetInt64(),
            hour.GetProperty("bandwidth_average").GetInt64(), hour.GetProperty("requests_total").GetInt64(),
            hour.GetProperty("requests_successful").GetInt64(), Sorted(hour.GetProperty("countries_used")),
            hour.GetProperty("is_projected").GetRawText()));
        var total = await client.GetAsync("/api/v2/stats/aggregate/", ("X-Subuser", $"{customer.ProxyUserId}"));
        Assert.AreEqual(("120", "120", "4"),
            (total["bandwidth_total"], total["bandwidth_projected"], total["requests_total"]));
        await portal.Portal.Database.ExecuteAsync($"""
            insert into connection_hours (proxy_user_id, hour, country, outcome, connect_bucket, refused, connections)
            values ({customer.ProxyUserId}, date_trunc('hour', now()) - interval '1 hour', 'fr', 'QuotaExhausted', -1, true, 2)
            """);
        Assert.AreEqual(2L, (await client.GetAsync("/api/v2/stats/")).Body[0].GetProperty("requests_failed").GetInt64());
        var failed = await client.GetAsync("/api/v2/stats/aggregate/");
        Assert.AreEqual(("6", "4", "2"),
            (failed["requests_total"], failed["requests_successful"], failed["requests_failed"]));
        Assert.AreEqual(CompatClient.OnOneLine("""
            [{"reason":"quota_exhausted","type":"configuration",
            "how_to_fix":"The traffic quota is used up: buy more, or wait for the next period.","http_status":null,"count":2}]
            """), failed["error_reasons"]);
        string ahead = Uri.EscapeDataString(TimeProvider.System.GetUtcNow().AddDays(3).ToString("O"));
        Assert.IsGreaterThan(120L, (await client.GetAsync($"/api/v2/stats/aggregate/?timestamp__lte={ahead}")).Body
            .GetProperty("bandwidth_projected").GetInt64());
        foreach (var (query, field, words) in new[]
        {
            ("timestamp__gte=soon", "timestamp__gte", "Enter a valid date/time."),
            ("timestamp__lte=soon", "timestamp__lte", "Enter a valid date/time."),
            ("timestamp__gte=2020-01-01", "timestamp__gte", "Cannot be older than 90 days."),
            ("timestamp__gte=2999-01-01", "timestamp__gte", "Must be before timestamp__lte, and in the past."),
        })
            CompatClient.Is(await client.GetAsync($"/api/v2/stats/?{query}"), HttpStatusCode.BadRequest,
                $$"""{"{{field}}":["{{words}}"]}""");

        static string Sorted(JsonElement map) => JsonSerializer.Serialize(new SortedDictionary<string, long>(
            map.EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetInt64()), StringComparer.Ordinal));
    }

    [TestMethod]
    public async Task Activity_IsTheConnectionLog()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        CompatClient.Is(await client.GetAsync("/api/v2/proxy/activity/?page_size=2"), HttpStatusCode.OK,
            """{"count":0,"next":null,"previous":null,"results":[]}""");
        CompatClient.Is(await client.GetAsync("/api/v2/proxy/activity/?starting_after=x"), HttpStatusCode.BadRequest,
            """{"starting_after":["Enter a valid date/time."]}""");
        CompatClient.Is(await client.GetAsync("/api/v2/proxy/activity/?page_size=0"), HttpStatusCode.NotFound,
            """{"detail":"Invalid page."}""");
        await portal.Portal.Database.ExecuteAsync($"""
            insert into connection_log (proxy_user_id, ended_at, duration_ms, outcome, refused, client_address, host, port,
                provider_id, country, bytes_up, bytes_down, connect_ms)
            select {customer.ProxyUserId}, now() - n * interval '1 second', 1500,
                case n when 1 then 'Completed' else 'QuotaExhausted' end, n > 1, '192.0.2.7', case n when 1 then 'example.org'
                else '' end, case n when 1 then 443 else 0 end, 0, 'fr', 10, 90, case n when 1 then 250 end
            from generate_series(1, 3) n
            """);
        var first = await client.GetAsync("/api/v2/proxy/activity/?page_size=1", ("X-Subuser", $"{customer.ProxyUserId}"));
        Assert.AreEqual(CompatClient.OnOneLine($$"""
            {"protocol":null,"request_duration":1.5,"handshake_duration":0.25,"tunnel_duration":1.25,"error_reason":null,
            "error_reason_how_to_fix":null,"auth_username":"{{customer.ProxyUserName}}","proxy_address":null,"bytes":100,
            "client_address":"192.0.2.7","ip_address":null,"hostname":"example.org","domain":null,"port":443,"proxy_port":null,
            "listen_address":null,"listen_port":null}
            """), "{" + first.Body.GetProperty("results")[0].GetRawText().Split(',', 2)[1]);
        var second = await client.GetAsync(new Uri(first["next"]).PathAndQuery["/compat/webshare".Length..]);
        Assert.AreEqual(("quota_exhausted", JsonValueKind.Null), (
            second.Body.GetProperty("results")[0].GetProperty("error_reason").GetString(),
            second.Body.GetProperty("results")[0].GetProperty("hostname").ValueKind));
    }

    [TestMethod]
    public async Task Plans_AreSubscriptions()
    {
        var shop = await Shop.OpenAsync();
        using var owner = await shop.Portal.SignedInAsync(SeededPortal.Owner);
        await shop.PaidAsync(owner);
        using var client = await CompatClient.OfAsync(
            shop.Portal, "webshare", "Token ", shop.Customer.Email, ApiClient.CustomerScopes);
        var list = await client.GetAsync("/api/v2/subscription/plan/");
        string id = list.Body.GetProperty("results")[0].GetProperty("id").GetRawText();
        string Plan(string status) => $$"""
            {"id":{{id}},"status":"{{status}}","bandwidth_limit":50.0,"monthly_price":29,"yearly_price":null,
            "currency":"USD","proxy_type":null,"proxy_subtype":null,"proxy_count":null,"proxy_countries":null,
            "created_at":"T","updated_at":null}
            """;
        CompatClient.Is(list, HttpStatusCode.OK, $$"""{"count":1,"next":null,"previous":null,"results":[{{Plan("active")}}]}""");
        CompatClient.Is(await client.GetAsync($"/api/v2/subscription/plan/{id}/"), HttpStatusCode.OK, Plan("active"));
        CompatClient.Is(await client.PostAsync($"/api/v2/subscription/plan/{id}/cancel/", new { }), HttpStatusCode.OK,
            """{"success":true,"transaction":null}""");
        CompatClient.Is(await client.GetAsync($"/api/v2/subscription/plan/{id}/"), HttpStatusCode.OK, Plan("cancelled"));
        using var stranger = await CompatClient.OfAsync(shop.Portal, "webshare", "Token ",
            (await shop.Portal.AddCustomerAsync()).Email, ApiClient.CustomerScopes);
        Assert.AreEqual(HttpStatusCode.NotFound, (await stranger.GetAsync($"/api/v2/subscription/plan/{id}/")).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await stranger.PostAsync($"/api/v2/subscription/plan/{id}/cancel/")).Status);
    }
}
