using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Features.Accounts;

[TestClass]
public sealed partial class SecondFactorTests
{
    private const string Page = "/security/second-factor";

    private static Dictionary<string, string> Typing(string code) => new() { ["Code"] = code };

    private static Dictionary<string, string> Password(string email) =>
        new() { ["Email"] = email, ["Password"] = RunningPortal.Password };

    private static async Task<(Authenticator App, List<string> Codes)> EnrolAsync(Visitor visitor)
    {
        var app = new Authenticator(Secret().Match((await visitor.GetAsync(Page)).Body).Groups[1].Value);
        var done = await visitor.PostAsync(Page, Typing(app.Next()));
        Assert.AreEqual(HttpStatusCode.OK, done.Status, done.Text);
        return (app, [.. RecoveryCode().Matches(done.Text).Select(match => match.Value)]);
    }

    [TestMethod]
    public async Task Enrolled_SignInAsksForACodeThatCountsOnce()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync(customer.Email);
        using var elsewhere = await portal.SignedInAsync(customer.Email);
        Assert.Contains("<svg", (await visitor.GetAsync(Page)).Body);
        Assert.Contains("id=\"Code-error\"", (await visitor.PostAsync(Page, Typing("000000"))).Body);
        using (var before = portal.Anyone())
            await before.SignInAsync(customer.Email);

        var (app, codes) = await EnrolAsync(visitor);

        Assert.HasCount(10, codes.Distinct());
        Assert.Contains("10 recovery codes left", (await visitor.GetAsync("/security")).Text, "this session goes on");
        Assert.StartsWith("/sign-in?", (await elsewhere.GetAsync("/overview")).Location, "the others have ended");
        using var another = portal.Anyone();
        var half = await another.PostAsync("/sign-in", new(Password(customer.Email)) { ["ReturnUrl"] = "/wallet" });
        Assert.AreEqual("/sign-in/code?returnUrl=%2Fwallet", half.Location);
        Assert.StartsWith("/sign-in?", (await another.GetAsync("/overview")).Location, "the password alone opens nothing");
        string code = app.Next();
        Assert.AreEqual("/wallet", (await another.PostAsync("/sign-in/code",
            new(Typing(code)) { ["ReturnUrl"] = "/wallet" })).Location);
        Assert.AreEqual(HttpStatusCode.OK, (await another.GetAsync("/overview")).Status);

