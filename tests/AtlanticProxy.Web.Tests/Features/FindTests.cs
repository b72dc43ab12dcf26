using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class FindTests
{
    [TestMethod]
    public async Task Word_OfOneThing_LeadsThere_OfSeveralShowsThem_OfNothingSaysSo()
    {
        var portal = await SeededPortal.SharedAsync();
        const string Word = "lighthouse"; // which no other test says
        var (first, second) = (await portal.AddCustomerAsync($"{Word} one"), await portal.AddCustomerAsync($"{Word} two"));
        long provider = await portal.AddProviderAsync($"{Word}-gw");
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        using var support = await portal.SignedInAsync(SeededPortal.Support);

        var found = await owner.GetAsync($"/admin/find?q={Word}");

        foreach (string address in new[]
            { $"/admin/customers/{first.Id}", $"/admin/customers/{second.Id}", $"/admin/providers/{provider}" })
            Assert.Contains($"href=\"{address}\"", found.Body);
        Assert.DoesNotContain($"{Word}-gw", (await support.GetAsync($"/admin/find?q={Word}")).Text, "providers are not theirs");
        Assert.AreEqual($"/admin/customers/{first.Id}", (await owner.GetAsync($"/admin/find?q={Word}+one")).Location);
        Assert.AreEqual($"/admin/proxy-users/{first.ProxyUserId}",
            (await owner.GetAsync($"/admin/find?q={first.ProxyUserName}")).Location);
        Assert.AreEqual("/admin/jobs", (await owner.GetAsync("/admin/find?q=job")).Location);
        Assert.Contains("Nothing matches “<no one>”", (await owner.GetAsync("/admin/find?q=%3Cno+one%3E")).Text);
        var asked = await owner.GetAsync("/admin/find");
        Assert.AreEqual(HttpStatusCode.OK, asked.Status);
        Assert.DoesNotContain("Nothing matches", asked.Text);
    }

    [TestMethod]
    public async Task Number_OfOrder_PaymentOrInvoice_LeadsThere()
    {
        var shop = await Shop.OpenAsync();
        using var support = await shop.Portal.SignedInAsync(SeededPortal.Support);
        using var owner = await shop.Portal.SignedInAsync(SeededPortal.Owner);
        await shop.PaidAsync(owner);
        var (invoice, number) = (await AskAsync<long>("id"), await AskAsync<string>("year || '-' || lpad(number::text, 6, '0')"));

        Assert.AreEqual(
            $"/admin/payments/{shop.Reference}", (await support.GetAsync($"/admin/find?q={shop.Reference}")).Location);
        Assert.AreEqual($"/admin/invoices/{invoice}", (await support.GetAsync($"/admin/find?q={number}")).Location);
        var order = await support.GetAsync($"/admin/find?q=%23{shop.OrderId}");
        Assert.AreEqual($"/admin/orders/{shop.OrderId}", order.Location, order.Text);

        Task<T> AskAsync<T>(string column) => shop.Portal.Portal.Database.ScalarAsync<T>(
            $"select {column} from invoices where customer_id = {shop.Customer.Id} order by id limit 1");
    }
}
