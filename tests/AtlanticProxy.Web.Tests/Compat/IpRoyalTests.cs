using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.Web.Compat.IpRoyal;
using AtlanticProxy.Web.Tests.Api;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Compat;

/// <summary>IPRoyal's API, as scripts see it.</summary>
[TestClass]
public sealed class IpRoyalTests
{
    private const string Subusers = "/v1/residential-subusers";

    /// <summary>An account with 50 GB.</summary>
    private static async Task<(SeededPortal Portal, SeededCustomer Customer, CompatClient Client)> StartAsync()
    {
        var shop = await Shop.OpenAsync();
        using var owner = await shop.Portal.SignedInAsync(SeededPortal.Owner);
        await shop.PaidAsync(owner);
        return (shop.Portal, shop.Customer, await CompatClient.OfAsync(
            shop.Portal, "iproyal", "Bearer ", shop.Customer.Email, ApiClient.CustomerScopes));
    }

    private static string Subuser(string id, string name, string password, string available, string used = "0") => $$"""
        {"id":{{id}},"hash":"{{IpRoyalHash.Of(long.Parse(id, CultureInfo.InvariantCulture))}}","username":"{{name}}",
        "password":{{password}},
        "traffic_available":{{available}},"traffic_used":{{used}}}
        """;

    [TestMethod]
    public async Task Subuser_HasABalance_TakenFromTheAccount()
    {
        var (_, customer, client) = await StartAsync();
        using var _2 = client;
        string name = $"royal{customer.Id}", first = IpRoyalHash.Of(customer.ProxyUserId);
        string Account(string left, int count) =>
            $$"""{"available_traffic":{{left}},"subusers_count":{{count}},"residential_user_hash":"{{first}}"}""";
        CompatClient.Is(await client.GetAsync("/v1/me"), HttpStatusCode.OK, Account("50", 1));

        var made = await client.PostAsync(Subusers, new { username = name, password = "Secret-of-royal-1", traffic = 2.5 });
        string id = made["id"], path = $"{Subusers}/{made["hash"]}";
        CompatClient.Is(made, HttpStatusCode.Created, Subuser(id, name, "\"Secret-of-royal-1\"", "2.5"));
        CompatClient.Is(await client.GetAsync("/v1/me"), HttpStatusCode.OK, Account("47.5", 2));
        CompatClient.Is(await client.PostAsync($"{path}/give-traffic", new { amount = 1 }), HttpStatusCode.OK,
            Subuser(id, name, "\"Secret-of-royal-1\"", "3.5"));
        CompatClient.Is(await client.PostAsync($"{path}/take-traffic", new { amount = 3.25 }), HttpStatusCode.OK,
            Subuser(id, name, "\"Secret-of-royal-1\"", "0.25"));
        CompatClient.Is(await client.SendAsync(HttpMethod.Put, path, new { traffic = 4, password = "Another-secret-2" }),
            HttpStatusCode.OK, Subuser(id, name, "\"Another-secret-2\"", "4"));
        CompatClient.Is(await client.SendAsync(HttpMethod.Put, path, new { traffic = 4 }), HttpStatusCode.OK,
            Subuser(id, name, "\"Another-secret-2\"", "4"));
        CompatClient.Is(await client.SendAsync(HttpMethod.Put, path, new { traffic = 0, username = name }),
            HttpStatusCode.OK, Subuser(id, name, "\"Another-secret-2\"", "0"));
        CompatClient.Is(await client.GetAsync("/v1/me"), HttpStatusCode.OK, Account("50", 2));
        CompatClient.Is(await client.PostAsync($"{path}/give-traffic", new { amount = 5 }), HttpStatusCode.OK,
            Subuser(id, name, "\"Another-secret-2\"", "5"));
        CompatClient.Is(await client.SendAsync(HttpMethod.Delete, path), HttpStatusCode.NoContent, "");
        CompatClient.Is(await client.GetAsync("/v1/me"), HttpStatusCode.OK, Account("50", 1));
        CompatClient.Is(await client.GetAsync(path), HttpStatusCode.NotFound, """{"message":"There is no such proxy user."}""");
    }

