using System.Net;
using System.Net.Http.Headers;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ApiTokens;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.Web.Api;
using AtlanticProxy.Web.Api.Description;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Api;

/// <summary>Every operation against every kind of token.</summary>
[TestClass]
public sealed class ApiAccessTests
{
    /// <summary>Method, path with an id that nobody has, and scope (null: any token) of all operations.</summary>
    private static List<(HttpMethod Method, string Path, TokenScope? Scope)> OperationsOf(SeededPortal portal) =>
    [
        .. portal.Portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal)
                && endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAllowAnonymous>() is null)
            .Select(endpoint => (
                new HttpMethod(endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single()),
                endpoint.RoutePattern.RawText!["/api/v1".Length..].Replace("{id}", $"{PrefixOf(endpoint)}_999999",
                    StringComparison.Ordinal),
                endpoint.Metadata.GetMetadata<NeededScope>()?.Scope)),
    ];

    private static string? PrefixOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetRequiredMetadata<System.Reflection.MethodInfo>().GetParameters()
            .FirstOrDefault(parameter => parameter.Name == "id") is { ParameterType: var type }
                ? SchemaDescription.PrefixOf(type)
                : null;

    [TestMethod]
    public async Task Operation_WithoutAGoodToken_Is401()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        var revoked = await ApiClient.TokenAsync(portal, customer.Email, ApiClient.CustomerScopes);
        await portal.Portal.Database.ExecuteAsync($"update api_tokens set revoked_at = now() where id = {revoked.Id}");
        var expired = await ApiClient.TokenAsync(portal, customer.Email, ApiClient.CustomerScopes);
        await portal.Portal.Database.ExecuteAsync($"update api_tokens set expires_at = now() where id = {expired.Id}");
        var operations = OperationsOf(portal);
        Assert.IsGreaterThan(15, operations.Count);

        foreach (var (token, code) in new (string? Token, string Code)[]
        {
            (null, "token.missing"), ("ap_typo", "token.malformed"), (TokenText.Next(), "token.unknown"),
            (revoked.Token, "token.revoked"), (expired.Token, "token.expired"),
        })
        {
            using var client = new ApiClient(portal, token);
            foreach (var (method, path, _) in operations)
            {
                var answer = await client.SendAsync(method, path, method == HttpMethod.Get ? null : "{}");
                answer.IsProblem(HttpStatusCode.Unauthorized, code);
                Assert.StartsWith("Bearer realm=", answer.Header("WWW-Authenticate"));
            }
        }
    }

    [TestMethod]
    public async Task Operation_WithoutItsScope_OrAnOwnerWhoMay_Is403()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var ofAll = await ApiClient.OfAsync(portal, SeededPortal.Owner, ApiClient.AllScopes);
        using var ofCustomer = await ApiClient.OfAsync(portal, customer.Email, ApiClient.CustomerScopes);
        using var ofBilling = await ApiClient.OfAsync(
            portal, await portal.AddMemberAsync(customer, MemberRole.Billing), ApiClient.CustomerScopes);
        using var ofFinance = await ApiClient.OfAsync(portal, SeededPortal.Finance, ApiClient.AllScopes);
        var withouts = new Dictionary<TokenScope, ApiClient>();

        foreach (var (method, path, scope) in OperationsOf(portal))
        {
            object? body = method == HttpMethod.Get ? null : "{}";
            bool isForCustomers = (method, path) == (HttpMethod.Post, "/orders") // staff buy nothing
                || (method == HttpMethod.Put && path.StartsWith("/subscriptions/", StringComparison.Ordinal));
            var allowed = await (isForCustomers ? ofCustomer : ofAll).SendAsync(method, path, body);
            Assert.IsFalse(allowed.Status is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized, $"{method} {path}");
            Assert.IsLessThan(500, (int)allowed.Status, $"{method} {path}");
            if (isForCustomers)
                (await ofAll.SendAsync(method, path, body)).IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
            if (scope is not { } needed)
                continue;
            if (!withouts.TryGetValue(needed, out var without))
                withouts[needed] = without = await ApiClient.OfAsync(
                    portal, SeededPortal.Owner, [.. ApiClient.AllScopes.Where(name => name != TokenScopes.NameOf(needed))]);
            (await without.SendAsync(method, path, body)).IsProblem(HttpStatusCode.Forbidden, "token.scope_missing");
            if (!TokenScopes.IsFor(needed, TokenKind.Personal))
                (await ofCustomer.SendAsync(method, path, body)).IsProblem(HttpStatusCode.Forbidden, "token.scope_missing");
            if (needed is TokenScope.ProxyUsersRead or TokenScope.LocationsRead or TokenScope.ActivityRead
                or TokenScope.WebhooksRead or TokenScope.AuditRead)
                (await ofBilling.SendAsync(method, path, body)).IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
            if (needed is TokenScope.ProxyUsersWrite or TokenScope.CustomersWrite or TokenScope.WebhooksRead
                or TokenScope.NetworkRead or TokenScope.RulesRead or TokenScope.JobsRead or TokenScope.AuditRead
                or TokenScope.PlansWrite)
                (await ofFinance.SendAsync(method, path, body)).IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
        }
        foreach (var client in withouts.Values)
            client.Dispose();
    }

    [TestMethod]
    public async Task Operation_OnAnothersProxyUser_Is404()
    {
        var portal = await SeededPortal.SharedAsync();
        var theirs = await portal.AddCustomerAsync();
        using var client = await ApiClient.OfAsync(portal, (await portal.AddCustomerAsync()).Email, ApiClient.CustomerScopes);

        foreach (var (method, path, _) in OperationsOf(portal).Where(one => one.Path.Contains("pu_", StringComparison.Ordinal)))
        {
            string whose = path.Replace("pu_999999", $"pu_{theirs.ProxyUserId}", StringComparison.Ordinal);
            (await client.SendAsync(method, whose, method == HttpMethod.Get ? null : "{}"))
                .IsProblem(HttpStatusCode.NotFound, "proxy_user.not_found");
        }
        Assert.AreEqual(0, (await client.GetAsync($"/proxy-users?customer=cus_{theirs.Id}")).Body.GetProperty("data")
            .GetArrayLength());
        (await client.GetAsync($"/usage?proxyUser=pu_{theirs.ProxyUserId}"))
            .IsProblem(HttpStatusCode.NotFound, "proxy_user.not_found");
        (await client.GetAsync($"/usage?customer=cus_{theirs.Id}")).IsProblem(HttpStatusCode.NotFound, "customer.not_found");
        (await client.PostAsync("/proxy-users", new { name = "thiefs", customer = $"cus_{theirs.Id}" }))
            .IsProblem(HttpStatusCode.NotFound, "customer.not_found");
    }

    [TestMethod]
    public async Task Cookies_CountNotInTheApi_AndTokensNowhereElse()
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        Assert.AreEqual(HttpStatusCode.Unauthorized, (await owner.GetAsync("/api/v1/me")).Status);
        Assert.AreEqual(HttpStatusCode.Unauthorized, (await owner.GetAsync("/api/nothing")).Status);

        using var stranger = portal.Anyone();
        var token = await ApiClient.TokenAsync(portal, SeededPortal.Owner, ApiClient.AllScopes);
        stranger.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
        Assert.StartsWith("/sign-in", (await stranger.GetAsync("/admin")).Location);
        Assert.AreEqual(HttpStatusCode.OK, (await stranger.GetAsync("/api/v1/me")).Status);
    }

    [TestMethod]
    public async Task Token_OfSuspendedCustomer_OrFromElsewhere_Is403()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        var token = await ApiClient.TokenAsync(portal, customer.Email, ApiClient.CustomerScopes);
        using var client = new ApiClient(portal, token.Token);
        async Task IsAsync(string sql, string code)
        {
            await portal.Portal.Database.ExecuteAsync(sql);
            (await client.GetAsync("/me")).IsProblem(HttpStatusCode.Forbidden, code);
        }

        await IsAsync($"update api_tokens set allowed_networks = '{{192.0.2.0/24}}' where id = {token.Id}",
            "token.address_forbidden");
        await portal.Portal.Database.ExecuteAsync(
            $"update api_tokens set allowed_networks = '{{127.0.0.0/8}}' where id = {token.Id}");
        Assert.AreEqual(HttpStatusCode.OK, (await client.GetAsync("/me")).Status);
        await IsAsync($"update customers set state = 'suspended' where id = {customer.Id}", "token.customer_suspended");
        await portal.Portal.Database.ExecuteAsync($"update customers set state = 'active' where id = {customer.Id}");
        await portal.Portal.Database.ExecuteAsync(
            $"update users set created_at = now() - interval '30 days' where email = '{customer.Email}'");
        await IsAsync($"update customers set second_factor_since = now() - interval '8 days' where id = {customer.Id}",
            "token.second_factor_due");
        await portal.Portal.Database.ExecuteAsync($"update customers set second_factor_since = null where id = {customer.Id}");
        var plan = await portal.Portal.UseAsync((CreatePlan create) => create.ExecuteAsync(
            new($"Without API {customer.Id}", PlanKind.PerGb, 100, "USD", Offer: new PlanOffer(Api: false)), default));
        await portal.Portal.UseAsync((AssignPlan assign) => assign.ExecuteAsync(new(customer.Id, plan.Value.Id), default));
        (await client.GetAsync("/me")).IsProblem(HttpStatusCode.Forbidden, "token.plan_without_api");
        using var visitor = await portal.SignedInAsync(customer.Email);
        Assert.Contains("Your plan does not include the API", (await visitor.GetAsync("/api-access")).Text);
        await portal.Portal.Database.ExecuteAsync($"delete from users where email = '{customer.Email}'");
        (await client.GetAsync("/me")).IsProblem(HttpStatusCode.Unauthorized, "token.unknown");
    }

    [TestMethod]
    public async Task Limits_OfOneToken_AndOfWrongOnes()
    {
        var portal = await SeededPortal.StartAsync(options =>
            (options.ApiRequestsPerSecond, options.ApiRequestBurst, options.ApiWrongTokensPerAddress) = (1, 3, 2));
        await using var running = portal.Portal;
        using var client = await ApiClient.OfAsync(portal, SeededPortal.Owner, ApiClient.AllScopes);

        var first = await client.GetAsync("/me");
        Assert.AreEqual("\"token\";q=3;w=3", first.Header("RateLimit-Policy"));
        Assert.AreEqual("\"token\";r=2;t=1", first.Header("RateLimit"));
        var last = (await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => client.GetAsync("/me"))))
            .First(answer => answer.Status != HttpStatusCode.OK);
        last.IsProblem(HttpStatusCode.TooManyRequests, "request.rate_limited");
        Assert.AreEqual("1", last.Header("Retry-After"));

        using var wrong = new ApiClient(portal, TokenText.Next());
        for (int i = 0; i < 2; i++)
            Assert.AreEqual(HttpStatusCode.Unauthorized, (await wrong.GetAsync("/me")).Status);
        var slowed = await wrong.GetAsync("/me");
        slowed.IsProblem(HttpStatusCode.TooManyRequests, "token.too_many_wrong");
        Assert.AreNotEqual("", slowed.Header("Retry-After"));
        using var right = await ApiClient.OfAsync(portal, SeededPortal.Operator, ApiClient.AllScopes);
        Assert.AreEqual(HttpStatusCode.OK, (await right.GetAsync("/me")).Status);
    }

    [TestMethod]
    public void Scopes_OnlyForStaff_AreNothingForCustomers()
    {
        foreach (var scope in Enum.GetValues<TokenScope>())
            Assert.AreEqual(
                TokenScopes.IsFor(scope, TokenKind.Personal), ScopeRights.Of(scope).Customers is not null, $"{scope}");
    }
}
