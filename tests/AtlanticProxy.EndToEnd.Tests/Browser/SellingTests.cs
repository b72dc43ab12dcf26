using System.Globalization;
using AtlanticProxy.EndToEnd.Tests.Browser.Pages;
using AtlanticProxy.Testing;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>Buying and selling, as customers and staff do it in Chromium.</summary>
[TestClass]
public sealed class SellingTests
{
    private static SellingPortal? s_selling;

    private static SellingPortal Selling => s_selling ?? throw new InvalidOperationException("The portal did not start.");

    private static TestDatabase Database => Selling.Portal.Database;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => s_selling = await SellingPortal.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (s_selling is not null)
            await s_selling.DisposeAsync();
    }

    [TestMethod]
    [DataRow(Screen.Desktop), DataRow(Screen.Phone)]
    public async Task Customer_ChoosesAPlan_PaysAtTheGateway_AndHasTraffic(Screen screen)
    {
        string email = $"buyer-{screen}@journey.example".ToLowerInvariant();
        long id = await Selling.AddCustomerAsync(email);
        await using var buyer = new BrowserSession(Selling.Portal.Address, screen);
        new SignInPage(buyer).SignInAs(email);

        buyer.Open("/plans");
        buyer.Follow("Choose Personal");
        buyer.Fill("Coupon", "welcome");
        buyer.Follow("Update total");
        StringAssert.Contains(buyer.Text, "Total 31.32 USD", "29.00 less 10 percent, and 20 percent of tax");
        buyer.Follow("Continue to pay");
        string order = buyer.Path;
        buyer.Follow("Pay 31.32 USD with Paystack");
        await Poll.UntilAsync(() => buyer.Driver.Url.StartsWith(Selling.Paystack.Address, StringComparison.Ordinal));
        buyer.Find("button[value='Success']").Click();
        await Poll.UntilAsync(() => buyer.Path == order && buyer.Text.Contains("Your traffic is ready.", StringComparison.Ordinal));

        Assert.AreEqual("active", await Database.ScalarAsync<string>($"select state from subscriptions where customer_id = {id}"));
        Assert.AreEqual(50_000_000_000, await Database.ScalarAsync<long>($"select amount from grants where customer_id = {id}"));
        buyer.Follow("Invoice");
        StringAssert.Contains(buyer.Text, "31.32");
        Assert.IsEmpty(buyer.Complaints());
    }

    [TestMethod]
    public async Task Customer_CancelsAndThinksBetterOfIt()
    {
        const string Email = "waverer@journey.example";
        long id = await Selling.AddCustomerAsync(Email);
        await Selling.BuyAsync(id);
        await using var customer = new BrowserSession(Selling.Portal.Address);
        new SignInPage(customer).SignInAs(Email);

        customer.Open("/subscription/cancel");
        customer.Submit("main form");
        Assert.IsTrue(await CancelsAsync(id));
        customer.Open("/plans");
        customer.Follow("Keep");

        Assert.IsFalse(await CancelsAsync(id));
        Assert.IsEmpty(customer.Complaints());
    }

    [TestMethod]
    public async Task Owner_RefundsAPayment_OnItsPage()
    {
        const string Email = "refunded@journey.example";
        long id = await Selling.AddCustomerAsync(Email);
        await using (var buyer = new BrowserSession(Selling.Portal.Address))
        {
            new SignInPage(buyer).SignInAs(Email);
            buyer.Open("/wallet");
            buyer.Fill("Amount", "15");
            buyer.Follow("with Paystack");
            await Poll.UntilAsync(() => buyer.Driver.Url.StartsWith(Selling.Paystack.Address, StringComparison.Ordinal));
            buyer.Find("button[value='Success']").Click();
            await Poll.UntilAsync(() => buyer.Path.StartsWith("/wallet", StringComparison.Ordinal));
        }
        Assert.AreEqual(1500, await BalanceAsync(id));
        string reference = await Database.ScalarAsync<string>($"select reference from payments where customer_id = {id}");
        await using var owner = new BrowserSession(Selling.Portal.Address);
        new SignInPage(owner).SignInAs(SellingPortal.Owner);

        owner.Open($"/admin/payments/{reference}/refund");
        owner.Fill("Amount", "5.50");
        owner.Fill("Reason", "slow in November");
        owner.Submit("main form:has([name='Amount'])");

        StringAssert.Contains(owner.Text, "slow in November");
        Assert.AreEqual(950, await BalanceAsync(id));
        Assert.AreEqual(1, Selling.Paystack.Refunds);
        Assert.IsEmpty(owner.Complaints());
    }

    [TestMethod]
    [DataRow(Screen.Desktop, false), DataRow(Screen.Desktop, true), DataRow(Screen.Phone, false), DataRow(Screen.Phone, true)]
    public async Task Pages_AboutMoney_AreAccessibleFitTheScreenAndKeepThePolicy(Screen screen, bool dark)
    {
        long gateway = Selling.PaystackId, customer = Selling.CustomerId, plan = Selling.PersonalId;
        long invoice = await Database.ScalarAsync<long>($"select id from invoices where customer_id = {customer} and number is not null");
        long money = await Database.ScalarAsync<long>("select id from unallocated_money limit 1");
        string[] staff =
        [
            "/admin/orders", string.Create(CultureInfo.InvariantCulture, $"/admin/orders/{Selling.OpenOrderId}"),
            $"/admin/orders/{Selling.OpenOrderId}/cancel", "/admin/payments", $"/admin/payments/{Selling.Reference}",
            "/admin/payments/differences", "/admin/payments/transfer", "/admin/payments/unallocated",
            $"/admin/payments/unallocated/{money}", "/admin/invoices", $"/admin/invoices/{invoice}",
            $"/admin/invoices/{invoice}/credit", "/admin/invoices/export", "/admin/gateways", "/admin/gateways/new?kind=Stripe",
            "/admin/gateways/new?kind=Bank", $"/admin/gateways/{gateway}", $"/admin/gateways/{gateway}/remove", "/admin/coupons",
            "/admin/coupons/new", "/admin/settings/invoices", "/admin/settings/mail", "/admin/settings/mail/server",
            "/admin/settings/mail/templates", "/admin/settings/mail/templates/receipt/en", $"/admin/customers/{customer}/money",
            $"/admin/plans/{plan}/terms", "/admin/reconciliation",
        ];
        string[] buyer =
        [
            "/plans", $"/checkout?plan={plan}", "/checkout?kind=TopUp", $"/orders/{Selling.OpenOrderId}", "/wallet",
            $"/wallet/top-ups/{SellingPortal.TopUpKey}", "/wallet/auto-top-up", "/methods", "/invoices", $"/invoices/{invoice}",
            "/billing-details", "/referrals", "/subscription/cancel", "/subscription/pause",
        ];
        var wrong = new List<string>();
        foreach (var (email, paths) in new[] { (SellingPortal.Owner, staff), (SellingPortal.Customer, buyer) })
        {
            await using var browser = new BrowserSession(Selling.Portal.Address, screen, dark);
            new SignInPage(browser).SignInAs(email);
            wrong.AddRange(PageInspection.Walk(browser, paths));
        }

        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    private static Task<bool> CancelsAsync(long customer) =>
        Database.ScalarAsync<bool>($"select cancel_at_end from subscriptions where customer_id = {customer}");

    private static Task<long> BalanceAsync(long customer) => Database.ScalarAsync<long>($"""
        select coalesce(sum(balance), 0)::bigint from ledger_accounts where kind = 'wallet' and customer_id = {customer}
        """);
}
