using System.Net;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
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
    [DataRow(850_000_000L, "85 % of the plan's traffic is used: 150 MB is left."),
        DataRow(1_000_000_000L, "The plan's traffic is used up")]
    public async Task Overview_OfAPlanThatRunsOut_WarnsTheCustomer(long used, string notice)
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        var plan = (await portal.Portal.UseAsync<CreatePlan, Result<PlanSummary>>(
            create => create.ExecuteAsync(new($"Plan {used}", PlanKind.Subscription, 999, "USD", 1_000_000_000), default))).Value;
        await portal.Portal.UseAsync<AssignPlan, Result>(assign => assign.ExecuteAsync(new(customer.Id, plan.Id), default));
        using var themselves = await portal.SignedInAsync(customer.Email);
        Assert.DoesNotContain("class=\"notice", (await themselves.GetAsync("/overview")).Text);

        await portal.Portal.Database.ExecuteAsync(
            $"select book_consumption('n', '{{{customer.ProxyUserId}}}', '{{{used}}}', clock_timestamp())");

        string page = WebUtility.HtmlDecode((await themselves.GetAsync("/overview")).Text);
        Assert.Contains(notice, page);
        Assert.Contains($"{used / 10_000_000} % of 1 GB used", page);
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
        Assert.Contains($"curl -x http://{customer.ProxyUserName}:{customer.Secret}@proxy.test:8080 https://example.com/",
            shown.Text);
        Assert.DoesNotContain(customer.Secret, after.Text);
    }

    [TestMethod]
    public async Task Credentials_Rotated_ShowTheNewSecret()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var themselves = await portal.SignedInAsync(customer.Email);

        Assert.Contains($"New password for {customer.ProxyUserName}?",
            (await themselves.GetAsync($"/credentials/{customer.ProxyUserId}/rotate")).Text);
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
