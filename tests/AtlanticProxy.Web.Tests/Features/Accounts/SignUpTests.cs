using System.Net;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features.Accounts;

[TestClass]
public sealed class SignUpTests
{
    private const string Ann = "ann@shop.example", Settings = "/admin/settings/sign-up";

    private static async Task<SeededPortal> StartAsync(Action<PortalOptions>? configure = null)
    {
        var portal = await MailingPortal.StartAsync(configure);
        await SetAsync(portal, SignUpMode.On);
        return portal;
    }

    private static async Task SetAsync(SeededPortal portal, SignUpMode mode, long? plan = null, string? terms = null) =>
        Assert.IsTrue((await portal.Portal.UseAsync((SetSignUp set) => set.ExecuteAsync(new(mode, plan, terms), default)))
            .IsSuccess);

    private static Dictionary<string, string> Wanting(string email = Ann) =>
        new() { ["Email"] = email, ["Password"] = RunningPortal.Password, ["Company"] = "Ann <Co>" };

    private static async Task<string> CodeAsync(SeededPortal portal, string email = Ann) =>
        (await portal.LastMailAsync(email, "verify")).Split("your code is ")[1][..6];

    private static Dictionary<string, string> Typing(string code) => new() { ["Code"] = code };

    private static Task<long> CountAsync(SeededPortal portal, string email = Ann) => portal.Portal.Database.ScalarAsync<long>(
        $"select count(*) from customers join users on users.customer_id = customers.id where customers.email = '{email}'");

    [TestMethod]
    public async Task SignUp_CodeTyped_MakesTheCustomerWithThePlanAndLetsIn()
    {
        var portal = await MailingPortal.StartAsync();
        await using var running = portal.Portal;
        var plan = (await running.UseAsync((CreatePlan create) => create.ExecuteAsync(
            new("Starter", PlanKind.Subscription, 0, "USD", 1_000_000_000), default))).Value;
        await SetAsync(portal, SignUpMode.On, plan.Id, "https://shop.example/terms");
        using var visitor = portal.Anyone();
        Assert.Contains("href=\"/sign-up\"", (await visitor.GetAsync("/sign-in")).Body);
        Assert.Contains("href=\"https://shop.example/terms\"", (await visitor.GetAsync("/sign-up")).Body);
        var disagreed = await visitor.PostAsync("/sign-up", Wanting());
        Assert.Contains("id=\"AgreesToTerms-error\">Read the terms", disagreed.Body);
        Assert.DoesNotContain(RunningPortal.Password, disagreed.Body);

        var waiting = await visitor.FollowAsync(
            await visitor.PostAsync("/sign-up", new(Wanting(" ANN@shop.example")) { ["AgreesToTerms"] = "true" }));

        Assert.Contains($"We sent an email to {Ann}", waiting.Text);
        Assert.AreEqual(0, await CountAsync(portal), "nothing is made before the address is proved");
        Assert.AreEqual(HttpStatusCode.BadRequest, (await visitor.PostAsync("/sign-in",
            new() { ["Email"] = Ann, ["Password"] = RunningPortal.Password })).Status);
        var welcomed = await visitor.FollowAsync(await visitor.FollowAsync(
            await visitor.PostAsync("/sign-up/code", Typing($" {await CodeAsync(portal)} "))));
        Assert.Contains("Welcome: your account is ready.", welcomed.Text);
        Assert.AreEqual("Ann <Co>/Starter/true", await running.Database.ScalarAsync<string>($"""
            select c.name || '/' || p.name || '/' || (c.terms_agreed_at is not null) from customers c
            join plans p on p.id = c.plan_id where c.email = '{Ann}'
            """));
        Assert.AreEqual(1, await running.Database.ScalarAsync<long>(
            "select count(*) from events where kind = 'customer_created' and customer_id is not null"), "the welcome mail");
        Assert.AreEqual(0, await running.Database.ScalarAsync<long>("select count(*) from sign_ups"));
        using var later = portal.Anyone();
        await later.SignInAsync(Ann);
    }

