using System.Security.Cryptography;
using System.Text;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.DesiredState;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.ControlPlane.Tests.Mail;
using LinqToDB.Async;

namespace AtlanticProxy.ControlPlane.Tests.Accounts;

[TestClass]
public sealed class SignUpRuleTests
{
    private const string Password = "correct horse battery";

    private static async Task<(ControlPlaneTest Plane, long Plan)> StartAsync()
    {
        var plane = await ControlPlaneTest.StartAsync();
        await plane.MailThroughAsync(port: 9);
        await plane.AskAsync((SetHost set) => set.ExecuteAsync(new("shop.example", null, false), default));
        long plan = (await plane.AskAsync((CreatePlan create) => create.ExecuteAsync(
            new("Starter", PlanKind.Subscription, 0, "USD", 1_000_000_000), default))).Value.Id;
        Assert.AreEqual("", (await plane.AskAsync((SetSignUp set) =>
            set.ExecuteAsync(new(SignUpMode.On, plan, null), default))).Codes());
        return (plane, plan);
    }

    private static async Task<(string Page, string Code)> AskAsync(ControlPlaneTest plane, string email = "ann@example.com")
    {
        var page = await plane.AskAsync((RequestSignUp request) => request.ExecuteAsync(new(email, Password), default));
        string mail = await plane.Database.ScalarAsync<string>("select text_body from mails order by id desc limit 1");
        return (page.Value, mail.Split("your code is ")[1][..6]);
    }

    private static Task<Result<AppUser>> ConfirmAsync(ControlPlaneTest plane, string page, string code) =>
        plane.AskAsync((ConfirmSignUp confirm) => confirm.ByCodeAsync(page, code, default));

    [TestMethod]
    public async Task Confirm_OfTwoAtOnceAndOfTheSameAddressTwice_OneMakesAnAccount()
    {
        var (plane, _) = await StartAsync();
        await using var running = plane;
        var (first, firstCode) = await AskAsync(plane);
        var (second, secondCode) = await AskAsync(plane);

        var all = await Task.WhenAll(ConfirmAsync(plane, first, firstCode), ConfirmAsync(plane, first, firstCode),
            ConfirmAsync(plane, second, secondCode));

        Assert.AreEqual(1, all.Count(done => done.IsSuccess));
        Assert.AreEqual(1, await plane.Database.ScalarAsync<long>("select count(*) from customers"));
        Assert.AreEqual(1, await plane.Database.ScalarAsync<long>("select count(*) from users"));
    }

    [TestMethod]
    public async Task Confirm_WhereStaffHaveAddedTheAddressMeanwhile_IsOver()
    {
        var (plane, _) = await StartAsync();
        await using var running = plane;
        var (page, code) = await AskAsync(plane);
        await plane.CustomerAsync();

        Assert.AreEqual("account.sign_up_over", (await ConfirmAsync(plane, page, code)).Codes());
    }

    [TestMethod]
    public async Task Confirm_WhereOneOfTheStaffHasTheAddressMeanwhile_MakesNothing()
    {
        var (plane, _) = await StartAsync();
        await using var running = plane;
        var (page, code) = await AskAsync(plane);
        await plane.AskAsync((CreateStaffUser create) =>
            create.ExecuteAsync(new("ann@example.com", Password, Roles.Support), default));

        Assert.AreEqual("account.sign_up_over", (await ConfirmAsync(plane, page, code)).Codes());
        Assert.AreEqual(0, await plane.Database.ScalarAsync<long>("select count(*) from customers"));
    }

    [TestMethod]
    public async Task Confirm_WithAPlanThatWasWithdrawn_GivesNone()
    {
        var (plane, plan) = await StartAsync();
        await using var running = plane;
        var (page, code) = await AskAsync(plane);
        await plane.AskAsync((SetPlanState set) => set.ExecuteAsync(new(plan, false), default));

        Assert.AreEqual("", (await ConfirmAsync(plane, page, code)).Codes());

        Assert.IsNull((await plane.AskAsync((CustomerQueries customers) =>
            customers.FindByEmailAsync("ann@example.com", default))).Value.PlanId);
    }

    [TestMethod]
    public async Task Plan_OfWhoSignsUp_IsNotRemoved()
    {
        var (plane, plan) = await StartAsync();
        await using var running = plane;

        Assert.AreEqual("plan.in_use", (await RemoveAsync()).Codes());

        await plane.AskAsync((SetSignUp set) => set.ExecuteAsync(new(SignUpMode.On, null, null), default));
        Assert.AreEqual("", (await RemoveAsync()).Codes());

        Task<Result> RemoveAsync() => plane.AskAsync((RemovePlan remove) => remove.ExecuteAsync(new(plan), default));
    }

