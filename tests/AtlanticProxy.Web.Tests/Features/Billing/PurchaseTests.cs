using System.Net;
using AtlanticProxy.Simulator.Gateways;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features.Billing;

[TestClass]
public sealed class PurchaseTests
{
    [TestMethod]
    public async Task Purchase_ByForms_IsPaidAtTheGatewayAndReady()
    {
        var shop = await BillingShop.SharedAsync();
        var (_, ann) = await shop.EnterAsync();
        using var _ = ann;
        var plans = await ann.GetAsync("/plans");
        Assert.Contains("29.00 USD a month", plans.Text);
        Assert.Contains("Business &lt;1&gt;", plans.Body);
        Assert.Contains("Ask us", plans.Text);
        Assert.DoesNotContain("Secret", plans.Text);

        var order = await OrderAsync(ann, $"/checkout?plan={shop.Personal}");
        var page = await ann.GetAsync(order);
        Assert.Contains("<strong>29.00 USD</strong>, before", page.Text);
        Assert.Contains("Pay 29.00 USD with Paystack", page.Text);
        string reference = shop.ReferenceOf(await BillingShop.PayAsync(ann, order, shop.PaystackId));
        Assert.DoesNotContain("http-equiv", (await ann.GetAsync(order)).Text, "back from the gateway, one stays");
        var waiting = await ann.GetAsync($"{order}?back=1");
        Assert.Contains("Waiting for Paystack to confirm 29.00 USD", waiting.Text);
        Assert.Contains($"url={order}?back=2", waiting.Text);
        Assert.DoesNotContain("http-equiv", (await ann.GetAsync($"{order}?back=12")).Text, "it does not wait for ever");
        await shop.Paystack.PayAsync(reference);

        foreach (string look in new[] { $"{order}?back=2", order, $"{order}?back=1" })
        {
            var paid = await ann.GetAsync(look);
            Assert.Contains("Your traffic is ready.", paid.Text, look);
            Assert.DoesNotContain("http-equiv", paid.Text, look);
        }
        var have = await ann.GetAsync("/plans");
        Assert.Contains("50 GB", have.Text);
        Assert.Contains("Next charge", have.Text);
        Assert.Contains("You have it", have.Text);
    }

    [TestMethod]
    public async Task Checkout_SentTwice_IsOneOrder()
    {
        var shop = await BillingShop.SharedAsync();
        var (customer, ann) = await shop.EnterAsync();
        using var _ = ann;
        await shop.CreditAsync(customer, 10000);
        var page = await ann.GetAsync($"/checkout?plan={shop.PayAsYouGo}&amount=10");
        Assert.Contains("Pay 25.00 USD from the wallet", page.Text);
        var fields = BillingShop.FieldsOf(page, "/checkout\" class=\"next");

        var first = await ann.PostAsync("/checkout", fields);
        var second = await ann.PostAsync("/checkout", fields);

        Assert.AreEqual(first.Location, second.Location);
        Assert.Contains("Your traffic is ready.", (await ann.FollowAsync(first)).Text);
        Assert.AreEqual(7500L, await shop.BalanceAsync(customer));
        var another = BillingShop.FieldsOf(await ann.GetAsync($"/checkout?plan={shop.PayAsYouGo}&amount=10"),
            "/checkout\" class=\"next");
        Assert.AreNotEqual(first.Location, (await ann.PostAsync("/checkout", another)).Location, "another form is another order");
    }

    [TestMethod]
    public async Task Order_CardDeclined_SaysSoAndCanBePaidAgain()
    {
        var shop = await BillingShop.SharedAsync();
        var (_, ann) = await shop.EnterAsync();
        using var _ = ann;
        string order = await OrderAsync(ann, $"/checkout?plan={shop.Personal}");
        string reference = shop.ReferenceOf(await BillingShop.PayAsync(ann, order, shop.PaystackId));
        await shop.Paystack.PayAsync(reference, ChargeOutcome.InsufficientFunds);

        var refused = await ann.GetAsync($"{order}?back=1");

        Assert.Contains("Paystack: there was not enough on the card. Nothing was charged.", refused.Text);
        Assert.AreNotEqual(reference, shop.ReferenceOf(await BillingShop.PayAsync(ann, order, shop.PaystackId)));
    }

    [TestMethod]
    public async Task Order_ByTransfer_ShowsWhereToAndTheReference()
    {
        var shop = await BillingShop.SharedAsync();
        var (_, ann) = await shop.EnterAsync();
        using var _ = ann;
        string order = await OrderAsync(ann, $"/checkout?plan={shop.Personal}");

        var page = await BillingShop.PayAsync(ann, order, shop.BankId);

        Assert.DoesNotContain("http-equiv", page.Text);
        Assert.Contains("Transfer 29.00 USD", page.Text);
        Assert.Contains("&lt;Our Bank&gt;", page.Body);
        Assert.Contains("id=\"transfer-reference\">ap-", page.Text);
    }