    [TestMethod]
    public async Task SignUp_InFrench_GetsMailInFrench_AndSoWillTheCustomer()
    {
        var portal = await StartAsync();
        await using var running = portal.Portal;
        using var visitor = portal.Anyone();
        visitor.Http.DefaultRequestHeaders.Add("Accept-Language", "fr");

        await visitor.PostAsync("/sign-up", Wanting());

        string mail = await portal.LastMailAsync(Ann, "verify");
        Assert.Contains("votre code est", mail);
        await visitor.PostAsync("/sign-up/code", Typing(mail.Split("votre code est ")[1][..6]));
        Assert.AreEqual("fr", await running.Database.ScalarAsync<string>(
            $"select language from customers where email = '{Ann}'"));
    }

    [TestMethod]
    public async Task SignUp_Link_AsksForThePasswordThatWasChosen()
    {
        var portal = await StartAsync();
        await using var running = portal.Portal;
        using var visitor = portal.Anyone();
        await visitor.PostAsync("/sign-up", Wanting());
        string link = await portal.MailedLinkAsync(Ann, "verify"), token = MailingPortal.TokenOf(link);
        using var elsewhere = portal.Anyone();

        Assert.Contains($"that you chose for {Ann}", (await elsewhere.GetAsync(link)).Text);
        Assert.Contains("id=\"Password-error\"", (await elsewhere.PostAsync("/sign-up/confirm",
            new() { ["Token"] = token, ["Password"] = "what a stranger chose" })).Body);
        Assert.AreEqual(0, await CountAsync(portal));
        Dictionary<string, string> right = new() { ["Token"] = token, ["Password"] = RunningPortal.Password };
        Assert.AreEqual("/", (await elsewhere.PostAsync("/sign-up/confirm", right)).Location);

        using var third = portal.Anyone();
        Assert.Contains("This link no longer works", (await third.PostAsync("/sign-up/confirm", right)).Text);
        Assert.Contains("This code no longer works", (await visitor.GetAsync("/sign-up/code")).Text);
        Assert.AreEqual(1, await CountAsync(portal));
    }

    [TestMethod]
    public async Task SignUp_AddressWithAnAccount_IsAnsweredAlikeAndToldByMail()
    {
        var portal = await StartAsync();
        await using var running = portal.Portal;
        var present = await portal.AddCustomerAsync();
        using var visitor = portal.Anyone();

        var fresh = await visitor.FollowAsync(await visitor.PostAsync("/sign-up", Wanting()));
        using var other = portal.Anyone();
        var taken = await other.FollowAsync(await other.PostAsync("/sign-up", Wanting(present.Email)));

        Assert.AreEqual(Blank(fresh, Ann), Blank(taken, present.Email));
        Assert.AreEqual(0, await portal.CountMailsAsync(present.Email, "verify"));
        Assert.Contains($"{MailingPortal.Host}/forgot-password", await portal.LastMailAsync(present.Email, "account_exists"));
        var wrong = await other.PostAsync("/sign-up/code", Typing("000000"));
        Assert.Contains("id=\"Code-error\"", wrong.Body);
        await other.SignInAsync(present.Email);

        static string Blank(Answer answer, string email) => System.Text.RegularExpressions.Regex.Replace(
            answer.Body.Replace(email, "", StringComparison.Ordinal), "value=\"[^\"]+\"", "");
    }

    [TestMethod]
    public async Task SignUp_CodeInAnotherBrowserOrGuessedTooOften_IsWorthNothing()
    {
        var portal = await StartAsync();
        await using var running = portal.Portal;
        using var visitor = portal.Anyone();
        using var thief = portal.Anyone();
        await visitor.PostAsync("/sign-up", Wanting());
        string code = await CodeAsync(portal), wrong = code == "111111" ? "222222" : "111111";

        Assert.Contains("This code no longer works", (await thief.PostAsync("/sign-up/code", Typing(code))).Text);
        for (int i = 0; i < 4; i++)
            Assert.Contains("id=\"Code-error\"", (await visitor.PostAsync("/sign-up/code", Typing(wrong))).Body);
        Assert.Contains("This code no longer works", (await visitor.PostAsync("/sign-up/code", Typing(wrong))).Text);
        Assert.Contains("This code no longer works", (await visitor.PostAsync("/sign-up/code", Typing(code))).Text);
        Assert.AreEqual(0, await CountAsync(portal));
    }