    [TestMethod]
    public async Task Mail_NotSetUp_NeitherSignsUpNorInvites()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.AskAsync((SetSignUp set) => set.ExecuteAsync(new(SignUpMode.On, null, null), default));
        var customer = await plane.CustomerAsync();

        Assert.AreEqual("account.no_mail", (await plane.AskAsync((RequestSignUp request) =>
            request.ExecuteAsync(new("bob@example.com", Password), default))).Codes());
        Assert.AreEqual("account.no_mail", (await plane.AskAsync((InviteCustomer invite) =>
            invite.ExecuteAsync(new(customer.Id), default))).Codes());
    }

    [TestMethod]
    public async Task Invitation_IsKeptHashedForAWeekAndNothingElseOpensIt()
    {
        var (plane, _) = await StartAsync();
        await using var running = plane;
        var customer = await plane.CustomerAsync();
        await plane.AskAsync((InviteCustomer invite) => invite.ExecuteAsync(new(customer.Id), default));
        string mail = await plane.Database.ScalarAsync<string>("select text_body from mails order by id desc limit 1");
        string token = mail.Split("token=")[1].Split('\n')[0].Trim();

        var kept = await plane.AskAsync((AtlanticDb db) => db.Invitations.SingleAsync());

        Assert.AreEqual((customer.Id, plane.Time.Now, plane.Time.Now + TimeSpan.FromDays(7)),
            (kept.CustomerId, kept.CreatedAt, kept.ExpiresAt));
        CollectionAssert.AreEqual(SHA256.HashData(Encoding.UTF8.GetBytes(token)), kept.TokenHash);
        Assert.AreEqual("account.invitation_over", (await AcceptAsync($"{token}x")).Codes());
        Assert.AreEqual("", (await AcceptAsync(token)).Codes());
        Assert.AreEqual("account.invitation_over", (await AcceptAsync(token)).Codes());

        Task<Result<AppUser>> AcceptAsync(string given) => plane.AskAsync((AcceptInvitation accept) =>
            accept.ExecuteAsync(new(given, Password), default));
    }

    [TestMethod]
    public void Requests_InALogLine_KeepTheirSecrets()
    {
        foreach (object request in new object[]
        {
            new RequestSignUp.Request("ann@example.com", "hush-hush"), new AcceptInvitation.Request("hush-token", "hush-hush"),
            new ResetPassword.Request("hush-token", "hush-hush"), new Enrolment("ann@example.com", "hush-secret"),
        })
            Assert.DoesNotContain("hush", $"{request}");
    }

    [TestMethod]
    public async Task Invitation_OfNobody_IsRefused()
    {
        var (plane, _) = await StartAsync();
        await using var running = plane;

        Assert.AreEqual("customer.not_found",
            (await plane.AskAsync((InviteCustomer invite) => invite.ExecuteAsync(new(999), default))).Codes());
    }

    [TestMethod]
    public async Task Apply_OfTheSite_SetsSignUpAndSecondFactorOnce()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        const string document = """
            { "site": { "signUp": { "mode": "on", "plan": "Home", "termsUrl": "https://example.com/terms" },
                        "staffSecondFactor": true },
              "plans": [{ "name": "Home", "kind": "subscription", "price": 0, "currency": "USD", "includedGb": 1 }] }
            """;

        Assert.AreEqual("site: second factor of staff required, plan Home: added, site: sign-up on", await ApplyAsync(document));
        Assert.AreEqual("", await ApplyAsync(document));
        Assert.AreEqual(new SignUpSettings(SignUpMode.On, 1, "Home", "https://example.com/terms"),
            await plane.AskAsync((SiteQueries site) => site.SignUpAsync(default)));
        Assert.AreEqual("site: sign-up invitation",
            await ApplyAsync("""{ "site": { "signUp": { "mode": "invitation", "plan": "" } } }"""));
        foreach (var (wrong, place) in new[] { ("\"mode\": \"maybe\"", "site.signUp.mode"),
            ("\"plan\": \"none\"", "site.signUp.plan"), ("\"termsUrl\": \"x\"", "site.signUp.termsUrl") })
            StringAssert.StartsWith(await ApplyAsync($$"""{ "site": { "signUp": { {{wrong}} } } }"""), $"{place}: ");

        async Task<string> ApplyAsync(string text)
        {
            var applied = await plane.AskAsync((ApplyDesiredState apply) => apply.ExecuteAsync(new(text), default));
            return applied.IsSuccess ? string.Join(", ", applied.Value) : applied.Errors[0].Message;
        }
    }
}
