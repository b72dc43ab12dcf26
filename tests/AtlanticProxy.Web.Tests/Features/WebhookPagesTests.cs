using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed partial class WebhookPagesTests
{
    private const string Ours = "/api-access/webhooks", Staff = "/admin/settings/webhooks";

    private static Dictionary<string, string> Form(string url, string kind = "invoice_paid") =>
        new() { ["Url"] = url, ["Kinds"] = kind, ["Enabled"] = "true" };

    private static async Task<string> AddAsync(Visitor visitor, string list, string url)
    {
        var added = await visitor.PostAsync($"{list}/new", Form(url));
        Assert.AreEqual(HttpStatusCode.OK, added.Status, added.Text);
        Assert.Contains("whsec_", added.Text);
        return $"{list}/{Regex.Match(added.Body, $"{list}/(\\d+)\"").Groups[1].Value}";
    }

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public async Task Webhook_FromTheFirstSecretToItsEnd(bool ofCustomer)
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        string list = ofCustomer ? Ours : Staff;
        var customer = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync(ofCustomer ? customer.Email : SeededPortal.Owner);
        Assert.Contains("No webhooks yet", (await visitor.GetAsync(list)).Text);
        Assert.AreEqual(!ofCustomer,
            (await visitor.GetAsync($"{list}/new")).Text.Contains("Provider drift", StringComparison.Ordinal));

        string page = await AddAsync(visitor, list, "https://hooks.example/a<b>");

        Assert.Contains("hooks.example/a&lt;b&gt;", (await visitor.GetAsync(list)).Body);
        Assert.DoesNotContain("whsec_", (await visitor.GetAsync(page)).Text, "shown once");
        Assert.Contains("Nothing was sent yet", (await visitor.GetAsync(page)).Text);
        var tested = await visitor.FollowAsync(await visitor.PostAsync($"{page}/test"));
        Assert.Contains("A test is on its way.", tested.Text);
        Assert.Contains("Waiting", tested.Text);
        string delivery = Send().Match(tested.Body).Groups[1].Value;
        string send = $"{page}/deliveries/{delivery}/send";
        Assert.Contains("waiting for its turn", (await visitor.FollowAsync(await visitor.PostAsync(send))).Text);
        await portal.Portal.Database.ExecuteAsync(
            "update webhook_deliveries set state = 'failed', answer = '<no>', status = 500");
        Assert.Contains("&lt;no&gt;", (await visitor.GetAsync(page)).Body);
        Assert.Contains("sent again", (await visitor.FollowAsync(await visitor.PostAsync(send))).Text);

        Assert.Contains("Make a new signing secret?", (await visitor.GetAsync($"{page}/secret")).Text);
        Assert.Contains("whsec_", (await visitor.PostAsync($"{page}/secret")).Text);
        Assert.Contains("checked=\"checked\"", (await visitor.GetAsync($"{page}/edit")).Body);
        var off = await visitor.FollowAsync(
            await visitor.PostAsync($"{page}/edit", new() { ["Url"] = "https://hooks.example/c" }));
        Assert.Contains("The webhook is saved.", off.Text);
        Assert.Contains("All events.", off.Text);
        Assert.Contains(">Off<", off.Body);
        Assert.Contains("1 event that waits is", (await visitor.GetAsync($"{page}/remove")).Text);
        Assert.Contains("No webhooks yet", (await visitor.FollowAsync(await visitor.PostAsync($"{page}/remove"))).Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await visitor.GetAsync(page)).Status);
    }

    [TestMethod]
    [DataRow("http://hooks.example/", "invoice_paid", "Url"), DataRow("https://hooks.example/", "everything", "Kinds")]
    public async Task Form_WronglyFilled_SaysSoBesideTheField(string url, string kind, string field)
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = await portal.SignedInAsync((await portal.AddCustomerAsync()).Email);

        var refused = await visitor.PostAsync($"{Ours}/new", Form(url, kind));

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains($"id=\"{field}-error\"", refused.Body);
        Assert.Contains(url, refused.Text);
    }

    [TestMethod]
    public async Task Webhook_OfAnother_IsNotFound()
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = await portal.SignedInAsync((await portal.AddCustomerAsync()).Email);
        using var thief = await portal.SignedInAsync((await portal.AddCustomerAsync()).Email);
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        string page = await AddAsync(visitor, Ours, "https://hooks.example/");
        string others = page.Replace(Ours, Staff, StringComparison.Ordinal);

        foreach (string action in new[] { "", "/edit", "/secret", "/remove" })
        {
            Assert.AreEqual(HttpStatusCode.NotFound, (await thief.GetAsync(page + action)).Status, action);
            Assert.AreEqual(HttpStatusCode.NotFound, (await owner.GetAsync(others + action)).Status, action);
        }
        foreach (string action in new[] { "/edit", "/test", "/secret", "/remove", "/deliveries/1/send" })
            Assert.AreEqual(
                HttpStatusCode.NotFound, (await thief.PostAsync(page + action, Form("https://e.example/"))).Status, action);
    }

    [GeneratedRegex("/deliveries/(\\d+)/send\"")]
    private static partial Regex Send();
}
