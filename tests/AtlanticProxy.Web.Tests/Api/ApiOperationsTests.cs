using System.Net;
using System.Text.Json;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Api;

/// <summary>Connections, webhooks, the audit log, and what staff run the network with.</summary>
[TestClass]
public sealed class ApiOperationsTests
{
    [TestMethod]
    public async Task Connections_AreTheCustomersOwn_InParts()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        for (int i = 1; i <= 5; i++)
            await portal.Portal.Database.ExecuteAsync($"""
                insert into connection_log (proxy_user_id, ended_at, duration_ms, outcome, refused, client_address, host, port,
                    provider_id, country, bytes_up, bytes_down)
                values ({customer.ProxyUserId}, now() - interval '{i} seconds', 10,
                    '{(i == 2 ? "QuotaExhausted" : "Completed")}', {(i == 2 ? "true" : "false")}, '192.0.2.1', 'host{i}.example',
                    443, 1, 'us', 1, 2)
                """);
        using var client = await ApiClient.OfAsync(portal, customer.Email, ApiClient.CustomerScopes);

        var hosts = new List<string>();
        string? cursor = null;
        do
        {
            var part = await client.GetAsync($"/connections?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            Assert.AreEqual(HttpStatusCode.OK, part.Status, part.Body.ToString());
            hosts.AddRange(part.Body.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("host").GetString()!));
            cursor = part.Body.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        CollectionAssert.AreEqual(
            new[] { "host1.example", "host2.example", "host3.example", "host4.example", "host5.example" }, hosts);
        var refused = (await client.GetAsync("/connections?fate=refused")).Body.GetProperty("data").EnumerateArray().Single();
        Assert.AreEqual(($"pu_{customer.ProxyUserId}", true, 2),
            (refused.GetProperty("proxyUser").GetString(), refused.GetProperty("refused").GetBoolean(),
                refused.GetProperty("bytesDown").GetInt64()));

        (await client.GetAsync("/connections?cursor=nonsense")).IsProblem(
            HttpStatusCode.BadRequest, "request.cursor_invalid", "cursor");
        (await client.GetAsync("/connections?fate=never")).IsProblem(
            HttpStatusCode.BadRequest, "request.parameter_invalid", "fate");
        using var staff = await ApiClient.OfAsync(portal, SeededPortal.Owner, ApiClient.AllScopes);
        (await staff.GetAsync("/connections")).IsProblem(
            HttpStatusCode.BadRequest, "request.customer_missing", "customer");
        Assert.AreEqual(5, (await staff.GetAsync($"/connections?customer=cus_{customer.Id}")).Body.GetProperty("data")
            .GetArrayLength());
        var other = await portal.AddCustomerAsync();
        using var stranger = await ApiClient.OfAsync(portal, other.Email, ApiClient.CustomerScopes);
        (await stranger.GetAsync($"/connections?customer=cus_{customer.Id}"))
            .IsProblem(HttpStatusCode.NotFound, "customer.not_found");
        (await stranger.GetAsync($"/connections?proxyUser=pu_{customer.ProxyUserId}"))
            .IsProblem(HttpStatusCode.NotFound, "proxy_user.not_found");
    }

    [TestMethod]
    public async Task Webhook_FromItsBeginningToItsEnd()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var client = await ApiClient.OfAsync(portal, customer.Email, ApiClient.CustomerScopes);
        using var stranger = await ApiClient.OfAsync(portal, (await portal.AddCustomerAsync()).Email, ApiClient.CustomerScopes);

        (await client.PostAsync("/webhooks", new { url = "ftp://example.com" }))
            .IsProblem(HttpStatusCode.BadRequest, "webhook.url_invalid", "url");
        var made = await client.PostAsync("/webhooks", new { url = "https://example.com/hooks" });
        Assert.AreEqual(HttpStatusCode.Created, made.Status, made.Body.ToString());
        Assert.StartsWith("whsec_", made["secret"]);
        string path = $"/webhooks/{made["id"]}";
        var shown = await client.GetAsync(path);
        Assert.AreEqual(("https://example.com/hooks", "[]", "true"), (shown["url"], shown["kinds"], shown["enabled"]));
        (await stranger.GetAsync(path)).IsProblem(HttpStatusCode.NotFound, "webhook.not_found");

        var changed = await client.SendAsync(
            HttpMethod.Patch, path, new { kinds = new[] { "invoice_paid" } }, ("If-Match", shown.Header("ETag")));
        Assert.AreEqual(("[\"invoice_paid\"]", "https://example.com/hooks"), (changed["kinds"], changed["url"]));
        (await client.SendAsync(HttpMethod.Patch, path, new { enabled = false }, ("If-Match", shown.Header("ETag"))))
            .IsProblem(HttpStatusCode.PreconditionFailed, "request.version_differs");

