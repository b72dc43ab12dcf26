using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features.Billing;

[TestClass]
public sealed class WalletPageTests
{
    [TestMethod]
    public async Task TopUp_WithTheCardKept_IsInTheWalletAndFillsItByItself()
    {
        var shop = await BillingShop.SharedAsync();
        var (customer, ann) = await shop.EnterAsync();
        using var _ = ann;
        var empty = await ann.GetAsync("/wallet");
        Assert.Contains("No money has moved yet", empty.Text);
        Assert.Contains("No payment method is kept", (await ann.GetAsync("/methods")).Text);
        var form = new Dictionary<string, string>(BillingShop.FieldsOf(empty, "/wallet/top-up"))
        {
            ["Amount"] = "25.5", ["GatewayId"] = $"{shop.PaystackId}", ["KeepMethod"] = "true",
        };

        var begun = await ann.PostAsync("/wallet/top-up", form);
        var again = await ann.PostAsync("/wallet/top-up", form);
        Assert.AreEqual(begun.Location, again.Location);
        string reference = shop.ReferenceOf(await ann.FollowAsync(begun));
        await shop.Paystack.PayAsync(reference);
        var back = await ann.GetAsync($"{begun.Location}?back=1");

        Assert.Contains("Payment received. 25.50 USD is in the wallet.", back.Text);
        Assert.AreEqual(2550L, await shop.BalanceAsync(customer));
        Assert.Contains("+25.50 USD", (await ann.GetAsync("/wallet")).Text);
        Assert.Contains("Default", (await ann.GetAsync("/methods")).Text);
        var on = await ann.FollowAsync(await ann.PostAsync("/wallet/auto-top-up", AutoTopUp()));
        Assert.Contains("Automatic top-up is on.", on.Text);
        Assert.Contains("When the wallet is below 10.00 USD, add 25.00 USD", on.Text);
        var off = await ann.FollowAsync(await ann.PostAsync("/wallet/auto-top-up/off"));
        Assert.Contains("Automatic top-up is off.", off.Text);
    }

    [TestMethod]
    [DataRow("", "Enter an amount"), DataRow("9,99", "has a comma"), DataRow("0", "more than nothing"),
        DataRow("1.234", "2 digits after the point")]
    public async Task TopUp_WronglyFilled_SaysSoBesideTheField(string amount, string words)
    {
        var shop = await BillingShop.SharedAsync();
        var (customer, ann) = await shop.EnterAsync();
        using var _ = ann;

        var refused = await ann.PostAsync("/wallet/top-up", new()
        {
            ["Amount"] = amount, ["GatewayId"] = $"{shop.PaystackId}", ["Key"] = $"{Guid.CreateVersion7()}",
        });

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("id=\"Amount-error\"", refused.Text);
        Assert.Contains(words, refused.Text);
        Assert.AreEqual(0L, await shop.BalanceAsync(customer));
    }

    [TestMethod]
    public async Task TopUp_WithoutKeyOrGateway_IsRefused()
    {
        var shop = await BillingShop.SharedAsync();
        var (_, ann) = await shop.EnterAsync();
        using var _ = ann;

        var keyless = await ann.PostAsync("/wallet/top-up", new() { ["Amount"] = "5", ["GatewayId"] = $"{shop.PaystackId}" });
        var nowhere = await ann.PostAsync("/wallet/top-up", new() { ["Amount"] = "5", ["Key"] = $"{Guid.CreateVersion7()}" });

        Assert.AreEqual(HttpStatusCode.BadRequest, keyless.Status);
        Assert.AreEqual(HttpStatusCode.NotFound, nowhere.Status);
    }

    [TestMethod]
    public async Task AutoTopUp_WithoutACard_SaysWhatToDo()
    {
        var shop = await BillingShop.SharedAsync();
        var (_, ann) = await shop.EnterAsync();
        using var _ = ann;

        var refused = await ann.PostAsync("/wallet/auto-top-up", AutoTopUp());
        var wrong = await ann.PostAsync("/wallet/auto-top-up", new(AutoTopUp()) { ["DailyLimit"] = "many", ["Amount"] = "-1" });

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("Save a payment method first", refused.Text);
        Assert.Contains("id=\"DailyLimit-error\"", wrong.Text);
    }

    [TestMethod]
    public async Task Entries_MoreThanAPage_ArePaged()
    {
        var shop = await BillingShop.SharedAsync();
        var (customer, ann) = await shop.EnterAsync();
        using var _ = ann;
        for (int i = 1; i <= 51; i++)
            await shop.CreditAsync(customer, i);

        var first = await ann.GetAsync("/wallet");
        var second = await ann.GetAsync("/wallet?page=2");

        Assert.Contains("1–50 of 51", first.Text);
        Assert.DoesNotContain("+0.01 USD", first.Text);
        Assert.Contains("+0.01 USD", second.Text);
    }

    private static Dictionary<string, string> AutoTopUp() => new()
    {
        ["Threshold"] = "10", ["Amount"] = "25", ["DailyLimit"] = "2", ["MonthlyLimit"] = "200",
    };
}
