using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.ControlPlane.Subscriptions;
using AtlanticProxy.ControlPlane.Tests.Invoices;
using AtlanticProxy.ControlPlane.Tests.Subscriptions;

namespace AtlanticProxy.ControlPlane.Tests.Accounts;

/// <summary>What a customer's people set: address, language, zone, mails, and whether there is an account at all.</summary>
[TestClass]
public sealed partial class SettingsTests
{
    private const string Password = "correct horse battery", Ann = "ann@example.com", New = "ann@harbour.example";

    private static async Task<long> PersonAsync(
        ControlPlaneTest plane, long customer, string email, MemberRole role = MemberRole.Owner) =>
        (await plane.AskAsync((CreateCustomerLogin create) =>
            create.ExecuteAsync(new(customer, Password, email, role), default))).Value;

    private static async Task<(long Customer, long User)> StartAsync(ControlPlaneTest plane)
    {
        await plane.AskAsync((SetMail set) => set.ExecuteAsync(
            new(new("127.0.0.1", 9, MailSecurity.None, "", "shop@example.com")), default));
        await plane.AskAsync((SetHost set) => set.ExecuteAsync(new("shop.example", null, false), default));
        long customer = (await plane.CustomerAsync(Ann)).Id;
        return (customer, await PersonAsync(plane, customer, Ann));
    }

    private static Task<Result<string>> RequestAsync(ControlPlaneTest plane, long user, string email) =>
        plane.AskAsync((ChangeEmail change) => change.RequestAsync(user, email, default));

    private static Task<Result<AppUser>> ConfirmAsync(ControlPlaneTest plane, long user, string token) =>
        plane.AskAsync((ChangeEmail change) => change.ConfirmAsync(user, token, default));

    private static async Task<string> TokenAsync(ControlPlaneTest plane) => Token().Match(
        await plane.Database.ScalarAsync<string>(
            "select text_body from mails where template = 'confirm_email' order by id desc limit 1")).Groups[1].Value;

    private static Task<long> MailsAsync(ControlPlaneTest plane, string recipient, string template) =>
        plane.Database.ScalarAsync<long>(
            $"select count(*) from mails where recipient = '{recipient}' and template = '{template}'");

    [GeneratedRegex(@"/settings/email/confirm\?token=(\w+)")]
    private static partial Regex Token();

    [TestMethod]
    public async Task Email_OfNobody_OrWhileNoMailGoesOut_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        Assert.AreEqual("account.no_mail", (await RequestAsync(plane, 0, New)).Codes());
        await StartAsync(plane);

