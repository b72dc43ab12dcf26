using System.Net;
using System.Text.Json;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.ProxyLists;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features.ProxyLists;

/// <summary>Lists as tools fetch them.</summary>
[TestClass]
public sealed class ListTests
{
    private static SeededPortal s_portal = null!;
    private static HttpClient s_tool = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        s_portal = await SeededPortal.StartAsync();
        _ = (await s_portal.Portal.UseAsync<AddProvider, Result<ProviderSummary>>(add => add.ExecuteAsync(
            new("plain", new ProviderSettings("http://gateway.test:8000",
                "u[-country-{country}][-state-{state}][-city-{city}][-asn-{asn}][-session-{session}]")), default))).Value;
        s_tool = new HttpClient { BaseAddress = s_portal.Portal.Address };
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        s_tool.Dispose();
        await s_portal.Portal.DisposeAsync();
    }

    [TestMethod]
    public async Task List_OfLines_IsAsOnThePageOfEndpoints_AndTheSameAgain()
    {
        var (customer, token) = await AddAsync();

        var plain = await GetAsync($"{token}.txt");
        Assert.AreEqual((HttpStatusCode.OK, "text/plain; charset=utf-8"), (plain.Status, plain.Type));
        Assert.AreEqual($"proxy.test:8080:{customer.ProxyUserName}:{customer.Secret}\n", plain.Text);
        Assert.IsTrue(plain.Response.Headers.CacheControl!.NoStore);
        Assert.IsTrue(plain.Response.Headers.Contains("RateLimit"));

        string query = "?format=url&country=US&count=3&ttl=30&strict=true&protocol=socks5";
        var first = await GetAsync($"{token}.txt{query}");
        var again = await GetAsync($"{token}.txt{query}");
        string[] lines = first.Text.TrimEnd().Split('\n');
        Assert.AreEqual(first.Text, again.Text);
        Assert.HasCount(3, lines);
        Assert.StartsWith($"socks5h://{customer.ProxyUserName}-country-us-session-", lines[0]);
        Assert.Contains($"001-ttl-30-strict:{customer.Secret}@", lines[0]);
        string longer = query.Replace("count=3", "count=5", StringComparison.Ordinal);
        Assert.StartsWith(first.Text[..^1], (await GetAsync($"{token}.txt{longer}")).Text);
        Assert.AreNotEqual(Session(first.Text), Session((await GetAsync($"{token}.txt?country=de&count=3")).Text));
        var other = await AddAsync();
        Assert.AreNotEqual(Session(first.Text), Session((await GetAsync($"{other.Token}.txt{query}")).Text));
    }

    [TestMethod]
    public async Task List_AsJsonAndCsv_HasAllFields()
    {
        var (customer, token) = await AddAsync();

        var json = await GetAsync($"{token}.json?count=2&country=us&city=New York");
        var csv = await GetAsync($"{token}.csv?count=2");

        Assert.AreEqual("application/json; charset=utf-8", json.Type);
        var entries = JsonSerializer.Deserialize<JsonElement[]>(json.Text)!;
        Assert.HasCount(2, entries);
        Assert.AreEqual(customer.Secret, entries[1].GetProperty("password").GetString());
        Assert.StartsWith($"{customer.ProxyUserName}-country-us-city-newyork-session-",
            entries[1].GetProperty("username").GetString()!);
        Assert.AreEqual("text/csv; charset=utf-8", csv.Type);
        Assert.HasCount(3, csv.Text.TrimEnd().Split('\n'));
        Assert.AreEqual("at proxy.test\n", (await GetAsync($"{token}.txt?format=own&pattern=at {{host}}")).Text);
    }

    [TestMethod]
    [DataRow("country=xx", "country: 'xx' is not a country in our list.")]
    [DataRow("city=Paris", "city: give the country, too.")]
    [DataRow("state=ny", "state: give the country, too.")]
    [DataRow("country=us&state=zzz", "state: 'zzz' is not a state or province in our list.")]
    [DataRow("country=fr&city=Pariss", "city: 'Pariss' is not a city in our list. Did you mean Paris?")]
    [DataRow("country=fr&city=q", "city: 'q' is not a city")]
    [DataRow("network=nowhere", "network: 'nowhere' is not a network in our list.")]
    [DataRow("count=0", "count: give a whole number from 1 to 1000.")]
    [DataRow("count=1001", "count: give a whole number from 1 to 1000.")]
    [DataRow("count=many", "count: give a whole number from 1 to 1000.")]
    [DataRow("ttl=1441", "ttl: give a whole number from 0 to 1440.")]
    [DataRow("ttl=0&count=2", "count: with ttl=0 each connection has another exit, and there is one line.")]
    [DataRow("strict=yes", "strict: say true or false.")]
    [DataRow("strict=true", "strict: needs a ttl.")]
    [DataRow("format=json", "format: a link that ends with .txt has colons, at, url, own.")]
    [DataRow("pattern={host}", "pattern: needs format=own.")]
    [DataRow("format=own", "pattern: give one of at most 200 characters")]
    [DataRow("format=own&pattern={hst}", "pattern: {hst} is not a field.")]
    [DataRow("protocol=gopher", "protocol: this service has http, socks5")]
    [DataRow("protocol=shadowsocks", "protocol: Shadowsocks clients have a link of their own")]
    [DataRow("contry=us", "contry: not a parameter of lists. They are format,")]
    public async Task List_OfWhatThereIsNot_IsRefusedInWords(string query, string words)
    {
        var (_, token) = await AddAsync();

        var refused = await GetAsync($"{token}.txt?{query}");

        Assert.AreEqual((HttpStatusCode.BadRequest, "text/plain; charset=utf-8"), (refused.Status, refused.Type));
        Assert.Contains(words, refused.Text);
        Assert.DoesNotContain("proxy.test", refused.Text);
    }

    [TestMethod]
    public async Task List_BeyondThePlan_Is403InWords()
    {
        var (customer, token) = await AddAsync();
        var plan = (await s_portal.Portal.UseAsync<CreatePlan, Result<PlanSummary>>(create => create.ExecuteAsync(
            new("Countries", PlanKind.PerGb, 100, "USD", null, null, ["country"]), default))).Value;
        Assert.IsTrue((await s_portal.Portal.UseAsync<AssignPlan, Result>(
            assign => assign.ExecuteAsync(new(customer.Id, plan.Id), default))).IsSuccess);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await GetAsync($"{token}.txt")).Status, "the wallet is empty");
        Assert.IsTrue((await s_portal.Portal.UseAsync((CreditWallet credit) =>
            credit.ExecuteAsync(new(customer.Id, 1000, "USD"), default))).IsSuccess);

        var refused = await GetAsync($"{token}.txt?country=us&state=ny&city=New York&network=AS7922");

        Assert.AreEqual((HttpStatusCode.Forbidden, string.Join('\n', "state: not in the plan of this account.",
            "city: not in the plan of this account.", "network: not in the plan of this account.", "")),
            (refused.Status, refused.Text));
        Assert.AreEqual(HttpStatusCode.OK, (await GetAsync($"{token}.txt?country=us")).Status);
    }

    [TestMethod]
    public async Task Link_OfAStranger_Is404WithoutAReason()
    {
        var (customer, token) = await AddAsync();
        string typo = token[..^1] + (token[^1] == 'a' ? 'b' : 'a');
        await s_portal.Portal.UseAsync<MakeListToken, Result<CreatedListToken>>(
            make => make.ExecuteAsync(new(Scope.Of(customer.Id), customer.ProxyUserId), default));

        foreach (string file in new[]
        {
            $"{token}.txt", $"{typo}.txt", $"{TokenText.Next(TokenText.ListMark)}.json", $"{TokenText.Next()}.txt", "x",
            "x.sip008.json",
        })
        {
            var refused = await GetAsync(file);
            Assert.AreEqual((HttpStatusCode.NotFound, "Not found.\n"), (refused.Status, refused.Text), file);
            Assert.IsTrue(refused.Response.Headers.CacheControl!.NoStore);
        }
    }

    [TestMethod]
    public async Task Link_ThatEndsOtherwise_SaysHowLinksEnd()
    {
        var (_, token) = await AddAsync();

        foreach (string end in new[] { "", ".xml" })
            Assert.Contains(".txt, .json, .csv or .sip008.json", (await GetAsync(token + end)).Text);
    }

    [TestMethod]
    [DataRow("update proxy_users set enabled = false where id = {1}", "This proxy user is disabled.")]
    [DataRow("update customers set state = 'suspended' where id = {0}", "This account is suspended.")]
    [DataRow("update customers set plan_ended = true, plan_ends_at = now() where id = {0}", "The plan of this account has ")]
    public async Task Link_OfWhomIsNotServed_Is403InWords(string change, string words)
    {
        var (customer, token) = await AddAsync();
        await s_portal.Portal.Database.ExecuteAsync(string.Format(null, change, customer.Id, customer.ProxyUserId));

        foreach (string end in new[] { "txt", "json", "sip008.json" })
        {
            var refused = await GetAsync($"{token}.{end}");
            Assert.AreEqual(HttpStatusCode.Forbidden, refused.Status);
            Assert.Contains(words, refused.Text);
        }
    }

    [TestMethod]
    public async Task Link_AfterANewPassword_HasThat_AndIsGoneWithTheProxyUser()
    {
        var (customer, token) = await AddAsync();
        var rotated = await s_portal.Portal.UseAsync<RotateProxyUserSecret, Result<ProxyUserCredentials>>(
            rotate => rotate.ExecuteAsync(new(Scope.Staff, customer.ProxyUserId), default));
        Assert.Contains(rotated.Value.Secret, (await GetAsync($"{token}.txt")).Text);

        await s_portal.Portal.UseAsync<DeleteProxyUser, Result>(
            delete => delete.ExecuteAsync(new(Scope.Staff, customer.ProxyUserId), default));

        Assert.AreEqual(HttpStatusCode.NotFound, (await GetAsync($"{token}.txt")).Status);
        Assert.AreEqual(0L, await s_portal.Portal.Database.ScalarAsync<long>(
            $"select count(*) from list_tokens where proxy_user_id = {customer.ProxyUserId}"));
    }

    [TestMethod]
    public async Task Subscription_HasEachKey_WithTheSameIdsAgain()
    {
        var (customer, token) = await AddAsync();
        Assert.AreEqual("""{"version":1,"servers":[]}""", (await GetAsync($"{token}.sip008.json")).Text);
        var keys = new List<ShadowsocksCredentials>();
        foreach (string targeting in new[] { "country-de", "", "country-de" })
            keys.Add((await s_portal.Portal.UseAsync<AddShadowsocksKey, Result<ShadowsocksCredentials>>(
                add => add.ExecuteAsync(new(Scope.Staff, customer.ProxyUserId, "aes-256-gcm", targeting), default))).Value);

        var answer = await GetAsync($"{token}.sip008.json");
        var again = await GetAsync($"{token}.sip008.json");

        Assert.AreEqual("application/json; charset=utf-8", answer.Type);
        Assert.AreEqual(answer.Text, again.Text);
        var document = JsonSerializer.Deserialize<JsonElement>(answer.Text);
        var servers = document.GetProperty("servers").EnumerateArray().ToList();
        Assert.HasCount(3, servers);
        Assert.AreEqual(3, servers.Select(server => Guid.Parse(server.GetProperty("id").GetString()!)).Distinct().Count());
        Assert.AreEqual("country-de", servers[0].GetProperty("remarks").GetString());
        Assert.AreEqual(8388, servers[0].GetProperty("server_port").GetInt32());
        Assert.AreEqual(keys[0].Password, servers[0].GetProperty("password").GetString());
        Assert.IsFalse(document.TryGetProperty("bytes_used", out _) || document.TryGetProperty("bytes_remaining", out _));

        // A key that replaces a lost one is the same server to clients.
        await s_portal.Portal.UseAsync<RemoveShadowsocksKey, Result>(
            remove => remove.ExecuteAsync(new(Scope.Staff, customer.ProxyUserId, keys[1].KeyId), default));
        await s_portal.Portal.UseAsync<AddShadowsocksKey, Result<ShadowsocksCredentials>>(
            add => add.ExecuteAsync(new(Scope.Staff, customer.ProxyUserId, "aes-256-gcm"), default));
        var replaced = JsonSerializer.Deserialize<JsonElement>((await GetAsync($"{token}.sip008.json")).Text);
        CollectionAssert.AreEquivalent(
            servers.ConvertAll(server => server.GetProperty("id").GetString()),
            replaced.GetProperty("servers").EnumerateArray().Select(server => server.GetProperty("id").GetString()).ToList());
    }

    [TestMethod]
    public async Task Subscription_OfALimitedProxyUser_SaysWhatIsLeft()
    {
        var (customer, token) = await AddAsync();
        await s_portal.Portal.UseAsync<UpdateProxyUserLimits, Result<bool>>(update => update.ExecuteAsync(
            new(Scope.Staff, customer.ProxyUserId, new ProxyUserLimits(null, null, [], 5_000_000_000)), default));

        var document = JsonSerializer.Deserialize<JsonElement>((await GetAsync($"{token}.sip008.json")).Text);

        Assert.AreEqual((0L, 5_000_000_000),
            (document.GetProperty("bytes_used").GetInt64(), document.GetProperty("bytes_remaining").GetInt64()));
    }

    [TestMethod]
    public async Task WrongLinks_TooMany_Are429_AndRightOnesStillWork()
    {
        var portal = await SeededPortal.StartAsync(options =>
            (options.ApiWrongTokensPerAddress, options.ShadowsocksPort, options.ApiRequestBurst, options.ApiRequestsPerSecond) =
                (2, 0, 3, 1));
        await using var running = portal.Portal;
        await portal.AddProviderAsync("plain");
        var (_, token) = await AddAsync(portal);
        using var tool = new HttpClient { BaseAddress = running.Address };
        for (int i = 0; i < 2; i++)
            Assert.AreEqual(HttpStatusCode.NotFound, (await tool.GetAsync("lists/none.txt")).StatusCode);

        var refused = await tool.GetAsync("lists/none.txt");
        Assert.AreEqual(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.IsNotNull(refused.Headers.RetryAfter);
        Assert.AreEqual(HttpStatusCode.OK, (await tool.GetAsync($"lists/{token}.txt")).StatusCode);
        var unspoken = await tool.GetAsync($"lists/{token}.sip008.json");
        Assert.AreEqual((HttpStatusCode.Forbidden, "This service does not speak Shadowsocks.\n"),
            (unspoken.StatusCode, await unspoken.Content.ReadAsStringAsync()));
        Assert.AreEqual(HttpStatusCode.BadRequest, (await tool.GetAsync($"lists/{token}.txt?country=de")).StatusCode,
            "no provider has a choice of country");
        var statuses = new List<HttpStatusCode>();
        for (int i = 0; i < 4; i++)
            statuses.Add((await tool.GetAsync($"lists/{token}.txt")).StatusCode);
        CollectionAssert.Contains(statuses, HttpStatusCode.TooManyRequests);
    }

    private static string Session(string list) => list.Split("-session-")[1][..6];

    private static Task<(SeededCustomer Customer, string Token)> AddAsync() => AddAsync(s_portal);

    private static async Task<(SeededCustomer Customer, string Token)> AddAsync(SeededPortal portal)
    {
        var customer = await portal.AddCustomerAsync();
        var made = await portal.Portal.UseAsync<MakeListToken, Result<CreatedListToken>>(
            make => make.ExecuteAsync(new(Scope.Of(customer.Id), customer.ProxyUserId), default));
        Assert.DoesNotContain(made.Value.Token, $"{made.Value}");
        return (customer, made.Value.Token);
    }

    private static async Task<Fetched> GetAsync(string file)
    {
        var response = await s_tool.GetAsync($"lists/{file}");
        return new Fetched(response, await response.Content.ReadAsStringAsync());
    }

    private sealed record Fetched(HttpResponseMessage Response, string Text)
    {
        public HttpStatusCode Status => Response.StatusCode;

        public string Type => $"{Response.Content.Headers.ContentType}";
    }
}
