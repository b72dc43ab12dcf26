using System.Net;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class AnonymisePageTests
{
    [TestMethod]
    public async Task Customer_IsForgotten_WhenTheOwnerTypesTheAddress()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync("Forget Me");
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        string path = $"/admin/customers/{customer.Id}/anonymise";
        Assert.Contains(path, (await owner.GetAsync($"/admin/customers/{customer.Id}")).Text);
        Assert.Contains($"Type {customer.Email} to confirm.", (await owner.GetAsync(path)).Text);

        var refused = await owner.PostAsync(path, new() { ["Email"] = "other@test.example" });
        var done = await owner.FollowAsync(await owner.PostAsync(path, new() { ["Email"] = customer.Email }));

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("This is not the customer's email address.", refused.Text);
        Assert.Contains("The customer is anonymised.", done.Text);
        Assert.DoesNotContain("Forget Me", done.Text);
        Assert.Contains("anonymised already", (await owner.GetAsync(path)).Text);
        Assert.AreEqual(HttpStatusCode.Conflict, (await owner.PostAsync(path, new() { ["Email"] = customer.Email })).Status);
        Assert.Contains($"Customer {customer.Id} anonymised",
            (await owner.GetAsync("/admin/audit?object=anonymised_customers")).Text);
    }

    [TestMethod]
    public async Task Customer_WithMoney_CannotBeForgotten_AndThePageSaysWhy()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        await portal.Portal.UseAsync((CreditWallet credit) => credit.ExecuteAsync(new(customer.Id, 100, "USD"), default));
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);

        Assert.Contains("There is money in the wallet.",
            (await owner.GetAsync($"/admin/customers/{customer.Id}/anonymise")).Text);
    }
}