    [TestMethod]
    public async Task Plan_ThatEnded_CanBeStartedAgain()
    {
        var shop = await BillingShop.SharedAsync();
        var (customer, ann) = await shop.SubscribedAsync();
        using var _ = ann;
        Assert.DoesNotContain("Start it again", (await ann.GetAsync("/plans")).Text);
        await shop.Seeded.Portal.Database.ExecuteAsync($"""
            update subscriptions set state = 'ended', ended_at = now(), end_reason = 'cancelled'
            where customer_id = {customer.Id}
            """);

        var page = await ann.GetAsync("/plans");

        Assert.Contains("Your Personal ended on", page.Text);
        Assert.Contains($"href=\"/checkout?plan={shop.Personal}\">Start it again</a>", page.Body);
    }

    [TestMethod]
    public async Task Order_Cancelled_IsGivenUpAndAnotherCanBePlaced()
    {
        var shop = await BillingShop.SharedAsync();
        var (_, ann) = await shop.EnterAsync();
        using var _ = ann;
        string order = await OrderAsync(ann, $"/checkout?plan={shop.Personal}");
        Assert.Contains("waits for 29.00 USD", (await ann.GetAsync("/plans")).Text);

        var cancelled = await ann.FollowAsync(await ann.PostAsync($"{order}/cancel"));

        Assert.Contains("The order is cancelled.", cancelled.Text);
        Assert.DoesNotContain("waits for 29.00 USD", cancelled.Text);
        Assert.Contains("This order was cancelled.", (await ann.GetAsync(order)).Text);
    }

    [TestMethod]
    [DataRow("plan={personal}&coupon=%22%3E%3Cb%3E", "Coupon"), DataRow("plan={payg}&amount=-1", "Amount")]
    [DataRow("plan={payg}&amount=ten", "Amount"), DataRow("plan={payg}&amount=99999999", "Amount")]
    [DataRow("plan={personal}&kind=Package&amount=5", "Amount")]
    public async Task Checkout_WronglyFilled_SaysSoBesideTheFieldAndSellsNothing(string query, string field)
    {
        var shop = await BillingShop.SharedAsync();
        var (_, ann) = await shop.EnterAsync();
        using var _ = ann;

        var page = await ann.GetAsync("/checkout?" + query.Replace("{personal}", $"{shop.Personal}", StringComparison.Ordinal)
            .Replace("{payg}", $"{shop.PayAsYouGo}", StringComparison.Ordinal));

        Assert.AreEqual(HttpStatusCode.BadRequest, page.Status, page.Text);
        Assert.Contains($"id=\"{field}-error\"", page.Text);
        Assert.DoesNotContain("><b>", page.Body);
        Assert.DoesNotContain("Continue to pay", page.Text);
    }

    [TestMethod]
    public async Task Checkout_Trial_StartsWithoutMoneyOnce()
    {
        var shop = await BillingShop.SharedAsync();
        var (_, ann) = await shop.EnterAsync();
        using var _ = ann;

        var page = await ann.GetAsync($"/checkout?plan={shop.Personal}&kind=Trial");
        Assert.Contains("Start trial", page.Text);
        var started = await ann.FollowAsync(await ann.PostAsync("/checkout",
            BillingShop.FieldsOf(page, "/checkout\" class=\"next")));

        Assert.Contains("Your traffic is ready.", started.Text);
        Assert.Contains("Trial", (await ann.GetAsync("/plans")).Text);
    }

    [TestMethod]
    public async Task Checkout_BillingDetails_AreSavedAndOneComesBack()
    {
        var shop = await BillingShop.SharedAsync();
        var (_, ann) = await shop.EnterAsync();
        using var _ = ann;
        var page = await ann.GetAsync($"/checkout?plan={shop.Personal}");
        string returnUrl = WebUtility.HtmlDecode(BillingShop.FieldsOf(page, "/billing-details")["ReturnUrl"]);

        var saved = await ann.PostAsync("/billing-details", new()
        {
            ["Company"] = "Ann & <Co>", ["Country"] = "fr", ["StreetAddress"] = "1, rue X", ["Language"] = "fr",
            ["ReturnUrl"] = returnUrl,
        });
        var shown = await ann.FollowAsync(saved);
        var wrong = await ann.PostAsync("/billing-details",
            new() { ["Country"] = "France", ["ReturnUrl"] = "https://evil.test/" });
        var away = await ann.PostAsync("/billing-details", new() { ["Country"] = "FR", ["ReturnUrl"] = "https://evil.test/" });

        Assert.AreEqual($"/checkout?plan={shop.Personal}", saved.Location);
        Assert.Contains("value=\"Ann &amp; &lt;Co&gt;\"", shown.Body);
        Assert.Contains("id=\"Country-error\"", wrong.Text);
        Assert.AreEqual("/invoices", away.Location);
    }

    /// <summary>Goes through checkout; the answer is the order's page.</summary>
    private static async Task<string> OrderAsync(Visitor visitor, string checkout)
    {
        var page = await visitor.GetAsync(checkout);
        Assert.AreEqual(HttpStatusCode.OK, page.Status, page.Text);
        Assert.Contains("Continue to pay", page.Text);
        var placed = await visitor.PostAsync("/checkout", BillingShop.FieldsOf(page, "/checkout\" class=\"next"));
        Assert.AreEqual(HttpStatusCode.Redirect, placed.Status, placed.Text);
        return placed.Location;
    }
}
