using System.IO.Compression;
using System.Net;
using System.Text;
using AtlanticProxy.ControlPlane.Invoices;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features.Billing;

[TestClass]
public sealed class InvoicePageTests
{
    [TestMethod]
    public async Task Invoice_Paid_IsListedReadPrintedAndDownloaded()
    {
        var shop = await BillingShop.SharedAsync();
        var (_, ann) = await shop.EnterAsync();
        using var nobody = ann;
        Assert.Contains("Your first invoice appears after your first payment.", (await ann.GetAsync("/invoices")).Text);
        var (customer, bob) = await shop.SubscribedAsync();
        using var _ = bob;
        long id = await shop.Seeded.Portal.Database.ScalarAsync<long>(
            $"select id from invoices where customer_id = {customer.Id} and state = 'paid'");

        var list = await bob.GetAsync("/invoices");
        var page = await bob.GetAsync($"/invoices/{id}");
        var print = await bob.GetAsync($"/invoices/{id}/print");
        var pdf = await bob.Http.GetAsync($"/invoices/{id}/pdf");

        Assert.Contains("29.00 USD", list.Text);
        Assert.Contains("Personal", list.Text);
        Assert.Contains($"href=\"/invoices/{id}\"", list.Text);
        Assert.Contains("Download PDF", page.Text);
        Assert.DoesNotContain("Pay 29.00", page.Text);
        Assert.AreEqual(SecurityHeaders.DocumentPolicy, print.Response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains("29.00", print.Text);
        Assert.AreEqual("application/pdf", pdf.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("%PDF", Encoding.Latin1.GetString(await pdf.Content.ReadAsByteArrayAsync()));
        Assert.EndsWith(".pdf", pdf.Content.Headers.ContentDisposition?.FileName?.Trim('"'));

        int year = await shop.Seeded.Portal.Database.ScalarAsync<int>($"select year from invoices where id = {id}");
        Assert.Contains($"All of {year} (ZIP)", list.Text);
        var all = await bob.Http.GetAsync($"/invoices/year/{year}");
        Assert.AreEqual($"invoices-{year}.zip", all.Content.Headers.ContentDisposition?.FileName);
        await using var zip = new ZipArchive(await all.Content.ReadAsStreamAsync());
        Assert.AreEqual(pdf.Content.Headers.ContentDisposition?.FileName?.Trim('"'), zip.Entries.Single().FullName);
        foreach (string empty in new[] { $"{year - 1}", "0", "9999", "99999999999" })
            Assert.AreEqual(HttpStatusCode.NotFound, (await bob.GetAsync($"/invoices/year/{empty}")).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await ann.GetAsync($"/invoices/year/{year}")).Status, "of another");
    }

    [TestMethod]
    public async Task Invoice_Open_IsPaidFromTheWallet()
    {
        var shop = await BillingShop.SharedAsync();
        var (customer, ann) = await shop.EnterAsync();
        using var _ = ann;
        long id = await OpenInvoiceAsync(shop, customer, 1500);
        var early = await ann.PostAsync($"/invoices/{id}/pay-from-wallet");
        Assert.AreEqual(HttpStatusCode.Conflict, early.Status);
        await shop.CreditAsync(customer, 2000);
        Assert.Contains("Pay 15.00 USD from the wallet", (await ann.GetAsync($"/invoices/{id}")).Text);

        var paid = await ann.FollowAsync(await ann.PostAsync($"/invoices/{id}/pay-from-wallet"));

        Assert.Contains("The wallet has paid the invoice.", paid.Text);
        Assert.Contains(">Paid<", paid.Text);
        Assert.AreEqual(500L, await shop.BalanceAsync(customer));
    }

    [TestMethod]
    public async Task Invoice_Open_AsksTheGatewayForWhatTheWalletLacks()
    {
        var shop = await BillingShop.SharedAsync();
        var (customer, ann) = await shop.EnterAsync();
        using var _ = ann;
        await shop.CreditAsync(customer, 500);
        long id = await OpenInvoiceAsync(shop, customer, 1500);
        Assert.Contains("Pay 10.00 USD with Paystack", (await ann.GetAsync($"/invoices/{id}")).Text);

        string reference = shop.ReferenceOf(await BillingShop.PayAsync(ann, $"/invoices/{id}", shop.PaystackId));
        await shop.Paystack.PayAsync(reference);
        string paid = (await ann.GetAsync($"/invoices/{id}?back=1")).Text;

        Assert.Contains(">Paid<", paid);
        Assert.AreEqual(0L, await shop.BalanceAsync(customer), "the wallet's 5.00 and the 10.00 paid the 15.00");
    }

    [TestMethod]
    public async Task AnotherCustomers_OrderInvoiceMethodTopUp_AreNotFound()
    {
        var shop = await BillingShop.SharedAsync();
        var (theirs, them) = await shop.EnterAsync("Bob");
        using var bob = them;
        var (_, me) = await shop.EnterAsync();
        using var ann = me;
        long invoice = await OpenInvoiceAsync(shop, theirs, 1500);
        var topUp = new Dictionary<string, string>
        {
            ["Amount"] = "5", ["GatewayId"] = $"{shop.PaystackId}", ["KeepMethod"] = "true", ["Key"] = $"{Guid.CreateVersion7()}",
        };
        string theirTopUp = (await them.PostAsync("/wallet/top-up", topUp)).Location;
        await shop.Paystack.PayAsync(shop.ReferenceOf(await them.GetAsync(theirTopUp)));
        await them.GetAsync($"{theirTopUp}?back=1");
        long method = await shop.Seeded.Portal.Database.ScalarAsync<long>(
            $"select id from payment_methods where customer_id = {theirs.Id}");
        var form = await them.GetAsync($"/checkout?plan={shop.Personal}");
        string order = (await them.PostAsync("/checkout", BillingShop.FieldsOf(form, "/checkout\" class=\"next"))).Location;

        foreach (string page in new[] { order, $"/invoices/{invoice}", $"/invoices/{invoice}/print", $"/invoices/{invoice}/pdf",
            theirTopUp, $"/methods/{method}/remove" })
        {
            Assert.AreEqual(HttpStatusCode.NotFound, (await ann.GetAsync(page)).Status, page);
            Assert.AreEqual(HttpStatusCode.OK, (await them.GetAsync(page)).Status, page);
        }
        foreach (string deed in new[] { $"{order}/pay", $"{order}/cancel", $"/invoices/{invoice}/pay",
            $"/invoices/{invoice}/pay-from-wallet", $"/methods/{method}/default", $"/methods/{method}/remove" })
            Assert.AreEqual(HttpStatusCode.NotFound,
                (await ann.PostAsync(deed, new() { ["GatewayId"] = $"{shop.PaystackId}" })).Status, deed);

        Assert.Contains("Pay 24.00 USD with Paystack", (await them.GetAsync(order)).Text, "the order is untouched");
        Assert.Contains("Default", (await them.GetAsync("/methods")).Text);
        var removed = await them.FollowAsync(await them.PostAsync($"/methods/{method}/remove"));
        Assert.Contains("No payment method is kept", removed.Text);
    }

    [TestMethod]
    public async Task Referrals_Off_SaysSo()
    {
        var shop = await BillingShop.SharedAsync();
        var (_, ann) = await shop.EnterAsync();
        using var _ = ann;

        Assert.Contains("Referrals are off", (await ann.GetAsync("/referrals")).Text);
    }

    /// <summary>An invoice by hand, of minor units of USD.</summary>
    internal static async Task<long> OpenInvoiceAsync(BillingShop shop, SeededCustomer customer, long amount)
    {
        long id = (await shop.Seeded.Portal.UseAsync((DraftInvoice draft) => draft.ExecuteAsync(
            new(customer.Id, "USD", [new("Set-up <by hand>", amount)]), default))).Value;
        Assert.IsTrue((await shop.Seeded.Portal.UseAsync((FinaliseInvoice finalise) =>
            finalise.ExecuteAsync(new(id), default))).IsSuccess);
        return id;
    }
}