        Assert.AreEqual("account.not_found", (await RequestAsync(plane, 0, New)).Codes());
    }

    [TestMethod]
    public async Task Email_Confirmed_IsTheOneThatCountsForPersonAndAccount()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (customer, ann) = await StartAsync(plane);
        Assert.AreEqual(New, (await RequestAsync(plane, ann, "Ann@Harbour.example")).Value);
        string token = await TokenAsync(plane);
        string stamp = await plane.Database.ScalarAsync<string>($"select security_stamp from users where id = {ann}");

        var confirmed = await ConfirmAsync(plane, ann, token);

        Assert.AreEqual(New, confirmed.Value.Email);
        Assert.AreNotEqual(stamp, confirmed.Value.SecurityStamp);
        Assert.AreEqual(New, await plane.Database.ScalarAsync<string>($"select email from customers where id = {customer}"));
        Assert.AreEqual(1, await MailsAsync(plane, Ann, "email_changed"));
        Assert.AreEqual("account.email_link_wrong", (await ConfirmAsync(plane, ann, token)).Codes());
    }

    [TestMethod]
    public async Task Email_OfAnotherPerson_LeavesTheAccountsAddress()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (customer, _) = await StartAsync(plane);
        long bob = await PersonAsync(plane, customer, "bob@example.com", MemberRole.Viewer);
        await RequestAsync(plane, bob, New);

        await ConfirmAsync(plane, bob, await TokenAsync(plane));

        Assert.AreEqual(Ann, await plane.Database.ScalarAsync<string>($"select email from customers where id = {customer}"));
    }

    [TestMethod]
    public async Task Email_LinkOfSomebodyElseOrTooLateOrAfterAnotherPassword_IsOver()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (customer, ann) = await StartAsync(plane);
        long bob = await PersonAsync(plane, customer, "bob@example.com");
        await RequestAsync(plane, ann, New);

        Assert.AreEqual("account.email_link_wrong", (await ConfirmAsync(plane, bob, await TokenAsync(plane))).Codes());
        await plane.AskAsync((SetPassword set) => set.ExecuteAsync(new(ann, "another good password"), default));
        Assert.AreEqual("account.email_link_wrong", (await ConfirmAsync(plane, ann, await TokenAsync(plane))).Codes());
        await RequestAsync(plane, ann, New);
        plane.Time.Advance(ChangeEmail.Lifetime);
        Assert.AreEqual("account.email_link_wrong", (await ConfirmAsync(plane, ann, await TokenAsync(plane))).Codes());
        Assert.AreEqual(Ann, await plane.Database.ScalarAsync<string>($"select email from users where id = {ann}"));
    }

    [TestMethod]
    public async Task Email_ThatSomebodyHas_IsAnsweredAlikeAndGetsNoLink()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (_, ann) = await StartAsync(plane);
        await plane.CustomerAsync(New);

        Assert.AreEqual(New, (await RequestAsync(plane, ann, New)).Value);

        Assert.AreEqual(1, await MailsAsync(plane, New, "account_exists"));
        Assert.AreEqual(0, await MailsAsync(plane, New, "confirm_email"));
        Assert.AreEqual("account.email_same@Email", (await RequestAsync(plane, ann, Ann)).Codes());
        Assert.AreEqual("account.email_invalid@Email", (await RequestAsync(plane, ann, "nobody")).Codes());
    }

    [TestMethod]
    public async Task Preferences_LanguageAndZone_AreKeptOrRefusedInWords()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long customer = (await plane.CustomerAsync()).Id;
        Task<Result<bool>> SetAsync(string language, string zone) =>
            plane.AskAsync((CustomerPreferences all) => all.SetAsync(customer, language, zone, default));

        Assert.AreEqual("customer.language_unknown@Language customer.time_zone_unknown@TimeZone",
            (await SetAsync("de", "Atlantis/Capital")).Codes());
        Assert.IsTrue((await SetAsync("fr", "Europe/Paris")).Value);
        Assert.IsFalse((await SetAsync("fr", "Europe/Paris")).Value);

        var found = (await plane.AskAsync((CustomerPreferences all) => all.FindAsync(customer, default))).Value;
        Assert.AreEqual(("fr", "Europe/Paris"), (found.Language, found.TimeZone));
        var zones = await plane.AskAsync((CustomerPreferences all) => all.ZonesAsync(default));
        Assert.AreEqual(plane.Time.GetUtcNow().DateTime, zones[0].Now, "UTC comes first");
        Assert.AreEqual(plane.Time.GetUtcNow().DateTime.AddHours(9), zones.Single(zone => zone.Name == "Asia/Tokyo").Now);
    }

    [TestMethod]
    public async Task Mails_TurnedOff_AreNotWritten_AndOthersAre()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (customer, _) = await StartAsync(plane);
        Task<bool> WantAsync(params MailTemplate[] wanted) =>
            plane.AskAsync((CustomerPreferences all) => all.SetMailsAsync(customer, wanted, default));

        Assert.IsTrue(await WantAsync(MailTemplate.Quota100));
        Assert.IsFalse(await WantAsync(MailTemplate.Quota100));
        await HappenAsync("win_back");
        await HappenAsync("subscription_cancelled");
        Assert.AreEqual((0L, 1L), (await MailsAsync(plane, Ann, "win_back"), await MailsAsync(plane, Ann, "cancelled")));
        Assert.IsTrue(await WantAsync([.. CustomerPreferences.Optional]));
        await HappenAsync("win_back");

        Assert.AreEqual(1, await MailsAsync(plane, Ann, "win_back"));

        async Task HappenAsync(string kind)
        {
            await plane.Database.ExecuteAsync($$"""
                insert into events (kind, customer_id, payload, created_at) values ('{{kind}}', {{customer}},
                    '{"plan": "Personal", "planId": 3, "endedOn": "2026-11-14", "endsOn": "2026-12-01", "coupon": "BACK"}', now())
                """);
            await Subscriber.RunAsync<Events.FanOut>(plane);
        }
    }

    [TestMethod]
    public async Task Close_WithAnUnpaidInvoice_SaysThat_UntilItIsCancelled()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SellAsAsync(Billing.Seller);
        var customer = await plane.CustomerAsync();
        long owner = await PersonAsync(plane, customer.Id, "owner@example.com");
        await plane.BillToAsync(customer.Id, "DE");
        var invoice = await plane.InvoiceAsync(customer.Id);
        Task<Result> CloseAsync() =>
            plane.AskAsync((CloseAccount close) => close.ExecuteAsync(new(new(customer.Id, owner)), default));

        Assert.AreEqual("customer.owes", (await CloseAsync()).Codes());
        Assert.AreEqual("", (await plane.CreditAsync(invoice)).Codes());
        Assert.AreEqual("", (await CloseAsync()).Codes());
    }

    [TestMethod]
    public async Task Close_WhileSomethingIsOwed_SaysWhat_AndThenRemovesTheCustomer()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        long owner = await PersonAsync(plane, ann.Id, "owner@example.com");
        long admin = await PersonAsync(plane, ann.Id, "admin@example.com", MemberRole.Admin);
        var running = await ann.BuyAsync(await Subscriber.PlanAsync(plane), 2900);
        await ann.CreditAsync(100);
        Task<Result> CloseAsync(long user) =>
            plane.AskAsync((CloseAccount close) => close.ExecuteAsync(new(new(ann.Id, user)), default));

        Assert.AreEqual("team.owners_only", (await CloseAsync(admin)).Codes());
        Assert.AreEqual("customer.subscribed customer.has_money", (await CloseAsync(owner)).Codes());
        await plane.AskAsync((CancelSubscription cancel) => cancel.EndNowAsync(running.Id, credit: false, default));
        Assert.AreEqual("customer.has_money", (await CloseAsync(owner)).Codes());
        await plane.AskAsync((ChargeWallet charge) => charge.ExecuteAsync(new(ann.Id, 100, "USD", "spent"), default));

        Assert.AreEqual("", (await CloseAsync(owner)).Codes());

        Assert.AreEqual(0, await plane.Database.ScalarAsync<long>($"select count(*) from users where customer_id = {ann.Id}"));
        Assert.AreEqual(1, await plane.Database.ScalarAsync<long>("select count(*) from invoices"), "the books stay");
    }
}
