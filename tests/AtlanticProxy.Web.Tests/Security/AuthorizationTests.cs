using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Security;

/// <summary>
/// Every action of the portal against every kind of person, as docs/roles.md promises. A new action fails here until it has its
/// row there.
/// </summary>
[TestClass]
public sealed partial class AuthorizationTests
{
    [Flags]
    private enum Who
    {
        Nobody = 0,
        Anonymous = 1,
        Viewer = 2,
        Developer = 4,
        Billing = 8,
        Admin = 16,
        Customer = 32,
        Support = 64,
        Operator = 128,
        Owner = 256,
        Finance = 512,
    }

    private static readonly Who[] Columns =
    [
        Who.Anonymous, Who.Viewer, Who.Developer, Who.Billing, Who.Admin, Who.Customer, Who.Support, Who.Finance, Who.Operator,
        Who.Owner,
    ];

    /// <summary>The table of docs/roles.md: <c>METHOD /path</c>, and who may.</summary>
    private static readonly Dictionary<string, Who> Allowed =
        RowsOf(File.ReadLines(Path.Combine(Checkout.Root, "docs", "roles.md")));

    [TestMethod]
    public async Task Actions_All_HaveARowInTheDocs()
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
    [DataRow("anonymous"), DataRow("viewer"), DataRow("developer"), DataRow("billing"), DataRow("admin"), DataRow("customer")]
    [DataRow("support"), DataRow("finance"), DataRow("operator"), DataRow("owner")]
    public async Task Action_EachKindOfPerson_IsLetInOrRefused(string kind)
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        var who = Enum.Parse<Who>(kind, ignoreCase: true);
        using var visitor = who switch
        {
            Who.Anonymous => portal.Anyone(),
            Who.Customer => await portal.SignedInAsync(customer.Email),
            Who.Viewer or Who.Developer or Who.Billing or Who.Admin =>
                await portal.SignedInAsync(await portal.AddMemberAsync(customer, Enum.Parse<MemberRole>($"{who}"))),
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
        var portal = await SeededPortal.StartAsync(); // setup is not finished there
        await using var running = portal.Portal;
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        using var theCustomer = await portal.SignedInAsync(customer.Email);

        // Gateways have no form: they sign what they send.
        foreach (var (action, allowed) in Allowed.Where(line => line.Key.StartsWith("POST", StringComparison.Ordinal)
            && !line.Key.StartsWith("POST /webhooks/", StringComparison.Ordinal)
            && !line.Key.StartsWith("POST /resell", StringComparison.Ordinal)))
        {
            var visitor = !allowed.HasFlag(Who.Owner) ? theCustomer : owner;
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

    /// <summary>Signing out comes last: it ends the session that the other rows use.</summary>
    private static Dictionary<string, Who> RowsOf(IEnumerable<string> lines) => lines
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .Where(cells => cells.Length > Columns.Length && cells[1].StartsWith('`'))
        .Select(cells => KeyValuePair.Create(
            cells[1].Trim('`'),
            Columns.Select((who, i) => cells[i + 2] == "x" ? who : Who.Nobody).Aggregate(Who.Nobody, (all, who) => all | who)))
        .OrderBy(row => row.Key == "POST /sign-out")
        .ToDictionary();

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
