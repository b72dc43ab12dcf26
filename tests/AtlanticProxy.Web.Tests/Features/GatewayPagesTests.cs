using System.Net;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class GatewayPagesTests
{
    private static async Task<string> AddedAsync(Visitor owner, string name) =>
        (await owner.PostAsync("/admin/gateways/new", new()
        {
            ["Kind"] = "Stripe", ["Name"] = name, ["Currencies"] = "usd, eur", ["ApiKey"] = "sk_test_hush_hush",
            ["WebhookSecret"] = "whsec_hush_hush", ["BaseUrl"] = "http://127.0.0.1:9",
        })).Location;

    [TestMethod]
    public async Task Gateway_AddedChangedDisabledAndRemoved_NeverShowsItsSecrets()
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        string address = await AddedAsync(owner, "Cards <b>");

        var page = await owner.GetAsync(address);
        Assert.Contains("Cards &lt;b&gt;", page.Body);
        Assert.Contains("/webhooks/stripe", page.Text);
        Assert.Contains("value=\"USD, EUR\"", page.Body);
        Assert.DoesNotContain("hush", page.Body);
        byte[] before = await SecretsAsync(portal, address);

        var changed = await owner.FollowAsync(await owner.PostAsync(address, new() { ["Currencies"] = "NGN", ["BaseUrl"] =
            "http://127.0.0.1:9" }));
        Assert.Contains("Cards <b> is changed.", changed.Text);
        CollectionAssert.AreEqual(before, await SecretsAsync(portal, address), "empty fields keep them");
        await owner.PostAsync($"{address}/disable");
        Assert.AreEqual("False", $"{await EnabledAsync(portal, address)}");
        await owner.PostAsync($"{address}/enable");
        Assert.AreEqual("True", $"{await EnabledAsync(portal, address)}");
        Assert.Contains("Remove Cards <b>?", (await owner.GetAsync($"{address}/remove")).Text);
        await owner.FollowAsync(await owner.PostAsync($"{address}/remove"));
        Assert.AreEqual(HttpStatusCode.NotFound, (await owner.GetAsync(address)).Status);
    }

    [TestMethod]
    public async Task Gateway_ThatDoesNotAnswer_SaysSoWhenTested()
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        string address = await AddedAsync(owner, "Silent");

        var tested = await owner.PostAsync($"{address}/test");

        Assert.AreEqual(HttpStatusCode.Conflict, tested.Status);
        Assert.Contains("Silent did not answer. Check its address", tested.Text);
    }

    [TestMethod]
    [DataRow("Stripe", "Name", ""), DataRow("Stripe", "Currencies", "dollars"), DataRow("Stripe", "ApiKey", "")]
    [DataRow("Stripe", "WebhookSecret", "with space"), DataRow("Btcpay", "BaseUrl", "pay.example")]
    [DataRow("Btcpay", "Store", ""), DataRow("Bank", "Instructions", "")]
    public async Task Gateway_WronglyFilled_SaysSoBesideTheField(string kind, string field, string value)
    {
        var portal = await SeededPortal.SharedAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        var form = new Dictionary<string, string>
        {
            ["Kind"] = kind, ["Name"] = "Wrong", ["Currencies"] = "USD", ["ApiKey"] = "sk_test_1", ["WebhookSecret"] = "whsec_1",
            ["BaseUrl"] = "https://pay.example", ["Store"] = "s", ["Instructions"] = "IBAN", [field] = value,
        };

        var refused = await owner.PostAsync("/admin/gateways/new", form);

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains($"id=\"{field}-error\"", refused.Body);
        Assert.DoesNotContain("sk_test_1", refused.Body);
    }

    [TestMethod]
    public async Task Gateway_WithPaymentsUnderWay_IsKeptAndSaysWhy()
    {
        var shop = await Shop.OpenAsync();
        using var owner = await shop.Portal.SignedInAsync(SeededPortal.Owner);

        var refused = await owner.PostAsync($"/admin/gateways/{shop.BankId}/remove");

        Assert.AreEqual(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("Payments or refunds are under way there", refused.Text);
    }

    private static string IdOf(string address) => address.Split('/')[^1];

    private static Task<byte[]> SecretsAsync(SeededPortal portal, string address) =>
        portal.Portal.Database.ScalarAsync<byte[]>($"select secrets_sealed from gateways where id = {IdOf(address)}");

    private static Task<bool> EnabledAsync(SeededPortal portal, string address) =>
        portal.Portal.Database.ScalarAsync<bool>($"select enabled from gateways where id = {IdOf(address)}");
}
