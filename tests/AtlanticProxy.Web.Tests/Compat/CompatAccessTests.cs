using System.Net;
using System.Text;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Compat;
using AtlanticProxy.Web.Tests.Api;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Compat;

/// <summary>Vendors' APIs are let into by the same tokens as the web API, wherever clients put them.</summary>
[TestClass]
public sealed class CompatAccessTests
{
    private const string Profile = "/api/v2/profile/";

    [TestMethod]
    public async Task Key_IsReadInAllItsForms()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        string token = (await ApiClient.TokenAsync(portal, customer.Email, ApiClient.CustomerScopes)).Token;
        string basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"whoever:{token}"));

        foreach (string header in new[] { $"Token {token}", $"Bearer {token}", $"bearer {token}", token, $"Basic {basic}" })
        {
            using var client = new CompatClient(portal, "webshare", header);
            Assert.AreEqual(customer.Email, (await client.GetAsync(Profile))["email"], header[..6]);
        }
        using var bare = new CompatClient(portal, "webshare", null);
        Assert.AreEqual(HttpStatusCode.OK, (await bare.GetAsync(Profile, ("X-Access-Token", token))).Status);
        foreach (string header in new[] { $"Digest {token}", "Basic !", "Basic bm9jb2xvbg==", $"Token x{token}" })
        {
            using var client = new CompatClient(portal, "webshare", header);
            Assert.AreEqual(HttpStatusCode.Unauthorized, (await client.GetAsync(Profile)).Status, header[..6]);
        }
    }

    [TestMethod]
    public async Task EachOperation_NeedsAKey_ButLinksOfLists()
    {
        var portal = await SeededPortal.SharedAsync();
        var revoked = await ApiClient.TokenAsync(portal, (await portal.AddCustomerAsync()).Email, ApiClient.CustomerScopes);
        await portal.Portal.Database.ExecuteAsync($"update api_tokens set revoked_at = now() where id = {revoked.Id}");
        using var client = new CompatClient(portal, "", $"Bearer {revoked.Token}");
        var operations = OperationsOf(portal);

        Assert.IsGreaterThan(80, operations.Count);
        foreach (var (method, path, _) in operations)
            Assert.AreEqual(HttpStatusCode.Unauthorized, (await client.SendAsync(method, path)).Status, $"{method} {path}");
    }

    [TestMethod]
    public async Task EachOperation_NeedsItsScopes()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        var withouts = new Dictionary<TokenScope, CompatClient>();
        foreach (var (method, path, scopes) in OperationsOf(portal))
            foreach (var scope in scopes)
            {
                string name = TokenScopes.NameOf(scope);
                if (!withouts.TryGetValue(scope, out var without))
                    withouts[scope] = without = await CompatClient.OfAsync(portal, "", "Bearer ", customer.Email,
                        [.. ApiClient.CustomerScopes.Where(other => other != name)]);
                var answer = await without.SendAsync(method, path);
                Assert.AreEqual(HttpStatusCode.Forbidden, answer.Status, $"{method} {path}");
                Assert.Contains($"The token lacks the scope {name}.", answer.Text);
            }
        Assert.HasCount(7, withouts); // proxy users, usage, activity, locations, billing
        foreach (var client in withouts.Values)
            client.Dispose();
    }

    [TestMethod]
    public async Task Refusals_AreTheWebApis_InTheVendorsForm()
    {
        var (portal, customer, client) = await CompatClient.StartAsync("webshare", "Token ");
        using var _ = client;
        var token = await ApiClient.TokenAsync(portal, customer.Email, "usage:read");
        using var narrow = new CompatClient(portal, "webshare", $"Token {token.Token}");
        CompatClient.Is(await narrow.GetAsync("/api/v2/subuser/"), HttpStatusCode.Forbidden,
            """{"detail":"The token lacks the scope proxy_users:read.","code":"api_key_not_allowed"}""");
        await portal.Portal.Database.ExecuteAsync($"update api_tokens set expires_at = now() where id = {token.Id}");
        CompatClient.Is(await narrow.GetAsync(Profile), HttpStatusCode.Unauthorized,
            """{"detail":"This token has expired. Create a new one in the portal."}""");
        using var nobody = new CompatClient(portal, "webshare", null);
        CompatClient.Is(await nobody.GetAsync(Profile), HttpStatusCode.Unauthorized,
            """{"detail":"Send an API token of this service as the key."}""");
        using var staff = await CompatClient.OfAsync(
            portal, "webshare", "Token ", SeededPortal.Owner, ApiClient.AllScopes);
        CompatClient.Is(await staff.GetAsync(Profile), HttpStatusCode.Forbidden,
            """
            {"detail":"This API acts for one customer: use a token of a customer, not of the staff.",
            "code":"api_key_not_allowed"}
            """);

        CompatClient.Is(await client.GetAsync("/api/v2/nothing/"), HttpStatusCode.NotFound,
            """{"detail":"This service does not have this operation."}""");
        Assert.AreEqual(HttpStatusCode.MethodNotAllowed, (await client.SendAsync(HttpMethod.Put, "/api/v2/subuser/")).Status);
        Assert.AreEqual(HttpStatusCode.BadRequest, (await client.PostAsync("/api/v2/subuser/", "{")).Status);
        Assert.AreNotEqual("", (await client.GetAsync(Profile)).Header("RateLimit"));

        await portal.Portal.Database.ExecuteAsync($"update customers set state = 'suspended' where id = {customer.Id}");
        CompatClient.Is(await client.GetAsync(Profile), HttpStatusCode.Forbidden,
            """{"detail":"The account that this token belongs to is suspended.","code":"account_suspended"}""");
    }

    [TestMethod]
    public async Task Gigabytes_AreBinary_BySetting()
    {
        var binary = new DialectOptions { BytesPerGb = GigabyteUnit.Binary };
        var portal = await SeededPortal.StartAsync(services: services => services.AddSingleton(
            new CompatOptions(binary, binary, new DialectOptions(), binary)));
        await using var _ = portal.Portal;
        var customer = await portal.AddCustomerAsync();
        foreach (var (vendor, path, method, body, bytes) in new (string, string, HttpMethod, object, long)[]
        {
            ("webshare", "/api/v2/subuser/{0}/", HttpMethod.Patch, new { proxy_limit = 1.5 }, 1_610_612_736),
            ("decodo", "/v2/sub-users/{0}", HttpMethod.Put, new { traffic_limit = 1.5 }, 1_610_612_736),
            ("oxylabs", $"/v2/users/cus_{customer.Id}/sub-users/{{0}}", HttpMethod.Patch, new { traffic_limit = 1.5 },
                1_500_000_000),
        })
        {
            using var client = await CompatClient.OfAsync(portal, vendor, "Bearer ", customer.Email, ApiClient.CustomerScopes);
            var answer = await client.SendAsync(
                method, path.Replace("{0}", $"{customer.ProxyUserId}", StringComparison.Ordinal), body);
            Assert.IsTrue(answer.Response.IsSuccessStatusCode, answer.Text);
            Assert.AreEqual(bytes, await portal.Portal.Database.ScalarAsync<long>(
                $"select limit_bytes from proxy_users where id = {customer.ProxyUserId}"), vendor);
        }
    }

    [TestMethod]
    public async Task Nul_IsRefused()
    {
        var (_, _, client) = await CompatClient.StartAsync("decodo", "");
        using var _2 = client;
        Assert.AreEqual(HttpStatusCode.BadRequest,
            (await client.GetAsync("/v2/endpoints-custom/back-connect?password=x&username=%00")).Status);
        Assert.AreEqual(HttpStatusCode.BadRequest,
            (await client.PostAsync("/v2/sub-users", new { username = "a\0b", password = "Secret-of-deco~1" })).Status);
    }

    [TestMethod]
    public async Task Description_OfTheWebApi_KeepsSilentOfThem()
    {
        var portal = await SeededPortal.SharedAsync();
        using var anyone = portal.Anyone();
        Assert.DoesNotContain("/compat", (await anyone.GetAsync("/api/v1/openapi.json")).Body);
    }

    /// <summary>Method, path with numbers for parameters, and scopes of all operations but those with a link's token.</summary>
    private static List<(HttpMethod Method, string Path, IReadOnlyList<TokenScope> Scopes)> OperationsOf(SeededPortal portal) =>
    [
        .. portal.Portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/compat/", StringComparison.Ordinal)
                && endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAllowAnonymous>() is null)
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods, (endpoint, method) =>
                (new HttpMethod(method), ParameterPattern(endpoint.RoutePattern.RawText!["/compat/".Length..]),
                    (IReadOnlyList<TokenScope>)[
                        .. endpoint.Metadata.GetOrderedMetadata<NeededScope>().Select(needed => needed.Scope)])),
    ];

    private static string ParameterPattern(string path) => System.Text.RegularExpressions.Regex.Replace(path, "\\{[^}]+\\}", "7");
}
