using System.Globalization;
using System.Net;
using System.Text;
using AtlanticProxy.Web.Tests.Api;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Compat;

/// <summary>Oxylabs' API, as scripts see it.</summary>
[TestClass]
public sealed class OxylabsTests
{
    private static string Root(SeededCustomer customer, string version = "v2") =>
        $"/{version}/users/cus_{customer.Id}/sub-users";

    private static Task<(SeededPortal Portal, SeededCustomer Customer, CompatClient Client)> StartAsync() =>
        CompatClient.StartAsync("oxylabs", "Bearer ");

    private static string Subuser(string id, string name, string limit, string status = "active", string traffic = "0") => $$"""
        {"id":{{id}},"username":"{{name}}","status":"{{status}}","created_at":"T","traffic":{{traffic}},"traffic_limit":{{limit}},
        "auto_disable":true,"lifetime":false}
        """;

    [TestMethod]
    public async Task Login_AnswersTheKeyAsToken()
    {
        var (portal, customer, _) = await StartAsync();
        string key = (await ApiClient.TokenAsync(portal, customer.Email, ApiClient.CustomerScopes)).Token;
        using var client = new CompatClient(
            portal, "oxylabs", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"main:{key}"))}");
        foreach (string version in new[] { "v2", "v1" })
            CompatClient.Is(await client.PostAsync($"/{version}/login"), HttpStatusCode.OK,
                $$"""{"user_id":"cus_{{customer.Id}}","token":"{{key}}"}""");
        using var nobody = new CompatClient(portal, "oxylabs", "Basic bWFpbjp3cm9uZw==");
        CompatClient.Is(await nobody.PostAsync("/v2/login"), HttpStatusCode.Unauthorized,
            """{"error":"The token is incomplete or mistyped."}""");
    }

    [TestMethod]
    public async Task Subuser_IsCreatedChangedAndDeleted()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        string name = $"oxy{customer.Id}", root = Root(customer);

        var made = await client.PostAsync(root, new
        {
            username = name, password = "Secret-of-oxy-1", traffic_limit = 5.5, lifetime = false, auto_disable = true,
        });
        string id = made["id"];
        CompatClient.Is(made, HttpStatusCode.Created, Subuser(id, name, "5.5"));
        CompatClient.Is(await client.GetAsync(Root(customer, "v1")), HttpStatusCode.OK,
            $"[{Subuser($"{customer.ProxyUserId}", customer.ProxyUserName, "null")},{Subuser(id, name, "5.5")}]");
        CompatClient.Is(await client.SendAsync(HttpMethod.Patch, $"{root}/{id}", new { traffic_limit = (int?)null }),
            HttpStatusCode.OK, Subuser(id, name, "null"));
        CompatClient.Is(await client.SendAsync(HttpMethod.Patch, $"{root}/{id}",
                new { status = "disabled", password = "Another-secret-2", traffic_limit = 1 }),
            HttpStatusCode.OK, Subuser(id, name, "1", "disabled"));
        Assert.AreEqual(1_000_000_000L, await portal.Portal.Database.ScalarAsync<long>(
            $"select limit_bytes from proxy_users where id = {id} and not enabled"));
        CompatClient.Is(await client.GetAsync(root), HttpStatusCode.OK,
            $"[{Subuser($"{customer.ProxyUserId}", customer.ProxyUserName, "null")}]");
        CompatClient.Is(await client.SendAsync(HttpMethod.Delete, $"{root}/{id}"), HttpStatusCode.NoContent, "");
        CompatClient.Is(await client.SendAsync(HttpMethod.Delete, $"{root}/{id}"), HttpStatusCode.NotFound,
            """{"error":"There is no such proxy user."}""");
    }

    [TestMethod]
    public async Task Change_ThatIsPartlyWrong_ChangesNothing()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        CompatClient.Is(await client.SendAsync(HttpMethod.Patch, $"{Root(customer)}/{customer.ProxyUserId}",
                new { traffic_limit = 1, password = "short", status = "disabled" }),
            HttpStatusCode.BadRequest, """{"error":"password: A secret has 12 to 64 characters."}""");
        Assert.IsTrue(await portal.Portal.Database.ScalarAsync<bool>(
            $"select enabled and limit_bytes is null from proxy_users where id = {customer.ProxyUserId}"));
    }

    [TestMethod]
    public async Task Subuser_ThatIsWrong_IsRefused()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        foreach (var (body, error) in new (object Body, string Error)[]
        {
            (new { }, "username: is required."),
            (new { username = "oxy" }, "password: is required."),
            (new { username = "oxy_a", password = "Secret-of-oxy-1" },
                "username: A name has 3 to 32 small letters and digits: separators belong to targeting."),
            (new { username = customer.ProxyUserName, password = "Secret-of-oxy-1" },
                "username: This name is taken: names are unique over the whole service."),
            (new { username = "oxya", password = "Secret-of-oxy-1", traffic_limit = 0 },
                "traffic_limit: A limit of 0 is not supported. To block a sub-user, set its status to disabled."),
            (new { username = "oxya", password = "Secret-of-oxy-1", lifetime = true },
                "lifetime: Limits reset with each billing period. Lifetime limits are not supported."),
            (new { username = "oxya", password = "Secret-of-oxy-1", traffic_limit = 1, auto_disable = false },
                "auto_disable: A sub-user is always disabled at its limit."),
        })
            CompatClient.Is(await client.PostAsync(Root(customer), body), HttpStatusCode.BadRequest,
                $$"""{"error":"{{error}}"}""");
        CompatClient.Is(
            await client.SendAsync(HttpMethod.Patch, $"{Root(customer)}/{customer.ProxyUserId}", new { status = "x" }),
            HttpStatusCode.BadRequest, """{"error":"status: must be active or disabled."}""");

        var theirs = await portal.AddCustomerAsync();
        CompatClient.Is(await client.GetAsync(Root(theirs)), HttpStatusCode.NotFound, """{"error":"There is no such user."}""");
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, ""), (HttpMethod.Patch, ""), (HttpMethod.Delete, ""), (HttpMethod.Get, "/target-stats"),
        })
            CompatClient.Is(await client.SendAsync(method, $"{Root(customer)}/{theirs.ProxyUserId}{path}"),
                HttpStatusCode.NotFound, """{"error":"There is no such proxy user."}""");
        using var reader = await CompatClient.OfAsync(
            portal, "oxylabs", "Bearer ", customer.Email, "proxy_users:read", "usage:read");
        CompatClient.Is(await reader.PostAsync(Root(customer), new { }), HttpStatusCode.Forbidden,
            """{"error":"The token lacks the scope proxy_users:write."}""");
    }

    [TestMethod]
    public async Task Traffic_IsOfAPeriod()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        string path = $"{Root(customer)}/{customer.ProxyUserId}";
        var now = TimeProvider.System.GetUtcNow();
        var hour = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() / 3600 * 3600);
        await portal.Portal.Database.ExecuteAsync($"""
            insert into usage_hourly (hour, proxy_user_id, provider_id, country, bytes_up, bytes_down, connections)
            values ('{hour:O}', {customer.ProxyUserId}, 0, 'fr', 250000000, 1000000000, 3);
            insert into usage_daily (day, proxy_user_id, provider_id, country, bytes_up, bytes_down, connections)
            values (date_trunc('day', '{hour:O}'::timestamptz, 'UTC'), {customer.ProxyUserId}, 0, 'fr', 250000000, 1000000000, 3)
            """);
        string day = hour.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            at = hour.ToString("yyyy-MM-dd HH", CultureInfo.InvariantCulture);
        string Points(string date) => $$"""{"traffic":1.25,"results":[{"date":"{{date}}","traffic":1.25}]}""";
        foreach (string type in new[] { "", "?type=week", "?type=month", "?type=current_month",
            $"?type=custom&date_from={day}&date_to={day}", $"?type=custom&date_from=2026-01-01&date_to={day}" })
            CompatClient.Is(await client.GetAsync($"{path}{type}"), HttpStatusCode.OK, Points(day));
        CompatClient.Is(await client.GetAsync($"{path}?type=24h"), HttpStatusCode.OK, Points(at));
        CompatClient.Is(await client.GetAsync($"{path}?type=custom&date_from={at}&date_to={at}"), HttpStatusCode.OK, Points(at));
        var tokyo = TimeZoneInfo.ConvertTime(hour, TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo"));
        CompatClient.Is(await client.GetAsync($"{path}?type=week&time_zone=Asia/Tokyo"), HttpStatusCode.OK,
            Points(tokyo.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
        CompatClient.Is(await client.GetAsync($"{path}?type=custom&date_from=2999-01-01&date_to=2999-01-02"), HttpStatusCode.OK,
            """{"traffic":0,"results":[]}""");
        Assert.AreEqual("1.25", (await client.GetAsync($"/v2/users/cus_{customer.Id}/client-stats"))["traffic"]);
        Assert.AreEqual("1.25", (await client.GetAsync(Root(customer))).Body[0].GetProperty("traffic").GetRawText());

        foreach (var (query, error) in new[]
        {
            ("type=lifetime", "type: no proxy user has a lifetime limit here."),
            ("type=x", "type: must be 24h, week, month, current_month or custom."),
            ("time_zone=Mars", "time_zone: there is no such zone."),
            ("type=custom", "date_from: must be a day such as 2026-03-02, or an hour such as 2026-03-02 10."),
            ("type=custom&date_from=2026-03-02", "date_to: must be a day such as 2026-03-02, or an hour such as 2026-03-02 10."),
            ("type=custom&date_from=2026-03-02&date_to=2026-03-01", "date_from: must not be after date_to."),
            ("type=custom&date_from=2026-03-02 10&date_to=2026-03-20", "date_from: hours can be told of at most 7 days."),
            ("type=custom&date_from=2025-03-02 10&date_to=2025-03-02 11",
                "date_from: is before the hours that are kept: ask for days, in UTC."),
            ("type=custom&date_from=2025-03-02&date_to=2025-03-03&time_zone=Asia/Tokyo",
                "date_from: is before the hours that are kept: ask for days, in UTC."),
        })
            CompatClient.Is(await client.GetAsync($"{path}?{query}"), HttpStatusCode.BadRequest, $$"""{"error":"{{error}}"}""");
    }

    [TestMethod]
    public async Task Targets_AreOfADay()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        string path = $"{Root(customer)}/{customer.ProxyUserId}/target-stats",
            today = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await portal.Portal.Database.ExecuteAsync($"""
            insert into usage_targets (day, proxy_user_id, host, bytes, error, connections)
            values ('{today}', {customer.ProxyUserId}, 'example.org', 750000000, 0, 90)
            """);
        CompatClient.Is(await client.GetAsync($"{path}?date={today}"), HttpStatusCode.OK, """
            {"traffic":0.75,"requests":90,"results":[{"target":"example.org","traffic":0.75,"requests":90}]}
            """);
        CompatClient.Is(await client.GetAsync(path), HttpStatusCode.BadRequest,
            """{"error":"date: must be a day such as 2026-03-02."}""");
        CompatClient.Is(await client.GetAsync($"{path}?date=2026-01-01"), HttpStatusCode.BadRequest,
            """{"error":"date: must be one of the last 30 days."}""");
        CompatClient.Is(await client.GetAsync("/v2/whitelisted_ips"), HttpStatusCode.NotImplemented, """
            {"error":"Dedicated proxies are not sold here; addresses without a password are set in the portal."}
            """);
    }
}