    [TestMethod]
    public async Task SignUp_AfterHalfAnHour_IsOver()
    {
        var portal = await StartAsync();
        await using var running = portal.Portal;
        using var visitor = portal.Anyone();
        await visitor.PostAsync("/sign-up", Wanting());
        string code = await CodeAsync(portal);
        await running.Database.ExecuteAsync("update sign_ups set expires_at = expires_at - interval '30 minutes'");

        Assert.Contains("This code no longer works", (await visitor.PostAsync("/sign-up/code", Typing(code))).Text);
        Assert.Contains("This link no longer works",
            (await visitor.GetAsync(await portal.MailedLinkAsync(Ann, "verify"))).Text);
    }

    [TestMethod]
    [DataRow(SignUpMode.Off), DataRow(SignUpMode.Invitation)]
    public async Task SignUp_NotOn_SaysSoAndMakesNothing(SignUpMode mode)
    {
        var portal = await MailingPortal.StartAsync();
        await using var running = portal.Portal;
        await SetAsync(portal, mode);
        using var visitor = portal.Anyone();

        Assert.DoesNotContain("href=\"/sign-up\"", (await visitor.GetAsync("/sign-in")).Body);
        Assert.Contains("Sign-up is by invitation only. Contact support.", (await visitor.GetAsync("/sign-up")).Text);
        Assert.AreEqual(HttpStatusCode.Conflict, (await visitor.PostAsync("/sign-up", Wanting())).Status);
        Assert.AreEqual(0, await running.Database.ScalarAsync<long>("select count(*) from mails"));
    }

    [TestMethod]
    public async Task SignUp_TooOftenFromOneNetwork_Waits()
    {
        var portal = await StartAsync(options => options.SignUpsPerAddress = 2);
        await using var running = portal.Portal;
        using var visitor = portal.Anyone();
        for (int i = 0; i < 2; i++)
            Assert.AreEqual("/sign-up/code", (await visitor.PostAsync("/sign-up", Wanting($"a{i}@shop.example"))).Location);

        Assert.AreEqual(HttpStatusCode.TooManyRequests, (await visitor.PostAsync("/sign-up", Wanting())).Status);
        Assert.AreEqual(HttpStatusCode.Redirect,
            (await visitor.PostAsync("/forgot-password", new() { ["Email"] = Ann })).Status, "a reset is still served");
    }

    [TestMethod]
    public async Task SignUp_WithSomethingWrong_SaysWhatBesideItsField()
    {
        var portal = await StartAsync();
        await using var running = portal.Portal;
        using var visitor = portal.Anyone();

        foreach (var (field, value) in new[]
            { ("Email", "no address"), ("Password", "short"), ("Company", new string('x', 101)) })
        {
            var refused = await visitor.PostAsync("/sign-up", new(Wanting()) { [field] = value });
            Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status, field);
            Assert.Contains($"id=\"{field}-error\"", refused.Body);
        }
    }

    [TestMethod]
    public async Task Settings_SavedByTheOwner_AreShown()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        Assert.Contains("Set the <a href=\"/admin/settings/mail/server\">mail server</a>",
            System.Text.RegularExpressions.Regex.Replace((await owner.GetAsync(Settings)).Body, @"\s+", " "));

        Assert.Contains("id=\"TermsUrl-error\"", (await owner.PostAsync(Settings,
            new() { ["Mode"] = "On", ["TermsUrl"] = "javascript:alert(1)" })).Body);
        Assert.Contains("id=\"PlanId-error\"",
            (await owner.PostAsync(Settings, new() { ["Mode"] = "On", ["PlanId"] = "999" })).Body);
        var saved = await owner.FollowAsync(await owner.PostAsync(Settings,
            new() { ["Mode"] = "Invitation", ["TermsUrl"] = "https://shop.example/terms" }));

        Assert.Contains("Saved.", saved.Text);
        Assert.Contains("<option selected=\"selected\" value=\"Invitation\">", saved.Body);
        Assert.Contains("No changes", (await owner.FollowAsync(await owner.PostAsync(Settings,
            new() { ["Mode"] = "Invitation", ["TermsUrl"] = "https://shop.example/terms",
                ["version"] = Shop.VersionOf(saved) }))).Text);
    }
}
