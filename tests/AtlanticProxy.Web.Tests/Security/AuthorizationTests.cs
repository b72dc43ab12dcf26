using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Security;

/// <summary>
/// Every action of the portal against every kind of person. A new action fails here until it is given its line.
/// </summary>
[TestClass]
public sealed partial class AuthorizationTests
{
    [Flags]
    private enum Who
    {
        Nobody = 0,
        Anonymous = 1,
        Customer = 2,
        Support = 4,
        Operator = 8,
        Owner = 16,
        Operators = Operator | Owner,
        Staff = Support | Operators,
        SignedIn = Customer | Staff,
        Everyone = Anonymous | SignedIn,
    }

    private static readonly Dictionary<string, Who> Allowed = new()
    {
        ["GET /"] = Who.SignedIn,
        ["GET /sign-in"] = Who.Everyone,
        ["POST /sign-in"] = Who.Everyone,
        ["POST /appearance"] = Who.Everyone,
        ["GET /account/password"] = Who.SignedIn,
        ["POST /account/password"] = Who.SignedIn,
        ["GET /overview"] = Who.Customer,
        ["GET /credentials"] = Who.Customer,
        ["POST /credentials/{id:long}/reveal"] = Who.Customer,
        ["GET /credentials/{id:long}/rotate"] = Who.Customer,
        ["POST /credentials/{id:long}/rotate"] = Who.Customer,
        ["GET /credentials/{id:long}/shadowsocks"] = Who.Customer,
        ["POST /credentials/{id:long}/shadowsocks"] = Who.Customer,
        ["GET /credentials/{id:long}/shadowsocks/{key:long}/remove"] = Who.Customer,
        ["POST /credentials/{id:long}/shadowsocks/{key:long}/remove"] = Who.Customer,
        ["GET /credentials/{id:long}/endpoints"] = Who.Customer,
        ["GET /credentials/{id:long}/connections"] = Who.Customer,
        ["GET /locations"] = Who.Customer,
        ["POST /credentials/{id:long}/change-ip"] = Who.Customer,
        ["GET /admin"] = Who.Staff,
        ["GET /admin/certificate"] = Who.Staff,
        ["POST /admin/certificate/retry"] = Who.Operators,
        ["GET /admin/reconciliation"] = Who.Staff,
        ["POST /admin/reconciliation/bills"] = Who.Operators,
        ["GET /admin/customers"] = Who.Staff,
        ["GET /admin/customers/new"] = Who.Operators,
        ["POST /admin/customers/new"] = Who.Operators,
        ["GET /admin/customers/{id:long}"] = Who.Staff,
        ["POST /admin/customers/{id:long}/suspend"] = Who.Operators,
        ["POST /admin/customers/{id:long}/activate"] = Who.Operators,
        ["POST /admin/customers/{id:long}/change-ip"] = Who.Operators,
        ["POST /admin/customers/{id:long}/plan"] = Who.Operators,
        ["POST /admin/customers/{id:long}/plan-end"] = Who.Operators,
        ["POST /admin/customers/{id:long}/credit"] = Who.Operators,
        ["POST /admin/customers/{id:long}/logins"] = Who.Operators,
        ["GET /admin/proxy-users"] = Who.Staff,
        ["GET /admin/proxy-users/new"] = Who.Operators,
        ["POST /admin/proxy-users/new"] = Who.Operators,
        ["GET /admin/proxy-users/{id:long}"] = Who.Staff,
        ["POST /admin/proxy-users/{id:long}/enable"] = Who.Operators,
        ["POST /admin/proxy-users/{id:long}/disable"] = Who.Operators,
        ["POST /admin/proxy-users/{id:long}/change-ip"] = Who.Operators,
        ["POST /admin/proxy-users/{id:long}/limits"] = Who.Operators,
        ["POST /admin/proxy-users/{id:long}/reveal"] = Who.Operators,
        ["GET /admin/proxy-users/{id:long}/rotate"] = Who.Operators,
        ["POST /admin/proxy-users/{id:long}/rotate"] = Who.Operators,
        ["GET /admin/proxy-users/{id:long}/delete"] = Who.Operators,
        ["POST /admin/proxy-users/{id:long}/delete"] = Who.Operators,
        ["GET /admin/proxy-users/{id:long}/connections"] = Who.Staff,
        ["GET /admin/proxy-users/{id:long}/shadowsocks"] = Who.Operators,
        ["POST /admin/proxy-users/{id:long}/shadowsocks"] = Who.Operators,
        ["GET /admin/proxy-users/{id:long}/shadowsocks/{key:long}/remove"] = Who.Operators,
        ["POST /admin/proxy-users/{id:long}/shadowsocks/{key:long}/remove"] = Who.Operators,
        ["GET /admin/plans"] = Who.Staff,
        ["GET /admin/plans/new"] = Who.Operators,
        ["POST /admin/plans/new"] = Who.Operators,
        ["GET /admin/plans/{id:long}"] = Who.Operators,
        ["POST /admin/plans/{id:long}"] = Who.Operators,
        ["POST /admin/plans/{id:long}/offer"] = Who.Operators,
        ["POST /admin/plans/{id:long}/withdraw"] = Who.Operators,
        ["GET /admin/pools"] = Who.Staff,
        ["GET /admin/pools/new"] = Who.Operators,
        ["POST /admin/pools/new"] = Who.Operators,
        ["GET /admin/pools/{id:long}"] = Who.Operators,
        ["POST /admin/pools/{id:long}"] = Who.Operators,
        ["GET /admin/pools/{id:long}/remove"] = Who.Operators,
        ["POST /admin/pools/{id:long}/remove"] = Who.Operators,
        ["GET /admin/providers"] = Who.Staff,
        ["GET /admin/providers/new"] = Who.Operators,
        ["POST /admin/providers/new"] = Who.Operators,
        ["GET /admin/providers/{id:long}"] = Who.Operators,
        ["POST /admin/providers/{id:long}"] = Who.Operators,
        ["POST /admin/providers/{id:long}/enable"] = Who.Operators,
        ["POST /admin/providers/{id:long}/disable"] = Who.Operators,
        ["GET /admin/providers/{id:long}/remove"] = Who.Operators,
        ["POST /admin/providers/{id:long}/remove"] = Who.Operators,
        ["POST /sign-out"] = Who.SignedIn, // last: it ends the session that the lines above use
    };

