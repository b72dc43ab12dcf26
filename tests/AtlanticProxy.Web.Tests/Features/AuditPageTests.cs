using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class AuditPageTests
{
    [TestMethod]
    public async Task Change_OfStaffOnAPage_IsShownWithWhoFromWhereAndWhat()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        await owner.PostAsync($"/admin/customers/{customer.Id}/suspend");

        var page = await owner.GetAsync(
            $"/admin/audit?customer={customer.Id}&by=Staff&search={SeededPortal.Owner}&from=2020-01-01");

        Assert.Contains("Customer “", page.Text);
        Assert.Contains($"href=\"/admin/customers/{customer.Id}\">{customer.Email}", page.Body);
        Assert.Contains("active → suspended", System.Text.RegularExpressions.Regex.Replace(
            System.Text.RegularExpressions.Regex.Replace(page.Text, "<[^>]*>", " "), @"\s+", " "));
        Assert.Contains("POST /admin/customers/{id:long}/suspend", page.Text);
        Assert.Contains("127.0.0.1", page.Text);
        Assert.Contains("1–1 of 1", page.Text);
        string csv = (await owner.GetAsync($"/admin/audit/csv?customer={customer.Id}")).Body;
        Assert.StartsWith("at,who,address,action,change,object,object_id,label,customer,field,before,after", csv);
        Assert.Contains($",POST /admin/customers/{{id:long}}/suspend,changed,customers,{customer.Id},", csv);
        Assert.Contains(",state,active,suspended", csv);
    }

    [TestMethod]
    public async Task Change_OfACustomer_IsTheirs()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync(customer.Email);
        await visitor.PostAsync("/billing-details", new() { ["Company"] = "<b>Shop</b>", ["Country"] = "FR" });
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var page = await owner.GetAsync($"/admin/audit?customer={customer.Id}&by=Customer");

        Assert.Contains(customer.Email, page.Text);
        Assert.Contains("&lt;b&gt;Shop&lt;/b&gt;", page.Body);
    }

    [TestMethod]
    public async Task Changes_OfAnAccount_AreShownToItsLeads_WithoutWhoWorksHere()
    {
        var portal = await SeededPortal.SharedAsync();
        var (customer, other) = (await portal.AddCustomerAsync(), await portal.AddCustomerAsync());
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        await owner.PostAsync($"/admin/customers/{customer.Id}/suspend");
        await owner.PostAsync($"/admin/proxy-users/{customer.ProxyUserId}/disable");
        await owner.PostAsync($"/admin/proxy-users/{other.ProxyUserId}/disable");
        using var visitor = await portal.SignedInAsync(customer.Email);
        Assert.AreEqual(1, Entries(await visitor.GetAsync("/activity/changes")), "their row is what staff keep of them");
        await visitor.PostAsync("/billing-details", new() { ["Company"] = "<b>Shop</b>", ["Country"] = "FR" });

        var page = await visitor.GetAsync("/activity/changes");

        Assert.Contains($"Proxy user “{customer.ProxyUserName}” changed", page.Text);
        Assert.Contains(">AtlanticProxy</td>", page.Body);
        Assert.Contains("&lt;b&gt;Shop&lt;/b&gt;", page.Body);
        foreach (string hidden in new[] { SeededPortal.Owner, other.ProxyUserName + "”", "suspended", "POST /" })
            Assert.DoesNotContain(hidden, page.Text);
        foreach (string narrowed in new[] { "?object=providers", "?to=2020-01-01", "?search=nobody" })
            Assert.Contains("No change matches", (await visitor.GetAsync($"/activity/changes{narrowed}")).Text);
        Assert.AreEqual(1, Entries(await visitor.GetAsync("/activity/changes?object=customers&from=nonsense")));
        using var newcomer = await portal.SignedInAsync((await portal.AddCustomerAsync()).Email);
        Assert.Contains("No changes yet", (await newcomer.GetAsync("/activity/changes")).Text);
    }

    private static int Entries(Answer page) => page.Body.Split("<td data-label=\"Who\">").Length - 1;

    [TestMethod]
    public async Task Log_WithNothingThatMatches_LeadsBackToAll()
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        var page = await owner.GetAsync("/admin/audit?object=plans&id=999999&from=nonsense&page=-3");

        Assert.AreEqual(HttpStatusCode.OK, page.Status);
        Assert.Contains("No entry matches", page.Text);
        Assert.Contains("href=\"/admin/audit\"", page.Body);
        Assert.DoesNotContain("download", page.Body);
    }
}
