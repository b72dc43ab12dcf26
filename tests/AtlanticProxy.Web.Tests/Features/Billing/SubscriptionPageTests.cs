using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features.Billing;

[TestClass]
public sealed class SubscriptionPageTests
{
    [TestMethod]
    public async Task Change_WithoutMoney_ShowsWhatIsMissingAndLeadsToTheWallet()
    {
        var shop = await BillingShop.SharedAsync();
        var (_, ann) = await shop.SubscribedAsync();
        using var _ = ann;
        Assert.AreEqual($"/subscription/change?plan={shop.Business}",
            (await ann.GetAsync($"/checkout?plan={shop.Business}")).Location, "who has a plan changes it");

        var page = await ann.GetAsync($"/subscription/change?plan={shop.Business}");
        var forced = await ann.PostAsync("/subscription/change", new() { ["plan"] = $"{shop.Business}", ["now"] = "true" });

        Assert.Contains("Business &lt;1&gt;", page.Body);
        Assert.Contains("99.00 USD", page.Text);
        Assert.Contains("Unused of Personal", page.Text);
        Assert.Contains("href=\"/wallet?amount=", page.Text);
        Assert.DoesNotContain("Change now", page.Text);
        Assert.AreEqual(HttpStatusCode.Conflict, forced.Status);
        Assert.Contains("top it up first", forced.Text);
    }

    [TestMethod]
    public async Task Change_WithMoney_HoldsNow()
    {
        var shop = await BillingShop.SharedAsync();
        var (_, ann) = await shop.SubscribedAsync(more: 9900);
        using var _ = ann;
        Assert.Contains("Change now", (await ann.GetAsync($"/subscription/change?plan={shop.Business}")).Text);

        var changed = await ann.FollowAsync(
            await ann.PostAsync("/subscription/change", new() { ["plan"] = $"{shop.Business}", ["now"] = "true" }));

        Assert.Contains("You have Business <1> now.", changed.Text);
        Assert.Contains("99.00 USD a month", changed.Text);
    }

    [TestMethod]
    public async Task Change_AtTheEnd_WaitsAndIsTakenBack()
    {
        var shop = await BillingShop.SharedAsync();
        var (_, ann) = await shop.SubscribedAsync();
        using var _ = ann;

        var later = await ann.FollowAsync(
            await ann.PostAsync("/subscription/change", new() { ["plan"] = $"{shop.Business}", ["now"] = "false" }));
        var back = await ann.FollowAsync(
            await ann.PostAsync("/subscription/change", new() { ["plan"] = $"{shop.Personal}", ["now"] = "false" }));

        Assert.Contains("Business <1> begins on", later.Text);
        Assert.Contains("Business <1> from then on", later.Text);
        Assert.Contains("Personal goes on.", back.Text);
        Assert.DoesNotContain("from then on", back.Text);
    }

    [TestMethod]
    public async Task Cancel_ThenKept_GoesOn()
    {
        var shop = await BillingShop.SharedAsync();
        var (_, ann) = await shop.SubscribedAsync();
        using var _ = ann;
        var asked = await ann.GetAsync("/subscription/cancel");
        Assert.Contains("Cancel Personal?", asked.Text);
        Assert.Contains("Keep plan", asked.Text);

        var cancelled = await ann.FollowAsync(await ann.PostAsync("/subscription/cancel"));
        var kept = await ann.FollowAsync(await ann.PostAsync("/subscription/keep"));

        Assert.Contains("Personal is cancelled: it works until", cancelled.Text);
        Assert.Contains("Ends soon", cancelled.Text);
        Assert.Contains("Personal goes on, and renews on", kept.Text);
        Assert.DoesNotContain("is cancelled", kept.Text);
    }

    [TestMethod]
    public async Task Pause_ThenResumed_IsServedAgain()
    {
        var shop = await BillingShop.SharedAsync();
        var (_, ann) = await shop.SubscribedAsync();
        using var _ = ann;
        Assert.Contains("Pause Personal?", (await ann.GetAsync("/subscription/pause")).Text);

        var paused = await ann.FollowAsync(await ann.PostAsync("/subscription/pause"));
        var resumed = await ann.FollowAsync(await ann.PostAsync("/subscription/resume"));

        Assert.Contains("Personal is paused.", paused.Text);
        Assert.Contains("Resume", paused.Text);
        Assert.Contains("Personal goes on.", resumed.Text);
        Assert.Contains(">Paid<", resumed.Text);
    }

    [TestMethod]
    [DataRow("kind=TopUp&amount=10", "10.00 USD", "Your traffic is ready.")]
    [DataRow("kind=Seats&amount=2", "USD", "Your proxy users are ready to be added.")]
    public async Task OnTop_BoughtFromTheWallet_IsThere(string query, string price, string words)
    {
        var shop = await BillingShop.SharedAsync();
        var (_, ann) = await shop.SubscribedAsync(more: 5000);
        using var _ = ann;

        var page = await ann.GetAsync($"/checkout?{query}");
        var bought = await ann.FollowAsync(await ann.PostAsync("/checkout",
            BillingShop.FieldsOf(page, "/checkout\" class=\"next")));

        Assert.Contains(price, page.Text);
        Assert.Contains(words, bought.Text);
    }

    [TestMethod]
    public async Task Plans_Unpaid_SaysSoAndLeadsToTheInvoice()
    {
        var shop = await BillingShop.SharedAsync();
        var (customer, ann) = await shop.EnterAsync();
        using var _ = ann;
        long invoice = await InvoicePageTests.OpenInvoiceAsync(shop, customer, 1500);

        var page = await ann.GetAsync("/plans");

        Assert.Contains("15.00 USD is not", page.Text);
        Assert.Contains($"href=\"/invoices/{invoice}\"", page.Text);
    }
}
