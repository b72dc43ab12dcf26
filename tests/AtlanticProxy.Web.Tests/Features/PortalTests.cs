using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>What a customer sees.</summary>
[TestClass]
public sealed class PortalTests
{
    [TestMethod]
    public async Task Overview_WithUsage_ShowsTodaysBytesAndTheirExactNumber()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        var other = await portal.AddCustomerAsync();
        foreach (var (user, down) in new[] { (customer, 1_234_000_000L), (other, 777_000_000_000L) })
            await portal.Portal.Database.ExecuteAsync(
                $"""
                insert into usage_hourly (proxy_user_id, provider_id, country, hour, bytes_up, bytes_down, connections)
                values ({user.ProxyUserId}, 1, '', date_trunc('hour', now()), 567, {down}, 3)
                """);
        using var themselves = await portal.SignedInAsync(customer.Email);

        string page = (await themselves.GetAsync("/overview")).Text;

        Assert.Contains("data-bytes=\"1234000567\"", page);
        Assert.Contains("title=\"1,234,000,567 bytes\"", page);
        Assert.Contains("data-series=", page);
        Assert.DoesNotContain("777000000", page);
        Assert.DoesNotContain("777,000,000", page);
    }

    [TestMethod]
    public async Task Credentials_Revealed_StandInTheReadyLinesOnce()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var themselves = await portal.SignedInAsync(customer.Email);

        var hidden = await themselves.GetAsync("/credentials");
        var shown = await themselves.FollowAsync(await themselves.PostAsync($"/credentials/{customer.ProxyUserId}/reveal"));
        var after = await themselves.GetAsync("/credentials");

        Assert.DoesNotContain(customer.Secret, hidden.Text);
        Assert.Contains($"curl -x http://{customer.ProxyUserName}:{customer.Secret}@proxy.test:8080 https://example.com/", shown.Text);
        Assert.DoesNotContain(customer.Secret, after.Text);
    }

    [TestMethod]
    public async Task Credentials_Rotated_ShowTheNewSecret()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var themselves = await portal.SignedInAsync(customer.Email);

        Assert.Contains($"Make a new secret for {customer.ProxyUserName}?", (await themselves.GetAsync($"/credentials/{customer.ProxyUserId}/rotate")).Text);
        var rotated = await themselves.FollowAsync(await themselves.PostAsync($"/credentials/{customer.ProxyUserId}/rotate"));

        Assert.Contains("data-proxy-secret", rotated.Text);
        Assert.DoesNotContain(customer.Secret, rotated.Text);
    }

    [TestMethod]
    public async Task Appearance_Chosen_StaysInTheCookieAndThePage()
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = portal.Anyone();

        await visitor.PostAsync("/appearance", new() { ["theme"] = "dark" });
        Assert.Contains("data-bs-theme=\"dark\"", (await visitor.GetAsync("/sign-in")).Body);
        await visitor.PostAsync("/appearance", new() { ["theme"] = "\"><script>" });
        Assert.DoesNotContain("data-bs-theme=\"dark\"", (await visitor.GetAsync("/sign-in")).Body);
    }

    [TestMethod]
    public async Task ErrorAddress_AskedForDirectly_IsNotFound()
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = portal.Anyone();

        var answer = await visitor.GetAsync("/error/500");

        Assert.AreEqual(HttpStatusCode.NotFound, answer.Status);
        Assert.Contains("There is nothing here", answer.Text);
    }
}