    [TestMethod]
    public async Task Subuser_ThatIsWrong_IsRefusedByField()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        string path = $"{Subusers}/{IpRoyalHash.Of(customer.ProxyUserId)}";
        CompatClient.Is(await client.PostAsync(Subusers, new { limits = new { daily_limit = 1 } }),
            HttpStatusCode.UnprocessableEntity, """
            {"message":"The username field is required.","errors":{"username":["The username field is required."],
            "password":["The password field is required."],
            "limits":["Limits are not supported: a sub-user has a balance."]}}
            """);
        CompatClient.Is(await client.PostAsync(Subusers, new { username = "royal", password = "Secret-of-royal-1" }),
            HttpStatusCode.UnprocessableEntity, """
            {"message":"The traffic field must be greater than 0.",
            "errors":{"traffic":["The traffic field must be greater than 0."]}}
            """);
        CompatClient.Is(await client.PostAsync(Subusers,
                new { username = $"much{customer.Id}", password = "Secret-of-royal-1", traffic = 51 }),
            HttpStatusCode.UnprocessableEntity, """
            {"message":"There is not so much left that nobody is using or has reserved.",
            "errors":{"traffic":["There is not so much left that nobody is using or has reserved."]}}
            """);
        Assert.AreEqual(0L, await portal.Portal.Database.ScalarAsync<long>(
            $"select count(*) from proxy_users where name = 'much{customer.Id}'"));
        CompatClient.Is(await client.PostAsync(Subusers,
                new { username = customer.ProxyUserName, password = "Secret-of-royal-1", traffic = 1 }),
            HttpStatusCode.UnprocessableEntity, """
            {"message":"This name is taken: names are unique over the whole service.",
            "errors":{"username":["This name is taken: names are unique over the whole service."]}}
            """);
        CompatClient.Is(await client.SendAsync(HttpMethod.Put, path, new { username = "other" }),
            HttpStatusCode.UnprocessableEntity,
            """
            {"message":"The name of a sub-user cannot be changed.",
            "errors":{"username":["The name of a sub-user cannot be changed."]}}
            """);
        CompatClient.Is(await client.PostAsync($"{path}/give-traffic", new { amount = 0 }),
            HttpStatusCode.UnprocessableEntity, """
            {"message":"The amount field must be greater than 0.",
            "errors":{"amount":["The amount field must be greater than 0."]}}
            """);
        CompatClient.Is(await client.PostAsync($"{path}/take-traffic", new { amount = 1 }),
            HttpStatusCode.UnprocessableEntity, """
            {"message":"This proxy user does not have so much that is unused.",
            "errors":{"amount":["This proxy user does not have so much that is unused."]}}
            """);
    }

    [TestMethod]
    public async Task AnothersHash_OrNone_IsNotFound()
    {
        var (portal, _, client) = await StartAsync();
        using var _2 = client;
        var theirs = await portal.AddCustomerAsync();
        foreach (string hash in new[] { IpRoyalHash.Of(theirs.ProxyUserId), "x", new string('Z', 26), $"U{new string('0', 25)}" })
            foreach (var (method, path) in new[]
            {
                (HttpMethod.Get, $"{Subusers}/{hash}"), (HttpMethod.Put, $"{Subusers}/{hash}"),
                (HttpMethod.Delete, $"{Subusers}/{hash}"), (HttpMethod.Get, $"/v1/residential-users/{hash}/whitelist-entries"),
                (HttpMethod.Post, $"/v1/residential-users/{hash}/whitelist-entries"),
                (HttpMethod.Delete, $"/v1/residential-users/{hash}/whitelist-entries/x"),
            })
                CompatClient.Is(await client.SendAsync(method, path, method == HttpMethod.Get ? null : new { ip = "192.0.2.1" }),
                    HttpStatusCode.NotFound, """{"message":"There is no such proxy user."}""");
        foreach (string move in new[] { "give-traffic", "take-traffic" })
            Assert.AreEqual(HttpStatusCode.NotFound, (await client.PostAsync(
                $"{Subusers}/{IpRoyalHash.Of(theirs.ProxyUserId)}/{move}", new { amount = 1 })).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await client.SendAsync(HttpMethod.Delete, "/v1/sessions",
            new { residential_user_hashes = new[] { IpRoyalHash.Of(theirs.ProxyUserId) } })).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await client.PostAsync("/v1/access/generate-proxy-list",
            new { subuser_hash = IpRoyalHash.Of(theirs.ProxyUserId) })).Status);
    }

    [TestMethod]
    public async Task Subusers_HavePages_AndASearch_AndPasswordsByScope()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        string root = $"{portal.Portal.Address}compat/iproyal{Subusers}", id = $"{customer.ProxyUserId}";
        CompatClient.Is(await client.GetAsync($"{Subusers}?per_page=1"), HttpStatusCode.OK, $$"""
            {"data":[{{Subuser(id, customer.ProxyUserName, $"\"{customer.Secret}\"", "50")}}],"meta":{"current_page":1,"from":1,
            "last_page":1,"path":"{{root}}","per_page":1,"to":1,"total":1}
            }
            """);
        CompatClient.Is(await client.GetAsync($"{Subusers}?search=nobody&page=x"), HttpStatusCode.OK, $$"""
            {"data":[],"meta":{"current_page":1,"from":null,"last_page":1,"path":"{{root}}","per_page":15,"to":null,"total":0}
            }
            """);
        using var reader = await CompatClient.OfAsync(
            portal, "iproyal", "Bearer ", customer.Email, "proxy_users:read", "usage:read");
        CompatClient.Is(await reader.GetAsync($"{Subusers}/{IpRoyalHash.Of(customer.ProxyUserId)}"), HttpStatusCode.OK,
            Subuser(id, customer.ProxyUserName, "null", "50"));
        CompatClient.Is(await reader.PostAsync(Subusers, new { }), HttpStatusCode.Forbidden,
            """{"message":"The token lacks the scope proxy_users:write."}""");
        CompatClient.Is(await reader.PostAsync("/v1/access/generate-proxy-list"), HttpStatusCode.Forbidden,
            """{"message":"The token lacks the scope proxy_users:secrets."}""");
    }

    [TestMethod]
    public async Task WhitelistEntries_AreNetworksThatNeedNoPassword()
    {
        var (_, customer, client) = await StartAsync();
        using var _2 = client;
        string root = $"/v1/residential-users/{IpRoyalHash.Of(customer.ProxyUserId)}/whitelist-entries",
            address = $"203.0.{customer.Id % 250}.{customer.Id / 250 % 250 + 1}",
            other = $"203.1.{customer.Id % 250}.{customer.Id / 250 % 250 + 1}";
        CompatClient.Is(await client.PostAsync(root, new { port = 12321, configuration = "_country-de" }),
            HttpStatusCode.UnprocessableEntity, """
            {"message":"The ip field is required.","errors":{"ip":["The ip field is required."],
            "port":["All addresses use port 8080 here."],
            "configuration":["Addresses have no targeting of their own here."]}}
            """);
        var made = await client.PostAsync(root, new { ip = address, note = "office" });
        string Entry(string hash, string ip) => $$"""
            {"hash":"{{hash}}","ip":"{{ip}}","port":8080,"type":"http|https","configuration":"","note":null}
            """;
        CompatClient.Is(made, HttpStatusCode.Created, Entry(made["hash"], address));
        CompatClient.Is(await client.GetAsync($"{root}/{made["hash"]}"), HttpStatusCode.OK, Entry(made["hash"], address));
        var changed = await client.SendAsync(HttpMethod.Put, $"{root}/{made["hash"]}", new { ip = other });
        CompatClient.Is(changed, HttpStatusCode.OK, Entry(changed["hash"], other));
        Assert.AreEqual("1", (await client.GetAsync(root)).Body.GetProperty("meta").GetProperty("total").GetRawText());
        CompatClient.Is(await client.SendAsync(HttpMethod.Put, $"{root}/{changed["hash"]}", new { configuration = "_x" }),
            HttpStatusCode.UnprocessableEntity, """
            {"message":"Addresses have no targeting of their own here.",
            "errors":{"configuration":["Addresses have no targeting of their own here."]}}
            """);
        const string NoAddress = "is everyone: that would be an open proxy.";
        CompatClient.Is(await client.PostAsync(root, new { ip = "0.0.0.0/0" }), HttpStatusCode.UnprocessableEntity,
            $$"""
            {"message":"'0.0.0.0/0' {{NoAddress}}","errors":{"ip":["'0.0.0.0/0' {{NoAddress}}"]}
            }
            """);
        CompatClient.Is(await client.SendAsync(HttpMethod.Delete, $"{root}/{changed["hash"]}"), HttpStatusCode.NoContent, "");
        CompatClient.Is(await client.SendAsync(HttpMethod.Delete, $"{root}/{changed["hash"]}"), HttpStatusCode.NotFound,
            """{"message":"There is no such entry."}""");
        CompatClient.Is(await client.SendAsync(HttpMethod.Put, $"{root}/{changed["hash"]}", new { ip = other }),
            HttpStatusCode.NotFound, """{"message":"There is no such entry."}""");
    }

    [TestMethod]
    public async Task Access_NodesCountriesAndLists()
    {
        var (portal, customer, client) = await StartAsync();
        using var _ = client;
        CompatClient.Is(await client.GetAsync("/v1/access/entry-nodes"), HttpStatusCode.OK, """
            [{"dns":"proxy.test","ips":[],"ports":[{"name":"http|https","port":8080,"alternative_ports":[]},
            {"name":"socks5","port":8080,"alternative_ports":[]}]}]
            """);
        await portal.AddProviderAsync($"royal{customer.Id}");
        var countries = await client.GetAsync("/v1/access/countries");
        Assert.AreEqual((HttpStatusCode.OK, "_country-"), (countries.Status, countries["prefix"]));

        string hash = IpRoyalHash.Of(customer.ProxyUserId);
        var lines = await client.PostAsync("/v1/access/generate-proxy-list",
            new { subuser_hash = hash, proxy_count = 3, location = "_country-de", lifetime = "10m", port = "socks5" });
        Assert.AreEqual((HttpStatusCode.OK, 3), (lines.Status, lines.Body.GetArrayLength()));
        foreach (var line in lines.Body.EnumerateArray())
            Assert.IsTrue(Regex.IsMatch(line.GetString()!, $"^proxy\\.test:8080:{customer.ProxyUserName}:"
                + $"{Regex.Escape(customer.Secret)}_country-de_session-[A-Za-z0-9]{{8}}_lifetime-10m$"), line.GetString());
        CompatClient.Is(await client.PostAsync("/v1/access/generate-proxy-list", new
            {
                username = customer.ProxyUserName, password = "known{port}", rotation = "random",
                format = "{username}:{password}@{x}",
            }), HttpStatusCode.OK, $$"""["{{customer.ProxyUserName}}:known{port}@{x}"]""");
        CompatClient.Is(await client.PostAsync("/v1/access/generate-proxy-list",
                new { rotation = "x", location = "de", lifetime = "soon", port = "ftp", proxy_count = 0 }),
            HttpStatusCode.UnprocessableEntity, """
            {"message":"The selected rotation is invalid.","errors":{"rotation":["The selected rotation is invalid."],
            "location":["The location must be made of parts such as _country-de_city-berlin."],
            "lifetime":["The lifetime must be whole minutes, from 1m to 24h: a number and s, m, h or d."],
            "port":["The selected port is invalid."],
            "proxy_count":["The proxy count must be between 1 and 1000."]}}
            """);
        CompatClient.Is(
            await client.SendAsync(HttpMethod.Delete, "/v1/sessions", new { residential_user_hashes = new[] { hash } }),
            HttpStatusCode.NoContent, "");
        Assert.AreEqual(1L, await portal.Portal.Database.ScalarAsync<long>(
            $"select exit_generation from proxy_users where id = {customer.ProxyUserId}"));
        CompatClient.Is(await client.SendAsync(HttpMethod.Delete, "/v1/sessions"), HttpStatusCode.UnprocessableEntity, """
            {"message":"The residential_user_hashes field is required.",
            "errors":{"residential_user_hashes":["The residential_user_hashes field is required."]}}
            """);
    }

    [TestMethod]
    public async Task WhatIsLacking_SaysSo()
    {
        var (_, _, client) = await StartAsync();
        using var _2 = client;
        CompatClient.Is(await client.GetAsync("/v1/residential/orders"), HttpStatusCode.NotImplemented,
            """{"message":"Traffic is bought in the portal, or by POST /api/v1/orders."}""");
        CompatClient.Is(await client.GetAsync("/v1/reseller/orders?page=1"), HttpStatusCode.NotImplemented,
            """{"message":"ISP, datacenter and mobile orders are not sold here."}""");
        CompatClient.Is(await client.GetAsync("/v1/nothing"), HttpStatusCode.NotFound,
            """{"message":"This service does not have this operation."}""");
    }

    [TestMethod]
    public void Hash_IsReadBack()
    {
        foreach (long id in new[] { 1, 31, 32, 12345, long.MaxValue })
            Assert.AreEqual(id, IpRoyalHash.Parse(IpRoyalHash.Of(id).ToLowerInvariant()));
        Assert.AreEqual("0000000000000000000000001Z", IpRoyalHash.Of(63));
        Assert.AreEqual(0L, IpRoyalHash.Parse(null));
    }
}
