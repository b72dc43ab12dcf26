using System.Net;
using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Features.Accounts;

[TestClass]
public sealed partial class StepUpTests
{
    private const string Question = "Confirm it is you";

    private static readonly TimeSpan Span = TimeSpan.FromMinutes(10);

    private readonly SetTime _time = new(flows: true);

    private Task<SeededPortal> StartAsync() => SeededPortal.StartAsync(
        options => options.SignInsPerAccount = 3, services => services.AddSingleton<TimeProvider>(_time));

    private static Dictionary<string, string> With(string answer, Dictionary<string, string>? fields = null) =>
        new(fields ?? []) { ["StepUpAnswer"] = answer };

    [TestMethod]
    public async Task Form_SentLongAfterTheSignIn_AsksForThePassword_AndGoesOnWithWhatWasTyped()
    {
        var portal = await StartAsync();
        await using var running = portal.Portal;
        var customer = await portal.AddCustomerAsync();
        string member = await portal.AddMemberAsync(customer, MemberRole.Viewer);
        using var visitor = await portal.SignedInAsync(customer.Email);
        string reveal = $"/credentials/{customer.ProxyUserId}/reveal";
        Assert.AreEqual(HttpStatusCode.Redirect, (await visitor.PostAsync(reveal)).Status, "signing in counts");
        _time.Advance(Span);
        long viewer = await portal.Portal.Database.ScalarAsync<long>($"select id from users where email = '{member}'");
        string change = $"/team/{viewer}/role";
        var typed = new Dictionary<string, string> { ["role"] = "Developer", ["why"] = "\"a\" & b" };

        var asked = await visitor.PostAsync(change, typed);

        Assert.AreEqual(HttpStatusCode.OK, asked.Status);
        Assert.Contains(Question, asked.Text);
        Assert.Contains("name=\"role\" value=\"Developer\"", asked.Body);
        Assert.Contains("name=\"why\" value=\"&quot;a&quot; &amp; b\"", asked.Body);
        Assert.HasCount(
            1, Token().Matches(asked.Body.Split("</main>")[0].Split("Confirm it is you</h1>")[1]), "once, of this page");
        var wrong = await visitor.PostAsync(change, With("not the password", typed));
        Assert.AreEqual(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Contains("The password is incorrect.", wrong.Text);
        Assert.Contains("value=\"Developer\"", wrong.Body);
        Assert.DoesNotContain("not the password", wrong.Body);

        Assert.AreEqual("/team", (await visitor.PostAsync(change, With(RunningPortal.Password, typed))).Location);

        Assert.Contains($"{member} now has the role Developer", (await visitor.GetAsync("/team")).Text);
        Assert.AreEqual(HttpStatusCode.Redirect, (await visitor.PostAsync(reveal)).Status, "the answer counts, too");
        _time.Advance(Span);
        Assert.Contains(Question, (await visitor.PostAsync(reveal)).Text);
    }

    [TestMethod]
    public async Task Page_OpenedLongAfterTheSignIn_IsShownAfterTheAnswer()
    {
        var portal = await StartAsync();
        await using var running = portal.Portal;
        using var visitor = await portal.SignedInAsync(SeededPortal.Operator);
        _time.Advance(Span);

        var asked = await visitor.GetAsync("/security/passkeys/new");

        string action = WebUtility.HtmlDecode(Action().Match(asked.Body).Groups[1].Value);
        Assert.AreEqual("/confirm?returnUrl=%2Fsecurity%2Fpasskeys%2Fnew", action);
        Assert.AreEqual("/security/passkeys/new", (await visitor.PostAsync(action, With(RunningPortal.Password))).Location);
        Assert.Contains("Add a passkey", (await visitor.GetAsync("/security/passkeys/new")).Text);
        Assert.AreEqual("/", (await visitor.PostAsync("/confirm?returnUrl=https://evil.example/")).Location);
    }

    [TestMethod]
    public async Task Account_WithAnApp_IsAskedForACode()
    {
        var portal = await StartAsync();
        await using var running = portal.Portal;
        var customer = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync(customer.Email);
        var app = new Authenticator(
            Secret().Match((await visitor.GetAsync("/security/second-factor")).Body).Groups[1].Value, _time);
        await visitor.PostAsync("/security/second-factor", new() { ["Code"] = app.Next() });
        _time.Advance(Span);
        string reveal = $"/credentials/{customer.ProxyUserId}/reveal";
        Assert.Contains("Code from your app", (await visitor.PostAsync(reveal)).Text);

        var wrong = await visitor.PostAsync(reveal, With(RunningPortal.Password));

        Assert.AreEqual(HttpStatusCode.BadRequest, wrong.Status, "the password is not asked for");
        Assert.Contains("This code is incorrect", wrong.Text);
        Assert.AreEqual(HttpStatusCode.Redirect, (await visitor.PostAsync(reveal, With(app.Next()))).Status);
    }

    [TestMethod]
    public async Task ManyWrongAnswers_HaveToWait()
    {
        var portal = await StartAsync();
        await using var running = portal.Portal;
        var customer = await portal.AddCustomerAsync();
        using var visitor = await portal.SignedInAsync(customer.Email);
        _time.Advance(Span);
        string reveal = $"/credentials/{customer.ProxyUserId}/reveal";
        for (int i = 0; i < 3; i++)
            Assert.AreEqual(HttpStatusCode.BadRequest, (await visitor.PostAsync(reveal, With("guess"))).Status);

        var refused = await visitor.PostAsync(reveal, With(RunningPortal.Password));

        Assert.AreEqual(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.IsNotNull(refused.Response.Headers.RetryAfter);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"")]
    private static partial Regex Token();

    [GeneratedRegex("action=\"(/confirm[^\"]+)\"")]
    private static partial Regex Action();

    [GeneratedRegex("id=\"secret\">([A-Z2-7]+)<")]
    private static partial Regex Secret();
}
