using System.Net;
using System.Net.Sockets;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.Web.Tests.Features;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AtlanticProxy.Web.Tests.Api;

/// <summary>What breaks is said in JSON, and not what broke.</summary>
[TestClass]
public sealed class ApiFaultTests
{
    [TestMethod]
    public async Task Fault_IsAProblemWithItsRequestsId()
    {
        var portal = await SeededPortal.StartAsync(services: services => services
            .AddScoped<PoolQueries>(_ => throw new InvalidOperationException("the inner workings"))
            .AddScoped<ProviderQueries>(_ => throw new NpgsqlException("away", new SocketException())));
        await using var running = portal.Portal;
        using var client = await ApiClient.OfAsync(portal, SeededPortal.Owner, "network:read", "network:write");

        var broken = await client.GetAsync("/pools");
        broken.IsProblem(HttpStatusCode.InternalServerError, "service.fault");
        Assert.DoesNotContain("inner workings", broken.Text);
        var away = await client.GetAsync("/providers");
        away.IsProblem(HttpStatusCode.ServiceUnavailable, "service.database_away");
        Assert.AreEqual("10", away.Header("Retry-After"));

        (await client.PostAsync("/providers/prv_1/enable", key: "broken"))
            .IsProblem(HttpStatusCode.ServiceUnavailable, "service.database_away");
        (await client.PostAsync("/providers/prv_1/enable", key: "broken"))
            .IsProblem(HttpStatusCode.Conflict, "request.in_progress");
    }

    [TestMethod]
    public async Task Page_ShowsTheDescription_AndRunsOnlyItsOwnScripts()
    {
        var portal = await SeededPortal.SharedAsync();
        using var anyone = portal.Anyone();
        using var page = await anyone.Http.GetAsync("/api/docs/");
        Assert.AreEqual(HttpStatusCode.OK, page.StatusCode);
        string policy = string.Join(' ', page.Headers.GetValues("Content-Security-Policy"));
        string nonce = policy.Split("'nonce-")[1].Split('\'')[0];
        string html = await page.Content.ReadAsStringAsync();
        Assert.AreEqual(html.Split("<script").Length, html.Split($"nonce=\"{nonce}\"").Length, "each script has it");
        Assert.DoesNotContain("unsafe-inline", policy.Split("style-src")[0], "of scripts");
        Assert.DoesNotContain("http", html.Replace("http-equiv", "", StringComparison.Ordinal), "nothing is from elsewhere");
    }

    [TestMethod]
    public async Task Token_OfAResellersCustomer_SeesNoPlansOfOurs_AndAResellersDoes()
    {
        var portal = await SeededPortal.SharedAsync();
        var reseller = await portal.ResellerAsync();
        var sold = await portal.SoldAsync(reseller);
        string[] scopes = ["plans:read", "usage:read"];
        using var theirs = await ApiClient.OfAsync(portal, sold.Email, scopes);
        (await theirs.GetAsync("/plans")).IsProblem(HttpStatusCode.Forbidden, "token.owner_may_not");
        Assert.AreEqual(HttpStatusCode.OK, (await theirs.GetAsync("/usage")).Status);
        using var rita = await ApiClient.OfAsync(portal, reseller.Email, scopes);
        Assert.AreEqual(HttpStatusCode.OK, (await rita.GetAsync("/plans")).Status);
    }
}