        using var thief = portal.Anyone();
        await thief.PostAsync("/sign-in", Password(customer.Email));
        Assert.Contains("was already used", (await thief.PostAsync("/sign-in/code", Typing(code))).Text);
        Assert.AreEqual("/", (await thief.PostAsync("/sign-in/code", Typing(codes[0].ToLowerInvariant()))).Location);
        using var again = portal.Anyone();
        await again.PostAsync("/sign-in", Password(customer.Email));
        Assert.Contains("id=\"Code-error\"", (await again.PostAsync("/sign-in/code", Typing(codes[0]))).Body);
        Assert.Contains("9 recovery codes left", (await visitor.GetAsync("/security")).Text);
    }

    [TestMethod]
    public async Task Code_WithoutThePassword_LeadsToSignIn()
    {
        var portal = await SeededPortal.SharedAsync();
        using var stranger = portal.Anyone();
        Assert.AreEqual("/sign-in", (await stranger.GetAsync("/sign-in/code")).Location);
        using var visitor = portal.Anyone();
        visitor.Http.DefaultRequestHeaders.Add("Cookie", "atlantic-second-step=forged");

        Assert.AreEqual("/sign-in", (await visitor.GetAsync("/sign-in/code")).Location);
        Assert.AreEqual("/sign-in", (await visitor.PostAsync("/sign-in/code", Typing("123456"))).Location);
    }

    [TestMethod]
    public async Task Code_AfterThePasswordHasChanged_LeadsToSignIn()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync(customer.Email);
        var (app, _) = await EnrolAsync(visitor);
        using var thief = portal.Anyone();
        await thief.PostAsync("/sign-in", Password(customer.Email));
        Assert.AreEqual(HttpStatusCode.OK, (await thief.GetAsync("/sign-in/code")).Status);

        await visitor.PostAsync("/account/password", new()
        {
            ["Password"] = RunningPortal.Password, ["NewPassword"] = "another long password",
            ["Repeated"] = "another long password",
        });

        Assert.AreEqual("/sign-in", (await thief.PostAsync("/sign-in/code", Typing(app.Next()))).Location);
    }

    [TestMethod]
    public async Task Code_TypedTooLate_LeadsToSignIn()
    {
        var time = new SetTime(flows: true);
        var portal = await SeededPortal.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        await using var running = portal.Portal;
        using var visitor = await portal.SignedInAsync(SeededPortal.Owner);
        var app = new Authenticator(Secret().Match((await visitor.GetAsync(Page)).Body).Groups[1].Value, time);
        await visitor.PostAsync(Page, Typing(app.Next()));
        using var late = portal.Anyone();
        await late.PostAsync("/sign-in", Password(SeededPortal.Owner));
        Assert.AreEqual(HttpStatusCode.OK, (await late.GetAsync("/sign-in/code")).Status);

        time.Advance(TimeSpan.FromMinutes(10));

        Assert.AreEqual("/sign-in", (await late.PostAsync("/sign-in/code", Typing(app.Next()))).Location);
    }

    [TestMethod]
    public async Task TurnOff_AfterManyWrongTries_Waits()
    {
        var portal = await SeededPortal.StartAsync(options => options.SignInsPerAccount = 2);
        await using var running = portal.Portal;
        using var visitor = await portal.SignedInAsync(SeededPortal.Support);
        var (app, _) = await EnrolAsync(visitor);
        for (int i = 0; i < 10; i++)
            Assert.AreEqual(HttpStatusCode.BadRequest, (await visitor.PostAsync($"{Page}/codes", Typing("wrong"))).Status);

        string code = app.Next();
        Assert.AreEqual(HttpStatusCode.TooManyRequests, (await visitor.PostAsync($"{Page}/codes", Typing(code))).Status);
        Assert.AreEqual(HttpStatusCode.TooManyRequests, (await OffAsync(RunningPortal.Password)).Status, "codes are counted");
        for (int i = 0; i < 2; i++)
            Assert.AreEqual(HttpStatusCode.BadRequest, (await OffAsync("not the password")).Status);
        Assert.AreEqual(HttpStatusCode.TooManyRequests, (await OffAsync(RunningPortal.Password)).Status, "passwords, too");

        Task<Answer> OffAsync(string password) =>
            visitor.PostAsync($"{Page}/off", new(Typing(code)) { ["Password"] = password });
    }

    [TestMethod]
    public async Task TurnOff_WhereItIsOff_SaysSo()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync(customer.Email);

        var refused = await visitor.PostAsync($"{Page}/off", new(Typing("123456")) { ["Password"] = RunningPortal.Password });

        Assert.AreEqual(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("The second factor is not on.", refused.Text);
    }

    [TestMethod]
    public async Task Code_GuessedTooOften_WaitsButNotInTheOwnersBrowser()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync(customer.Email);
        var (app, _) = await EnrolAsync(visitor);
        using var thief = portal.Anyone();
        await thief.PostAsync("/sign-in", Password(customer.Email));
        for (int i = 0; i < 10; i++)
            Assert.AreEqual(HttpStatusCode.BadRequest, (await thief.PostAsync("/sign-in/code", Typing("wrong"))).Status);

        string code = app.Next();
        Assert.AreEqual(HttpStatusCode.TooManyRequests, (await thief.PostAsync("/sign-in/code", Typing(code))).Status);

        await visitor.PostAsync("/sign-out");
        await visitor.PostAsync("/sign-in", Password(customer.Email));
        Assert.AreEqual("/", (await visitor.PostAsync("/sign-in/code", Typing(code))).Location);
    }

    [TestMethod]
    public async Task TurnOff_NeedsThePasswordAndACode()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync(customer.Email);
        var (app, codes) = await EnrolAsync(visitor);
        Assert.AreEqual("/security", (await visitor.GetAsync(Page)).Location, "it is on: no other secret is shown");

        Assert.Contains("id=\"Password-error\"", (await visitor.PostAsync($"{Page}/off",
            new(Typing(codes[0])) { ["Password"] = "not the password" })).Body);
        Assert.Contains("id=\"Code-error\"", (await visitor.PostAsync($"{Page}/off",
            new(Typing("000000")) { ["Password"] = RunningPortal.Password })).Body);
        var renewed = await visitor.PostAsync($"{Page}/codes", Typing(codes[0]));
        Assert.AreEqual(10, RecoveryCode().Count(renewed.Text));
        Assert.Contains("id=\"Code-error\"", (await visitor.PostAsync($"{Page}/codes", Typing(codes[1]))).Body, "replaced");
        var off = await visitor.FollowAsync(await visitor.PostAsync($"{Page}/off",
            new(Typing(app.Next())) { ["Password"] = RunningPortal.Password }));

        Assert.Contains("The second factor is off.", off.Text);
        using var another = portal.Anyone();
        await another.SignInAsync(customer.Email);
        Assert.AreEqual(0, await portal.Portal.Database.ScalarAsync<long>($"""
            select count(*) from user_recovery_codes c join users u on u.id = c.user_id where u.email = '{customer.Email}'
            """));
    }

    [TestMethod]
    public async Task Reset_ByTheOwner_LetsInWithThePasswordAlone()
    {
        var portal = await SeededPortal.SharedAsync();
        var (customer, other) = (await portal.AddCustomerAsync(), await portal.AddCustomerAsync());
        using var visitor = await portal.SignedInAsync(customer.Email);
        await EnrolAsync(visitor);
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        long login = await portal.Portal.Database.ScalarAsync<long>($"select id from users where email = '{customer.Email}'");
        string reset = $"/admin/customers/{customer.Id}/logins/{login}/second-factor/reset";
        Assert.Contains(reset, (await owner.GetAsync($"/admin/customers/{customer.Id}")).Body);
        Assert.Contains($"Reset the second factor of {customer.Email}?", (await owner.GetAsync(reset)).Text);
        Assert.AreEqual(HttpStatusCode.NotFound,
            (await owner.PostAsync($"/admin/customers/{other.Id}/logins/{login}/second-factor/reset")).Status, "another's login");
        Assert.AreEqual(HttpStatusCode.NotFound,
            (await owner.PostAsync($"/admin/staff/{login}/second-factor/reset")).Status, "not one of the staff");

        var done = await owner.FollowAsync(await owner.PostAsync(reset));

        Assert.Contains("now signs in with the password only", done.Text);
        Assert.StartsWith("/sign-in?", (await visitor.GetAsync("/overview")).Location);
        using var another = portal.Anyone();
        await another.SignInAsync(customer.Email);
        Assert.Contains("The second factor is not on.", (await owner.FollowAsync(await owner.PostAsync(reset))).Text);
    }

    [TestMethod]
    public async Task Required_StaffWithoutOne_AreToldAndThenLedToIt()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        using var support = await portal.SignedInAsync(SeededPortal.Support);
        using var theCustomer = await portal.SignedInAsync(customer.Email);
        Assert.Contains("Optional", (await owner.GetAsync("/admin/staff")).Text);
        Assert.AreEqual(HttpStatusCode.BadRequest, (await owner.PostAsync("/admin/staff/second-factor")).Status);
        Assert.Contains("have 7 days to turn it on",
            (await owner.FollowAsync(
                await owner.PostAsync("/admin/staff/second-factor", new() { ["required"] = "true" }))).Text);
        Assert.Contains("Staff need a second factor from", (await support.GetAsync("/admin")).Text);

        await running.Database.ExecuteAsync("""
            update site set staff_second_factor_since = now() - interval '8 days';
            update users set created_at = now() - interval '8 days' where role = 'Support'
            """);

        foreach (string page in new[] { "/admin", "/admin/customers", "/", "/security" })
            Assert.AreEqual(Page, (await support.GetAsync(page)).Location, page);
        Assert.AreEqual(Page, (await support.PostAsync("/admin/settings/mail/1/resend")).Location);
        Assert.AreEqual(HttpStatusCode.OK, (await owner.GetAsync("/admin")).Status, "a younger account has its own grace");
        Assert.AreEqual(HttpStatusCode.OK, (await theCustomer.GetAsync("/overview")).Status, "customers need none");
        await EnrolAsync(support);
        Assert.AreEqual(HttpStatusCode.OK, (await support.GetAsync("/admin")).Status);
        long id = await running.Database.ScalarAsync<long>("select id from users where role = 'Support'");
        Assert.Contains($"/admin/staff/{id}/second-factor/reset", (await owner.GetAsync("/admin/staff")).Body);
        long own = await running.Database.ScalarAsync<long>("select id from users where role = 'Owner'");
        await EnrolAsync(owner);
        Assert.AreEqual($"{Page}/off", (await owner.PostAsync($"/admin/staff/{own}/second-factor/reset")).Location,
            "one's own needs password and code");
        Assert.Contains("10 recovery codes left", (await owner.GetAsync("/security")).Text);
        Assert.Contains("Reset the second factor of support@test.example?",
            (await owner.GetAsync($"/admin/staff/{id}/second-factor/reset")).Text);
        Assert.Contains("now signs in with the password only",
            (await owner.FollowAsync(await owner.PostAsync($"/admin/staff/{id}/second-factor/reset"))).Text);
        using var after = await portal.SignedInAsync(SeededPortal.Support);
        Assert.AreEqual(Page, (await after.GetAsync("/admin")).Location);
        Assert.Contains("Staff no longer need a second factor.",
            (await owner.FollowAsync(
                await owner.PostAsync("/admin/staff/second-factor", new() { ["required"] = "false" }))).Text);
        Assert.AreEqual(HttpStatusCode.OK, (await after.GetAsync("/admin")).Status);
    }

    [GeneratedRegex("<code id=\"secret\">([A-Z2-7]+)</code>")]
    private static partial Regex Secret();

    /// <summary>A line of its own: a piece of an antiforgery token may look like a code.</summary>
    [GeneratedRegex("(?<=^|>)[A-Z0-9]{5}-[A-Z0-9]{5}(?=$|<)", RegexOptions.Multiline)]
    private static partial Regex RecoveryCode();
}