        Assert.AreEqual(HttpStatusCode.Accepted, (await client.PostAsync($"{path}/test")).Status);
        var delivery = (await client.GetAsync($"{path}/deliveries")).Body.GetProperty("data").EnumerateArray().Single();
        Assert.AreEqual(("webhook_test", "pending"),
            (delivery.GetProperty("kind").GetString(), delivery.GetProperty("state").GetString()));
        string again = $"{path}/deliveries/{delivery.GetProperty("id").GetString()}/redeliver";
        (await client.PostAsync(again)).IsProblem(HttpStatusCode.Conflict, "webhook.pending");
        (await stranger.PostAsync(again)).IsProblem(HttpStatusCode.NotFound, "webhook.not_found");
        var rotated = await client.PostAsync($"{path}/rotate-secret");
        Assert.AreNotEqual(made["secret"], rotated["secret"]);
        Assert.AreEqual(HttpStatusCode.NoContent, (await client.SendAsync(HttpMethod.Delete, path)).Status);
        (await client.GetAsync(path)).IsProblem(HttpStatusCode.NotFound, "webhook.not_found");
    }

    [TestMethod]
    public async Task Audit_SaysWhatATokenDid_AndToACustomerOnlyItsOwn()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var client = await ApiClient.OfAsync(portal, customer.Email, ApiClient.CustomerScopes);
        using var staff = await ApiClient.OfAsync(portal, SeededPortal.Owner, ApiClient.AllScopes);
        await client.PostAsync("/proxy-users", new { name = $"aud{customer.Id}" });
        await staff.PostAsync($"/proxy-users/pu_{customer.ProxyUserId}/disable");

        var mine = (await client.GetAsync("/audit?object=proxy_users")).Body.GetProperty("data").EnumerateArray().ToList();
        Assert.AreEqual(("changed", "", "staff"),
            (Text(mine[0], "change"), Text(mine[0], "author"), Text(mine[0], "authorKind")));
        Assert.AreEqual(("added", customer.Email, $"cus_{customer.Id}"),
            (Text(mine[1], "change"), Text(mine[1], "author"), Text(mine[1], "customer")));
        Assert.IsTrue(mine.All(entry => Text(entry, "customer") == $"cus_{customer.Id}"));

        var first = await staff.GetAsync($"/audit?limit=1&customer=cus_{customer.Id}");
        var second = await staff.GetAsync($"/audit?limit=1&customer=cus_{customer.Id}&cursor={first["nextCursor"]}");
        Assert.AreNotEqual(Text(first.Body.GetProperty("data")[0], "id"), Text(second.Body.GetProperty("data")[0], "id"));
        (await staff.GetAsync("/audit?object=nothing")).IsProblem(HttpStatusCode.BadRequest, "audit.object_unknown", "object");
    }

    [TestMethod]
    public async Task Network_ForTheStaff()
    {
        var portal = await SeededPortal.SharedAsync();
        using var client = await ApiClient.OfAsync(portal, SeededPortal.Owner, ApiClient.AllScopes);
        string name = $"api{(await portal.AddCustomerAsync()).Id}";
        var added = await portal.Portal.UseAsync((AddProvider add) => add.ExecuteAsync(
            new(name, new ProviderSettings("http://192.0.2.9:8000")), default));
        Assert.IsTrue(added.IsSuccess, string.Join(' ', added.Errors.Select(error => error.Message)));

        var listed = (await client.GetAsync("/providers")).Body.GetProperty("data").EnumerateArray()
            .Single(one => Text(one, "name") == name);
        string path = $"/providers/{Text(listed, "id")}";
        Assert.AreEqual("false", (await client.PostAsync($"{path}/disable"))["enabled"]);
        Assert.AreEqual("false", (await client.GetAsync(path))["enabled"]);
        Assert.AreEqual("true", (await client.PostAsync($"{path}/enable"))["enabled"]);
        (await client.GetAsync("/providers/prv_999999")).IsProblem(HttpStatusCode.NotFound, "provider.not_found");
        (await client.GetAsync("/pools/pol_999999")).IsProblem(HttpStatusCode.NotFound, "pool.not_found");
        Assert.AreEqual(HttpStatusCode.OK, (await client.GetAsync("/pools")).Status);
    }

    [TestMethod]
    public async Task Rules_AndJobs_ForTheStaff()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var client = await ApiClient.OfAsync(portal, SeededPortal.Owner, ApiClient.AllScopes);

        (await client.PostAsync("/rules", new { value = "example.com" }))
            .IsProblem(HttpStatusCode.BadRequest, "rule.kind_missing", "kind");
        (await client.PostAsync("/rules", new { kind = "domain", value = "x", customer = "cus_1", plan = "pln_1" }))
            .IsProblem(HttpStatusCode.BadRequest, "rule.owner_ambiguous");
        var made = await client.PostAsync("/rules", new
        {
            kind = "domain", value = $"*.r{customer.Id}.example", customer = $"cus_{customer.Id}", note = "By API",
        });
        Assert.AreEqual((HttpStatusCode.Created, "suffix", $"r{customer.Id}.example", customer.Email),
            (made.Status, made["kind"], made["value"], made["customer"]));
        string path = $"/rules/{made["id"]}";
        Assert.AreEqual("By API", (await client.GetAsync(path))["note"]);
        Assert.AreEqual(HttpStatusCode.NoContent, (await client.SendAsync(HttpMethod.Delete, path)).Status);
        (await client.GetAsync(path)).IsProblem(HttpStatusCode.NotFound, "rule.not_found");

        var job = (await client.GetAsync("/jobs")).Body.GetProperty("data").EnumerateArray()
            .Single(one => Text(one, "id") == "forget");
        Assert.AreEqual("27 * * * *", Text(job, "schedule"));
        Assert.AreEqual(HttpStatusCode.Accepted, (await client.PostAsync("/jobs/forget/trigger")).Status);
        (await client.PostAsync("/jobs/nothing/trigger")).IsProblem(HttpStatusCode.NotFound, "job.not_found");
    }

    private static string? Text(JsonElement of, string member) => of.GetProperty(member).GetString();
}
