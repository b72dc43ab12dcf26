using System.Net;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Api;

[TestClass]
public sealed class ApiResourceTests
{
    private static async Task<(SeededPortal Portal, SeededCustomer Customer, ApiClient Client)> StartAsync()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        return (portal, customer, await ApiClient.OfAsync(portal, customer.Email, ApiClient.CustomerScopes));
    }

    [TestMethod]
    public async Task Me_SaysWhoseTheTokenIs()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        var mine = await client.GetAsync("/me");
        Assert.AreEqual($"cus_{customer.Id}", mine["customer"]);
        Assert.AreEqual((customer.Email, "owner"),
            (mine.Body.GetProperty("user").GetProperty("email").GetString(),
                mine.Body.GetProperty("user").GetProperty("role").GetString()));
        Assert.AreEqual("personal", mine.Body.GetProperty("token").GetProperty("kind").GetString());
        Assert.AreEqual(ApiClient.CustomerScopes.Length, mine.Body.GetProperty("token").GetProperty("scopes").GetArrayLength());

        var service = (await portal.Portal.UseAsync((CreateToken create) => create.ExecuteAsync(
            new(new(1, customer.Id, true), TokenKind.Service, "Robot", ApiClient.CustomerScopes, null, []), default))).Value;
        using var robot = new ApiClient(portal, service.Token);
        Assert.AreEqual("null", (await robot.GetAsync("/me"))["user"]);
        string name = $"robot{customer.Id}";
        Assert.AreEqual(HttpStatusCode.Created, (await robot.PostAsync("/proxy-users", new { name })).Status);
        Assert.AreEqual("Robot", await portal.Portal.Database.ScalarAsync<string>(
            $"select author from audit_entries where object = 'proxy_users' and label = '{name}' and user_id is null"));
    }

    [TestMethod]
    public async Task ProxyUser_FromItsBeginningToItsEnd()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        string name = $"made{customer.Id}";
        string[] allowedSources = [$"198.18.{customer.Id % 250}.1"];
        var made = await client.PostAsync("/proxy-users",
            new { name, maxConnections = 5, limitBytes = 3_000_000_000L, allowedSources });
        Assert.AreEqual((HttpStatusCode.Created, name), (made.Status, made["name"]));
        Assert.AreEqual(24, made["password"].Length);
        string path = $"/proxy-users/{made["id"]}";
        Assert.AreEqual($"/api/v1{path}", made.Header("Location"));

        var shown = await client.GetAsync(path);
        Assert.AreEqual(("5", "3000000000", "null", "true", $"cus_{customer.Id}"), (shown["maxConnections"], shown["limitBytes"],
            shown["speedBytesPerSecond"], shown["enabled"], shown["customer"]));
        Assert.EndsWith("Z", shown["createdAt"]);
        Assert.DoesNotContain(made["password"], shown.Body.ToString());
        string tag = shown.Header("ETag");

        var changed = await client.SendAsync(
            HttpMethod.Patch, path, new { maxConnections = (int?)null, speedBytesPerSecond = 1000 }, ("If-Match", tag));
        Assert.AreEqual(HttpStatusCode.OK, changed.Status, changed.Body.ToString());
        Assert.AreEqual(("null", "1000", "3000000000"),
            (changed["maxConnections"], changed["speedBytesPerSecond"], changed["limitBytes"]));
        Assert.AreEqual(1, changed.Body.GetProperty("allowedSources").GetArrayLength(), "left out: it stays");
        foreach (string old in new[] { tag, $"W/{changed.Header("ETag")}", "\"other\"" })
        {
            (await client.SendAsync(HttpMethod.Patch, path, new { limitBytes = 1 }, ("If-Match", old)))
                .IsProblem(HttpStatusCode.PreconditionFailed, "request.version_differs");
            (await client.SendAsync(HttpMethod.Delete, path, null, ("If-Match", old)))
                .IsProblem(HttpStatusCode.PreconditionFailed, "request.version_differs");
        }
        (await client.SendAsync(HttpMethod.Patch, path, new { limitBytes = -1 }))
            .IsProblem(HttpStatusCode.BadRequest, "proxy_user.limit_invalid", "limitBytes");
        Assert.AreEqual(0, (await client.SendAsync(HttpMethod.Patch, path, "{\"allowedSources\":null}")).Body
            .GetProperty("allowedSources").GetArrayLength());

        Assert.AreEqual(("false", "disabled"), await StateAsync("disable"));
        Assert.AreEqual(("true", "served"), await StateAsync("enable"));
        var rotated = await client.PostAsync($"{path}/rotate");
        Assert.AreNotEqual(made["password"], rotated["password"]);
        Assert.AreEqual(HttpStatusCode.NoContent, (await client.PostAsync($"{path}/change-ip")).Status);
        Assert.AreEqual(HttpStatusCode.NoContent, (await client.PostAsync($"{path}/change-ip", new { session = "a1" })).Status);
        (await client.PostAsync($"{path}/change-ip", new { session = "a b" }))
            .IsProblem(HttpStatusCode.BadRequest, "proxy_user.session_invalid", "session");
        Assert.AreEqual(HttpStatusCode.NoContent,
            (await client.SendAsync(HttpMethod.Delete, path, null, ("If-Match", "*"))).Status);
        (await client.GetAsync(path)).IsProblem(HttpStatusCode.NotFound, "proxy_user.not_found");
        string entry = await portal.Portal.Database.ScalarAsync<string>($"""
            select concat_ws(' ', author_kind, author, action) from audit_entries
            where object = 'proxy_users' and label = '{name}' and change = 'added'
            """);
        Assert.AreEqual($"customer {customer.Email} POST /api/v1/proxy-users", entry);

        async Task<(string, string)> StateAsync(string action)
        {
            var answer = await client.PostAsync($"{path}/{action}");
            return (answer["enabled"], answer["standing"]);
        }
    }

    [TestMethod]
    public async Task List_IsWalkedByCursor()
    {
        var (_, customer, client) = await StartAsync();
        using var _2 = client;
        for (int i = 0; i < 4; i++)
            Assert.AreEqual(HttpStatusCode.Created,
                (await client.PostAsync("/proxy-users", new { name = $"walk{customer.Id}n{i}" })).Status);

        var names = new List<string>();
        string path = "/proxy-users?limit=2";
        for (int part = 0; part < 3; part++)
        {
            var list = await client.GetAsync(path);
            names.AddRange(list.Body.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("name").GetString()!));
            path = list["nextCursor"] == "null" ? "" : $"/proxy-users?limit=2&cursor={list["nextCursor"]}";
        }

        Assert.AreEqual("", path);
        CollectionAssert.AreEqual(
            new[] { customer.ProxyUserName }.Concat(Enumerable.Range(0, 4).Select(i => $"walk{customer.Id}n{i}")).ToList(),
            names);
        Assert.AreEqual(1, (await client.GetAsync($"/proxy-users?name=walk{customer.Id}n2")).Body.GetProperty("data")
            .GetArrayLength());
        foreach (string limit in new[] { "0", "201" })
            (await client.GetAsync($"/proxy-users?limit={limit}"))
                .IsProblem(HttpStatusCode.BadRequest, "request.limit_invalid", "limit");
        foreach (string cursor in new[] { "x", "%20%20", "Y3VzdG9tZXJzOjE", "cHJveHlfdXNlcnM6LTE" })
            (await client.GetAsync($"/proxy-users?cursor={cursor}"))
                .IsProblem(HttpStatusCode.BadRequest, "request.cursor_invalid", "cursor");
    }

    [TestMethod]
    public async Task Request_ThatCannotBeRead_SaysWhatIsWrong()
    {
        var (_, _, client) = await StartAsync();
        using var _2 = client;

        (await client.GetAsync("/proxy-users?limit=many"))
            .IsProblem(HttpStatusCode.BadRequest, "request.parameter_invalid", "limit");
        foreach (string id in new[] { "7", "cus_7", "pu_x" })
            (await client.GetAsync($"/proxy-users/{id}"))
                .IsProblem(HttpStatusCode.BadRequest, "request.parameter_invalid", "id");
        (await client.PostAsync("/proxy-users", "{\"name\":\"abc\",\"limitGb\":1}"))
            .IsProblem(HttpStatusCode.BadRequest, "request.body_invalid", "limitGb");
        (await client.PostAsync("/proxy-users", "{\"name\":\"abc\",\"maxConnections\":\"5\"}"))
            .IsProblem(HttpStatusCode.BadRequest, "request.body_invalid", "maxConnections");
        Assert.AreEqual("request.body_invalid", (await client.PostAsync("/proxy-users", "{\"name\":"))["code"]);
        (await client.PostAsync("/proxy-users", "{\"customer\":\"pu_1\"}"))
            .IsProblem(HttpStatusCode.BadRequest, "request.body_invalid", "customer");
        (await client.PostAsync("/proxy-users", "{}")).IsProblem(HttpStatusCode.BadRequest, "proxy_user.name_invalid", "name");
        (await client.PostAsync("/proxy-users")).IsProblem(HttpStatusCode.BadRequest, "request.invalid");
        (await client.PostAsync("/nothing", "{}")).IsProblem(HttpStatusCode.NotFound, "request.not_found");
        (await client.SendAsync(HttpMethod.Put, "/proxy-users", "{}"))
            .IsProblem(HttpStatusCode.MethodNotAllowed, "request.method_not_allowed");
        (await client.PostAsync("/proxy-users", new string(' ', 10_000_001)))
            .IsProblem(HttpStatusCode.RequestEntityTooLarge, "request.too_large");
    }

    [TestMethod]
    public async Task Post_WithTheSameKey_IsDoneOnce()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        string name = $"once{customer.Id}", key = $"key-{customer.Id}";

        (await client.PostAsync("/proxy-users", new { name = "No!" }, key))
            .IsProblem(HttpStatusCode.BadRequest, "proxy_user.name_invalid", "name");
        (await client.PostAsync("/proxy-users", "{", key)).IsProblem(HttpStatusCode.BadRequest, "request.body_invalid");
        var first = await client.PostAsync("/proxy-users", new { name }, key);
        var second = await client.PostAsync("/proxy-users", new { name }, key);

        Assert.AreEqual((HttpStatusCode.Created, HttpStatusCode.Created), (first.Status, second.Status));
        Assert.AreEqual(first.Body.ToString(), second.Body.ToString());
        Assert.AreEqual(first.Header("Location"), second.Header("Location"));
        Assert.AreEqual(("", "true"), (first.Header("Idempotent-Replayed"), second.Header("Idempotent-Replayed")));
        (await client.PostAsync("/proxy-users", new { name = $"{name}x" }, key))
            .IsProblem(HttpStatusCode.UnprocessableEntity, "request.idempotency_key_reused");
        Assert.IsFalse(await portal.Portal.Database.ScalarAsync<bool>($"""
            select position('{first["password"]}' in encode(answer_sealed, 'escape')) > 0 from idempotent_requests
            where key = '{key}'
            """));
        await portal.Portal.Database.ExecuteAsync($"update idempotent_requests set answer_sealed = null where key = '{key}'");
        (await client.PostAsync("/proxy-users", new { name }, key)).IsProblem(HttpStatusCode.Conflict, "request.in_progress");
        (await client.PostAsync("/proxy-users", new { name }, new string('k', 256)))
            .IsProblem(HttpStatusCode.BadRequest, "request.idempotency_key_invalid");
        string id = first["id"];
        Assert.AreEqual(HttpStatusCode.NoContent, (await client.PostAsync($"/proxy-users/{id}/change-ip", null, "c")).Status);
        Assert.AreEqual(HttpStatusCode.NoContent, (await client.PostAsync($"/proxy-users/{id}/change-ip", null, "c")).Status);
    }

    [TestMethod]
    public async Task Customers_ForTheStaff()
    {
        var portal = await SeededPortal.SharedAsync();
        using var client = await ApiClient.OfAsync(portal, SeededPortal.Operator, ApiClient.AllScopes);
        string email = $"api{Guid.CreateVersion7():n}@test.example";

        (await client.PostAsync("/customers", new { email = "nobody" }))
            .IsProblem(HttpStatusCode.BadRequest, "customer.email_invalid", "email");
        var made = await client.PostAsync("/customers", new { email, name = "By API" });
        Assert.AreEqual((HttpStatusCode.Created, email, "By API", "active"),
            (made.Status, made["email"], made["name"], made["state"]));
        (await client.PostAsync("/customers", new { email })).IsProblem(HttpStatusCode.Conflict, "customer.email_taken", "email");
        (await client.PostAsync("/customers", new { email = $"x{email}", plan = "pln_999999" }))
            .IsProblem(HttpStatusCode.BadRequest, "customer.plan_unknown", "plan");
        string path = $"/customers/{made["id"]}";
        Assert.AreEqual(email, (await client.GetAsync(path))["email"]);
        Assert.AreEqual(made["id"], (await client.GetAsync($"/customers?email={email.ToUpperInvariant()}")).Body
            .GetProperty("data")[0].GetProperty("id").GetString());
        (await client.SendAsync(HttpMethod.Post, $"{path}/suspend", null, ("If-Match", "\"old\"")))
            .IsProblem(HttpStatusCode.PreconditionFailed, "request.version_differs");
        Assert.AreEqual("suspended", (await client.PostAsync($"{path}/suspend"))["state"]);
        Assert.AreEqual("active", (await client.PostAsync($"{path}/resume"))["state"]);
        Assert.AreEqual("staff", await portal.Portal.Database.ScalarAsync<string>(
            $"select author_kind from audit_entries where object = 'customers' and object_id = {made["id"][4..]} limit 1"));

        Assert.AreEqual("Renamed", (await client.SendAsync(HttpMethod.Patch, path, new { name = "Renamed" }))["name"]);
        (await client.SendAsync(HttpMethod.Patch, path, new { name = "x" }, ("If-Match", "\"old\"")))
            .IsProblem(HttpStatusCode.PreconditionFailed, "request.version_differs");
        var plan = await portal.Portal.UseAsync((ControlPlane.Plans.CreatePlan create) => create.ExecuteAsync(
            new($"By API {made["id"]}", ControlPlane.Plans.PlanKind.PerGb, 100, "USD"), default));
        var planned = await client.SendAsync(HttpMethod.Put, $"{path}/plan",
            new { plan = $"pln_{plan.Value.Id}", endsAt = "2999-01-01T00:00:00Z" });
        Assert.AreEqual(($"pln_{plan.Value.Id}", "2999-01-01T00:00:00Z"), (planned["plan"], planned["planEndsAt"]));
        Assert.AreEqual("null", (await client.SendAsync(HttpMethod.Put, $"{path}/plan",
            new { plan = $"pln_{plan.Value.Id}" }))["planEndsAt"]);
        (await client.SendAsync(HttpMethod.Put, $"{path}/plan", new { plan = "pln_999999" }))
            .IsProblem(HttpStatusCode.BadRequest, "customer.plan_unknown", "plan");
        (await client.SendAsync(HttpMethod.Put, $"{path}/plan", new { endsAt = "2999-01-01T00:00:00Z" }))
            .IsProblem(HttpStatusCode.Conflict, "customer.no_plan_to_end", "endsAt");
        Assert.AreEqual($"pln_{plan.Value.Id}", (await client.GetAsync(path))["plan"], "nothing of it was done");
        Assert.AreEqual("null", (await client.SendAsync(HttpMethod.Put, $"{path}/plan", "{}"))["plan"]);
        Assert.AreEqual(HttpStatusCode.NoContent, (await client.PostAsync($"{path}/change-ip")).Status);

        (await client.PostAsync("/proxy-users", new { name = "whose" }))
            .IsProblem(HttpStatusCode.BadRequest, "request.customer_missing", "customer");
        Assert.AreEqual(HttpStatusCode.Created, (await client.PostAsync("/proxy-users",
            new { name = $"s{made["id"].Replace("_", "", StringComparison.Ordinal)}", customer = made["id"] })).Status);
        Assert.AreEqual(1, (await client.GetAsync($"/proxy-users?customer={made["id"]}")).Body.GetProperty("data")
            .GetArrayLength());

        (await client.SendAsync(HttpMethod.Delete, path)).IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
        using var owner = await ApiClient.OfAsync(portal, SeededPortal.Owner, "customers:write");
        Assert.AreEqual(HttpStatusCode.NoContent, (await owner.SendAsync(HttpMethod.Delete, path)).Status);
        (await client.GetAsync(path)).IsProblem(HttpStatusCode.NotFound, "customer.not_found");
    }

    [TestMethod]
    public async Task Usage_ByTimeAndByWhom()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        string hour = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 3600 * 3600)
            .ToString("O");
        await portal.Portal.Database.ExecuteAsync($"""
            insert into usage_hourly (hour, proxy_user_id, provider_id, country, bytes_up, bytes_down, connections)
            values ('{hour}', {customer.ProxyUserId}, 0, 'fr', 10, 90, 3)
            """);

        var byHour = await client.GetAsync("/usage?by=hour&from=" + Uri.EscapeDataString(ApiDay(-1)));
        Assert.AreEqual("100", byHour.Body.GetProperty("total").GetProperty("bytes").GetRawText());
        Assert.AreEqual(100L, byHour.Body.GetProperty("data").EnumerateArray().Sum(one => one.GetProperty("bytes").GetInt64()));
        var byUser = (await client.GetAsync($"/usage?by=proxy_user&proxyUser=pu_{customer.ProxyUserId}")).Body
            .GetProperty("data")[0];
        Assert.AreEqual($"pu_{customer.ProxyUserId}", byUser.GetProperty("key").GetString());
        Assert.AreEqual(customer.ProxyUserName, byUser.GetProperty("name").GetString());
        Assert.AreEqual("fr", (await client.GetAsync("/usage?by=country")).Body.GetProperty("data")[0].GetProperty("key")
            .GetString());
        Assert.AreEqual("0", (await client.GetAsync("/usage?country=US")).Body.GetProperty("total").GetProperty("bytes")
            .GetRawText());
        using var staff = await ApiClient.OfAsync(portal, SeededPortal.Support, "usage:read");
        Assert.AreEqual($"cus_{customer.Id}", (await staff.GetAsync($"/usage?by=customer&customer=cus_{customer.Id}")).Body
            .GetProperty("data")[0].GetProperty("key").GetString());
        Assert.AreEqual("", (await staff.GetAsync($"/usage?by=provider&customer=cus_{customer.Id}")).Body
            .GetProperty("data")[0].GetProperty("key").GetString());

        foreach (string by in new[] { "customer", "provider", "week" })
            (await client.GetAsync($"/usage?by={by}")).IsProblem(HttpStatusCode.BadRequest, "usage.by_invalid", "by");
        foreach (string field in new[] { "from", "to" })
            (await client.GetAsync($"/usage?{field}=yesterday"))
                .IsProblem(HttpStatusCode.BadRequest, "request.time_invalid", field);
        (await client.GetAsync("/usage?from=2026-02-01&to=2026-01-01"))
            .IsProblem(HttpStatusCode.BadRequest, "usage.range_invalid", "from");
        (await client.GetAsync("/usage?from=2000-01-01&to=2026-01-01"))
            .IsProblem(HttpStatusCode.BadRequest, "usage.range_too_long", "by");
        (await client.GetAsync("/usage?by=hour&from=2020-01-01&to=2020-01-02"))
            .IsProblem(HttpStatusCode.BadRequest, "usage.hours_gone", "from");
    }

    [TestMethod]
    public async Task Fields_AreThoseThatWereChosen()
    {
        var (_, customer, client) = await StartAsync();
        using var _2 = client;
        Assert.AreEqual($"{{\"id\":\"pu_{customer.ProxyUserId}\",\"enabled\":true}}",
            (await client.GetAsync($"/proxy-users/pu_{customer.ProxyUserId}?fields=enabled,id")).Text);
        Assert.AreEqual($"{{\"data\":[{{\"name\":\"{customer.ProxyUserName}\"}}],\"nextCursor\":null}}",
            (await client.GetAsync("/proxy-users?fields=name")).Text);
        (await client.GetAsync("/proxy-users?fields=name,secret"))
            .IsProblem(HttpStatusCode.BadRequest, "request.field_unknown", "fields");
    }

    [TestMethod]
    public async Task Metrics_AreTheCustomersOwn()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        await portal.Portal.Database.ExecuteAsync($"""
            insert into usage_hourly (hour, proxy_user_id, provider_id, country, bytes_up, bytes_down, connections)
            values (date_trunc('hour', now()), {customer.ProxyUserId}, 0, 'fr', 10, 90, 3)
            """);

        var metrics = await client.GetAsync("/metrics");
        Assert.AreEqual("text/plain", metrics.Response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("# TYPE proxy_bytes_total counter\n", metrics.Text);
        Assert.Contains($"proxy_bytes_total{{proxy_user=\"{customer.ProxyUserName}\",direction=\"down\"}} 90\n", metrics.Text);
        Assert.Contains($"proxy_connections_total{{proxy_user=\"{customer.ProxyUserName}\"}} 3\n", metrics.Text);
        Assert.DoesNotContain("Atlantic", metrics.Text, "customers know the name of the brand");

        using var staff = await ApiClient.OfAsync(portal, SeededPortal.Support, "usage:read");
        (await staff.GetAsync("/metrics")).IsProblem(HttpStatusCode.BadRequest, "request.customer_missing", "customer");
        Assert.AreEqual(metrics.Text, (await staff.GetAsync($"/metrics?customer=cus_{customer.Id}")).Text);
        using var stranger = await ApiClient.OfAsync(portal, (await portal.AddCustomerAsync()).Email, ApiClient.CustomerScopes);
        (await stranger.GetAsync($"/metrics?customer=cus_{customer.Id}"))
            .IsProblem(HttpStatusCode.NotFound, "customer.not_found");
        Assert.DoesNotContain(customer.ProxyUserName, (await stranger.GetAsync("/metrics")).Text);
    }

    [TestMethod]
    public async Task Locations_AreThoseThatCanBeServed()
    {
        var (portal, _, client) = await StartAsync();
        using var _2 = client;
        await portal.AddProviderAsync($"places{Guid.CreateVersion7():n}");

        (await client.GetAsync("/locations?country=atlantis"))
            .IsProblem(HttpStatusCode.BadRequest, "location.country_unknown", "country");
        Assert.AreEqual(HttpStatusCode.OK, (await client.GetAsync("/locations?country=us&search=new")).Status);
        using var staff = await ApiClient.OfAsync(portal, SeededPortal.Support, "locations:read");
        Assert.AreEqual("null", (await staff.GetAsync("/locations"))["nextCursor"]);
    }

    private static string ApiDay(int days) =>
        AtlanticProxy.Web.Api.ApiTime.Of(TimeProvider.System.GetUtcNow().AddDays(days));
}
