using System.IO.Compression;
using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features.Accounts;

[TestClass]
public sealed class SettingsTests
{
    private const string New = "new@shop.example";

    private static Dictionary<string, string> Typing(string email, string password = RunningPortal.Password) =>
        new() { ["Email"] = email, ["Password"] = password };

    [TestMethod]
    public async Task Email_Changed_AfterThePasswordAndTheLink()
    {
        var portal = await MailingPortal.StartAsync();
        await using var running = portal.Portal;
        var customer = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync(customer.Email);
        using var elsewhere = await portal.SignedInAsync(customer.Email);
        Assert.Contains("id=\"Password-error\"", (await visitor.PostAsync("/settings/email", Typing(New, "wrong"))).Body);

        var sent = await visitor.FollowAsync(await visitor.PostAsync("/settings/email", Typing(New)));

        Assert.Contains($"We sent a link to {New}.", sent.Text);
        string link = await portal.MailedLinkAsync(New, "confirm_email");
        using var stranger = await portal.SignedInAsync((await portal.AddCustomerAsync()).Email);
        Assert.Contains("This link no longer works", (await stranger.GetAsync(link)).Text);
        Assert.Contains($"Use {New}?", (await visitor.GetAsync(link)).Text);
        var token = new Dictionary<string, string> { ["Token"] = MailingPortal.TokenOf(link) };
        Assert.Contains($"You now sign in as {New}.",
            (await visitor.FollowAsync(await visitor.PostAsync("/settings/email/confirm", token))).Text);
        Assert.StartsWith("/sign-in?", (await elsewhere.GetAsync("/overview")).Location);
        using var later = portal.Anyone();
        await later.SignInAsync(New);
        Assert.Contains("This link no longer works", (await later.PostAsync("/settings/email/confirm", token)).Text);
    }

    [TestMethod]
    public async Task Account_LanguageZoneAndMails_AreKept()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(customer.Email);
        Assert.Contains("Europe/Paris, now ", (await owner.GetAsync("/settings")).Text);

        await owner.PostAsync("/settings/account", new() { ["Language"] = "fr", ["TimeZone"] = "Europe/Paris" });
        await owner.PostAsync("/settings/notifications", new() { ["mails"] = "Quota100" });

        string page = (await owner.GetAsync("/settings")).Body;
        Assert.MatchesRegex("selected=\"selected\" value=\"Europe/Paris\"|value=\"Europe/Paris\" selected", page);
        Assert.MatchesRegex("value=\"Quota100\"\\s+checked", page);
        Assert.DoesNotMatchRegex("value=\"WinBack\"\\s+checked", page);
        Assert.Contains("id=\"TimeZone-error\"", (await owner.PostAsync(
            "/settings/account", new() { ["Language"] = "fr", ["TimeZone"] = "Atlantis" })).Body);
    }

    [TestMethod]
    public async Task Settings_OfAViewer_HaveTheOwnAddressOnly()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var viewer = await portal.SignedInAsync(await portal.AddMemberAsync(customer, MemberRole.Viewer));

        string page = (await viewer.GetAsync("/settings")).Body;

        Assert.Contains("/settings/email", page);
        foreach (string other in new[] { "/settings/account", "/settings/export", "/settings/delete", "/billing-details" })
            Assert.DoesNotContain($"\"{other}\"", page);
    }

    [TestMethod]
    public async Task Export_HasTheCustomersOwnAndNoSecrets()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        var other = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(customer.Email);
        await owner.PostAsync("/sign-out");
        await owner.SignInAsync(customer.Email);
        var page = await owner.GetAsync("/settings");
        Assert.AreEqual(HttpStatusCode.OK, page.Status);

        var answer = await owner.PostAsync("/settings/export");

        using var zip = new ZipArchive(await answer.Response.Content.ReadAsStreamAsync());
        CollectionAssert.AreEqual(
            new[] { "profile.json", "proxy-users.csv", "usage-by-day.csv", "invoices.csv", "sign-ins.csv" },
            zip.Entries.Select(entry => entry.FullName).ToArray());
        string all = "";
        foreach (var entry in zip.Entries)
        {
            using var text = new StreamReader(await entry.OpenAsync());
            all += await text.ReadToEndAsync();
        }
        Assert.Contains(customer.Email, all);
        Assert.Contains(customer.ProxyUserName, all);
        Assert.Contains("SignedIn", all);
        Assert.DoesNotContain(customer.Secret, all);
        Assert.DoesNotContain(other.Email, all);
    }

    [TestMethod]
    public async Task Delete_NeedsThePasswordAndNoMoney_AndThenNobodySignsIn()
    {
        var shop = await BillingShop.SharedAsync();
        var (customer, visitor) = await shop.EnterAsync();
        using var owner = visitor;
        await shop.CreditAsync(customer, 500);
        Assert.Contains("There is money in the wallet.", (await owner.GetAsync("/settings/delete")).Text);
        Assert.AreEqual(HttpStatusCode.Conflict,
            (await owner.PostAsync("/settings/delete", new() { ["Password"] = RunningPortal.Password })).Status);

        var (second, another) = await shop.EnterAsync();
        using var leaving = another;
        Assert.Contains("id=\"Password-error\"",
            (await leaving.PostAsync("/settings/delete", new() { ["Password"] = "wrong" })).Body);
        Assert.AreEqual("/sign-in",
            (await leaving.PostAsync("/settings/delete", new() { ["Password"] = RunningPortal.Password })).Location);

        var refused = await leaving.PostAsync("/sign-in", Typing(second.Email));
        Assert.Contains("This email and password do not match.", refused.Text);
        Assert.AreEqual(HttpStatusCode.OK, (await owner.GetAsync("/overview")).Status, "another customer goes on");
    }
}
