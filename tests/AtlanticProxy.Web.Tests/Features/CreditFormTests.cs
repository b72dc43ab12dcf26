using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed partial class CreditFormTests
{
    private static Dictionary<string, string> Form(string amount, string key, string currency = "USD", string memo = "") =>
        new() { ["Key"] = key, ["Amount"] = amount, ["Currency"] = currency, ["Memo"] = memo };

    private static async Task<long> BalanceAsync(SeededPortal portal, SeededCustomer customer) =>
        await portal.Portal.Database.ScalarAsync<long>(
        $"select coalesce(sum(balance), 0)::bigint from ledger_accounts where kind = 'wallet' and customer_id = {customer.Id}");

    [TestMethod]
    public async Task Credit_FormSentTwice_CountsOnceAndShowsForStaffAndCustomer()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var staff = await portal.SignedInAsync(SeededPortal.Owner);
        string address = $"/admin/customers/{customer.Id}";
        var empty = await staff.GetAsync(address);
        Assert.Contains("Add credit here", empty.Text);
        string key = KeyField().Match(empty.Body).Groups[1].Value;

        var first = await staff.FollowAsync(
            await staff.PostAsync($"{address}/credit", Form("25.5", key, memo: "<b>transfer</b>")));
        var second =
            await staff.FollowAsync(await staff.PostAsync($"{address}/credit", Form("25.5", key, memo: "<b>transfer</b>")));

        Assert.Contains("25.50 USD is credited: the balance is 25.50 USD.", first.Text);
        Assert.Contains("was credited already by this form, and not again", second.Text);
        Assert.Contains("&lt;b&gt;transfer", second.Body);
        Assert.AreNotEqual(key, KeyField().Match(second.Body).Groups[1].Value, "another form is another credit");
        Assert.AreEqual(2550L, await BalanceAsync(portal, customer));
        using var themselves = await portal.SignedInAsync(customer.Email);
        Assert.Contains("25.50 USD", (await themselves.GetAsync("/overview")).Text);
    }

    [TestMethod]
    public async Task Credit_FormSentAgainWithAnotherAmount_IsRefusedInWords()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var staff = await portal.SignedInAsync(SeededPortal.Owner);
        string key = Guid.CreateVersion7().ToString();
        await staff.PostAsync($"/admin/customers/{customer.Id}/credit", Form("10", key));

        var again = await staff.PostAsync($"/admin/customers/{customer.Id}/credit", Form("11", key));

        Assert.AreEqual(HttpStatusCode.Conflict, again.Status);
        Assert.Contains("This form was sent before, with something else in it", again.Text);
        Assert.AreEqual(1000L, await BalanceAsync(portal, customer));
    }

    [TestMethod]
    [DataRow("", "USD", "Amount", "Give an amount."), DataRow("0", "USD", "Amount", "more than nothing."),
        DataRow("-5", "USD", "Amount", "more than nothing.")]
    [DataRow("9,99", "USD", "Amount", "'9,99' has a comma: write 9.99."),
        DataRow("1,000", "USD", "Amount", "'1,000' has a comma"), DataRow("1e3", "USD", "Amount", "'1e3' is not a number")]
    [DataRow("1.234", "USD", "Amount", "2 digits after the point"),
        DataRow("99999999999999999999", "USD", "Amount", "is too large")]
    [DataRow("5", "GBP", "Currency", "not one of this customer's currencies"),
        DataRow("5", "<x>", "Currency", "not one of this customer's currencies")]
    public async Task Credit_WronglyFilled_SaysSoBesideTheFieldAndMovesNothing(
        string amount, string currency, string field, string words)
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var staff = await portal.SignedInAsync(SeededPortal.Owner);

        var refused = await staff.PostAsync($"/admin/customers/{customer.Id}/credit",
            Form(amount, Guid.CreateVersion7().ToString(), currency, "kept as typed"));

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains($"id=\"{field}-error\"", refused.Text);
        Assert.Contains(words, refused.Text);
        Assert.Contains("kept as typed", refused.Text);
        Assert.AreEqual(0L, await BalanceAsync(portal, customer));
    }

    [TestMethod]
    public async Task Credit_WithoutKey_IsRefused()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var staff = await portal.SignedInAsync(SeededPortal.Owner);

        foreach (string key in new[] { "", "not-a-key" })
            Assert.AreEqual(HttpStatusCode.BadRequest,
                (await staff.PostAsync($"/admin/customers/{customer.Id}/credit", Form("5", key))).Status);

        Assert.AreEqual(0L, await BalanceAsync(portal, customer));
    }

    [GeneratedRegex("name=\"Key\" value=\"([^\"]+)\"")]
    private static partial Regex KeyField();
}