    [TestMethod]
    public async Task Actions_All_HaveALineHere()
    {
        var portal = await SeededPortal.SharedAsync();
        var actions = portal.Portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint =>
                endpoint.Metadata.GetMetadata<ControllerActionDescriptor>() is { } action && action.ControllerName != "Errors")
            .Select(endpoint =>
                $"{endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single()} "
                    + $"/{endpoint.RoutePattern.RawText!.TrimStart('/')}")
            .ToList();

        CollectionAssert.AreEquivalent(Allowed.Keys, actions);
    }

    [TestMethod]
    [DataRow("anonymous"), DataRow("customer"), DataRow("support"), DataRow("operator"), DataRow("owner")]
    public async Task Action_EachKindOfPerson_IsLetInOrRefused(string kind)
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        var who = Enum.Parse<Who>(kind, ignoreCase: true);
        using var visitor = who switch
        {
            Who.Anonymous => portal.Anyone(),
            Who.Customer => await portal.SignedInAsync(customer.Email),
            _ => await portal.SignedInAsync($"{kind}@test.example"),
        };
        var wrong = new List<string>();

        foreach (var (action, allowed) in Allowed)
        {
            string[] parts = action.Split(' ');
            // An id that nobody has: who is let in gets 404, and nothing is changed.
            string path = WithIds(parts[1]);
            var answer = parts[0] == "GET" ? await visitor.GetAsync(path) : await visitor.PostAsync(path);
            bool refused = answer.Status == HttpStatusCode.Forbidden
                || (answer.Status == HttpStatusCode.Redirect
                    && answer.Location.StartsWith("/sign-in?returnUrl=", StringComparison.Ordinal));
            if (refused == allowed.HasFlag(who))
                wrong.Add($"{action}: {(int)answer.Status} {answer.Location}");
        }

        Assert.IsEmpty(wrong, $"{kind}:\n{string.Join('\n', wrong)}");
    }

    [TestMethod]
    public async Task Post_WithoutAntiforgeryToken_Is400EverywhereForThoseWhoMay()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        using var theCustomer = await portal.SignedInAsync(customer.Email);

        foreach (var (action, allowed) in Allowed.Where(line => line.Key.StartsWith("POST", StringComparison.Ordinal)))
        {
            var visitor = allowed == Who.Customer ? theCustomer : owner;
            var answer = await visitor.PostBareAsync(WithIds(action["POST ".Length..]));
            Assert.AreEqual(HttpStatusCode.BadRequest, answer.Status, action);
            Assert.Contains("That form has expired", answer.Text, action);
        }
    }

    [TestMethod]
    public async Task Customer_AnotherCustomersId_IsNotFound()
    {
        var portal = await SeededPortal.SharedAsync();
        var mine = await portal.AddCustomerAsync();
        var theirs = await portal.AddCustomerAsync();
        using var me = await portal.SignedInAsync(mine.Email);

        Assert.AreEqual(HttpStatusCode.NotFound, (await me.PostAsync($"/credentials/{theirs.ProxyUserId}/reveal")).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await me.GetAsync($"/credentials/{theirs.ProxyUserId}/rotate")).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await me.PostAsync($"/credentials/{theirs.ProxyUserId}/change-ip")).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await me.PostAsync($"/credentials/{theirs.ProxyUserId}/rotate")).Status);
        Assert.DoesNotContain(theirs.ProxyUserName, (await me.GetAsync("/credentials")).Text);
        Assert.AreEqual(theirs.Secret, await SecretOfAsync(portal, theirs), "the other's secret is untouched");
    }

    private static string WithIds(string path) => AnyId().Replace(path, "999999999");

    [GeneratedRegex(@"\{\w+:long\}")]
    private static partial Regex AnyId();

    private static async Task<string> SecretOfAsync(SeededPortal portal, SeededCustomer customer)
    {
        var revealed = await portal.Portal.UseAsync<RevealProxyUserSecret, Result<ProxyUserCredentials>>(
            reveal => reveal.ExecuteAsync(new(Scope.Staff, customer.ProxyUserId), CancellationToken.None));
        return revealed.Value.Secret;
    }
}
