using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class PaymentPagesTests
{
    [TestMethod]
    public async Task Order_TransferConfirmed_IsPaidEverywhere()
    {
        var shop = await Shop.OpenAsync();
        using var owner = await shop.Portal.SignedInAsync(SeededPortal.Owner);
        string email = Uri.EscapeDataString(shop.Customer.Email), order = $"/admin/orders/{shop.OrderId}";
        var waiting = await owner.GetAsync($"/admin/orders?search={email}&state=Open");
        Assert.Contains(order, waiting.Body);
        Assert.Contains("Nothing found", (await owner.GetAsync($"/admin/orders?search={email}&state=Paid")).Text);
        Assert.Contains($"/admin/payments/transfer?reference={shop.Reference}", (await owner.GetAsync(order)).Body);
        var form = await owner.GetAsync($"/admin/payments/transfer?reference={shop.Reference}");
        Assert.Contains("value=\"29.00\"", form.Body);

        var paid = await owner.FollowAsync(
            await owner.PostAsync("/admin/payments/transfer", shop.Transfer(shop.Reference, "29", "line-1")));

        Assert.Contains($"The transfer is booked for {shop.Reference}.", paid.Text);
        Assert.Contains("badge-state good\">Paid", paid.Body);
        Assert.Contains(order, (await owner.GetAsync($"/admin/orders?search={email}&state=Paid")).Body);
        Assert.DoesNotContain("Cancel order", (await owner.GetAsync(order)).Text);
        var again = await owner.FollowAsync(
            await owner.PostAsync("/admin/payments/transfer", shop.Transfer(shop.Reference, "29", "line-1")));
        Assert.Contains("was booked before", again.Text);
        var listed = await owner.GetAsync($"/admin/payments?search={email}&state=Settled&gateway={shop.BankId}");
        Assert.Contains(shop.Reference, listed.Text);
    }

    [TestMethod]
    [DataRow("", "USD", "k", "Amount", "Give an amount"), DataRow("9,99", "USD", "k", "Amount", "has a comma")]
    [DataRow("9.999", "USD", "k", "Amount", "2 digits after the point"), DataRow("-1", "USD", "k", "Amount", "more than nothing")]
    [DataRow("9", "XXX", "k", "Currency", "ISO 4217"), DataRow("9", "USD", "", "StatementKey", "which line of the statement")]
    public async Task Transfer_WronglyFilled_SaysSoBesideTheField(
        string amount, string currency, string key, string field, string words)
    {
        var shop = await Shop.OpenAsync();
        using var owner = await shop.Portal.SignedInAsync(SeededPortal.Owner);
        var form = shop.Transfer("<i>typed</i>", amount, key);
        form["Currency"] = currency;

        var refused = await owner.PostAsync("/admin/payments/transfer", form);

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains($"id=\"{field}-error\"", refused.Text);
        Assert.Contains(words, refused.Text);
        Assert.Contains("&lt;i&gt;typed", refused.Body);
    }

    [TestMethod]
    public async Task Refund_SentTwice_CountsOnceAndIsConfirmedByHand()
    {
        var shop = await Shop.OpenAsync();
        using var owner = await shop.Portal.SignedInAsync(SeededPortal.Owner);
        await shop.PaidAsync(owner);
        string address = $"/admin/payments/{shop.Reference}/refund";
        var page = await owner.GetAsync(address);
        Dictionary<string, string> Form(string amount) => new()
        {
            ["Amount"] = amount, ["Target"] = "Method", ["Reason"] = "<b>sorry</b>", ["version"] = Shop.VersionOf(page),
        };

        var tooMuch = await owner.PostAsync(address, Form("29.01"));
        Assert.AreEqual(HttpStatusCode.BadRequest, tooMuch.Status);
        Assert.Contains("at most 29.00 USD", tooMuch.Text);
        var refunded = await owner.FollowAsync(await owner.PostAsync(address, Form("10")));
        Assert.Contains("10.00 USD: Needs action.", refunded.Text);
        Assert.Contains("&lt;b&gt;sorry", refunded.Body);
        var second = await owner.PostAsync(address, Form("10"));
        Assert.AreEqual(HttpStatusCode.Conflict, second.Status);
        Assert.Contains("Refunded so far is “10.00 USD” now.", second.Text);

        string reference = await shop.Portal.Portal.Database.ScalarAsync<string>(
            $"select r.reference from refunds r join payments p on p.id = r.payment_id where p.reference = '{shop.Reference}'");
        await owner.FollowAsync(await owner.PostAsync($"/admin/payments/refunds/{reference}/confirm",
            new() { ["arrived"] = "true" }));
        Assert.Contains("badge-state good\">Refunded", (await owner.GetAsync($"/admin/payments/{shop.Reference}")).Body);
    }

    [TestMethod]
    public async Task Unallocated_Placed_IsInTheWalletOfItsCustomer()
    {
        var shop = await Shop.OpenAsync();
        using var owner = await shop.Portal.SignedInAsync(SeededPortal.Owner);
        var database = shop.Portal.Portal.Database;
        var list = await owner.FollowAsync(await owner.PostAsync("/admin/payments/transfer",
            shop.Transfer("<b>who knows</b>", "7.50", "lost", "Mr <x>")));
        Assert.Contains("&lt;b&gt;who knows", list.Body);
        Assert.Contains("Mr &lt;x&gt;", list.Body);
        long id = await database.ScalarAsync<long>(
            $"select id from unallocated_money where gateway_id = {shop.BankId} and receipt_key = 'lost'");
        string address = $"/admin/payments/unallocated/{id}";
        Assert.Contains("Place 7.50 USD", (await owner.GetAsync(address)).Text);

        var nobody = await owner.PostAsync($"{address}/allocate", new() { ["Email"] = "nobody@test.example" });
        Assert.AreEqual(HttpStatusCode.BadRequest, nobody.Status);
        Assert.Contains("No customer has this email address.", nobody.Text);
        var placed = await owner.FollowAsync(await owner.PostAsync($"{address}/allocate",
            new() { ["Email"] = shop.Customer.Email, ["Note"] = "<u>called</u>" }));

        Assert.Contains($"7.50 USD is in the wallet of {shop.Customer.Email}.", placed.Text);
        Assert.Contains("&lt;u&gt;called", placed.Body);
        Assert.AreEqual(HttpStatusCode.Conflict, (await owner.PostAsync($"{address}/return")).Status, "it has found its place");
        Assert.Contains("7.50 USD", (await owner.GetAsync($"/admin/customers/{shop.Customer.Id}")).Text);
    }

    [TestMethod]
    public async Task Differences_AreShownInWords()
    {
        var shop = await Shop.OpenAsync();
        using var support = await shop.Portal.SignedInAsync(SeededPortal.Support);
        await shop.Portal.Portal.Database.ExecuteAsync($"""
            insert into gateway_differences (gateway_id, kind, reference, ours, theirs, found_at, last_seen_at)
            values ({shop.BankId}, 'unknown_to_us', 'pi_<b>', '', '12.00 USD', now(), now())
            """);

        var page = await support.GetAsync("/admin/payments/differences");

        Assert.Contains("Missing here: the gateway took money that was not asked for", page.Text);
        Assert.Contains("pi_&lt;b&gt;", page.Body);
    }

    [TestMethod]
    public async Task Payment_RawAnswer_IsForOperatorsAndMoneyForOwners()
    {
        var shop = await Shop.OpenAsync();
        await shop.Portal.Portal.Database.ExecuteAsync(
            $$"""update payments set last_answer = '{"status":"<b>odd</b>","fee":1}' where reference = '{{shop.Reference}}'""");
        string address = $"/admin/payments/{shop.Reference}";
        using var support = await shop.Portal.SignedInAsync(SeededPortal.Support);
        using var operators = await shop.Portal.SignedInAsync(SeededPortal.Operator);
        using var owner = await shop.Portal.SignedInAsync(SeededPortal.Owner);

        Assert.DoesNotContain("last answer", (await support.GetAsync(address)).Text);
        var read = await operators.GetAsync(address);
        Assert.Contains("  &quot;status&quot;: &quot;&lt;b&gt;odd&lt;/b&gt;&quot;,", read.Body, "a line for each value");
        Assert.DoesNotContain("Confirm bank transfer", read.Text);
        Assert.Contains("Confirm bank transfer", (await owner.GetAsync(address)).Text);
    }
}
