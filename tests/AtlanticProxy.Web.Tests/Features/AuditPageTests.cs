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
