using System.Net;
using System.Threading.RateLimiting;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class SignInTests
{
    [TestMethod]
    public async Task SignIn_RightPassword_LeadsToEachOnesOwnPage()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        using var theCustomer = await portal.SignedInAsync(customer.Email);

        Assert.AreEqual("/admin", (await owner.GetAsync("/")).Location);
        Assert.AreEqual("/overview", (await theCustomer.GetAsync("/")).Location);
    }

    [TestMethod]
    public async Task SignIn_Cookie_IsKeptFromScriptsAndOtherSites()
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = portal.Anyone();

        var answer = await visitor.PostAsync("/sign-in", Form(SeededPortal.Owner, RunningPortal.Password));

        string cookie = answer.Response.Headers.GetValues("Set-Cookie")
            .Single(value => value.StartsWith("atlantic-session=", StringComparison.Ordinal));
        Assert.Contains("; httponly", cookie);
        Assert.Contains("; samesite=lax", cookie);
    }

    [TestMethod]
    public async Task SignIn_WrongPasswordOrUnknownEmail_IsAnsweredTheSame()
    {
        var portal = await SeededPortal.SharedAsync();
        var customer = await portal.AddCustomerAsync();
        using var visitor = portal.Anyone();

        var wrong = await visitor.PostAsync("/sign-in", Form(customer.Email, "not-the-password"));
        var unknown = await visitor.PostAsync("/sign-in", Form("nobody@test.example", "not-the-password"));

        Assert.AreEqual(HttpStatusCode.BadRequest, wrong.Status);
        Assert.AreEqual(HttpStatusCode.BadRequest, unknown.Status);
        Assert.Contains("do not match", wrong.Text);
        Assert.Contains("do not match", unknown.Text);
        Assert.DoesNotContain("not-the-password", wrong.Text);
    }

    [TestMethod]
    public async Task SignIn_EmptyFields_SayWhatIsMissingBesideEach()
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = portal.Anyone();

        var answer = await visitor.PostAsync("/sign-in");

        Assert.AreEqual(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("id=\"Email-error\">Enter your email address.", answer.Text);
        Assert.Contains("id=\"Password-error\">Enter your password.", answer.Text);
    }

    [TestMethod]
    [DataRow("https://evil.example/"), DataRow("//evil.example"), DataRow("/\\evil.example"), DataRow("javascript:alert(1)")]
    public async Task SignIn_ForeignReturnUrl_IsIgnored(string returnUrl)
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = portal.Anyone();
        var form = Form(SeededPortal.Owner, RunningPortal.Password);
        form["ReturnUrl"] = returnUrl;

        var answer = await visitor.PostAsync("/sign-in", form);
        var signedIn = await visitor.GetAsync($"/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}");
        using var another = portal.Anyone();
        var theme = await another.PostAsync("/appearance", new() { ["theme"] = "dark", ["returnUrl"] = returnUrl });

        Assert.AreEqual("/", answer.Location);
        Assert.AreEqual("/", signedIn.Location);
        Assert.AreEqual("/", theme.Location);
    }

    [TestMethod]
    public async Task SignIn_LocalReturnUrl_IsFollowed()
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = portal.Anyone();
        string asked = (await visitor.GetAsync("/admin/providers")).Location;
        var form = Form(SeededPortal.Owner, RunningPortal.Password);
        form["ReturnUrl"] = Uri.UnescapeDataString(asked.Split('=')[1]);

        Assert.AreEqual("/admin/providers", (await visitor.PostAsync("/sign-in", form)).Location);
    }

    [TestMethod]
    [DataRow(SeededPortal.Owner), DataRow("nobody@test.example")]
    public async Task SignIn_TooManyTriesOnOneAccount_Waits(string email)
    {
        var portal = await SeededPortal.StartAsync(options => options.SignInsPerAccount = 3);
        await using var running = portal.Portal;
        using var visitor = portal.Anyone();
        for (int i = 0; i < 3; i++)
            Assert.AreEqual(HttpStatusCode.BadRequest,
                (await visitor.PostAsync("/sign-in", Form(email, "wrong-password"))).Status);

        var answer = await visitor.PostAsync("/sign-in", Form(email.ToUpperInvariant(), RunningPortal.Password));
        var other = await visitor.PostAsync("/sign-in", Form(SeededPortal.Support, RunningPortal.Password));

        Assert.AreEqual(HttpStatusCode.TooManyRequests, answer.Status);
        Assert.IsGreaterThan(0, answer.Response.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.Contains("Too many requests", answer.Text);
        Assert.AreEqual(HttpStatusCode.Redirect, other.Status, "another account is not held up");
    }

    [TestMethod]
    public async Task SignIn_TooManyTriesFromOneAddress_Waits()
    {
        var portal = await SeededPortal.StartAsync(options => options.SignInsPerAddress = 3);
        await using var running = portal.Portal;
        using var visitor = portal.Anyone();
        for (int i = 0; i < 3; i++)
            await visitor.PostAsync("/sign-in", Form($"someone{i}@test.example", "wrong-password"));

        var answer = await visitor.PostAsync("/sign-in", Form(SeededPortal.Owner, RunningPortal.Password));

        Assert.AreEqual(HttpStatusCode.TooManyRequests, answer.Status);
    }

    [TestMethod]
    public async Task SignIn_NewAppliance_LeadsToSetup()
    {
        await using var portal = await RunningPortal.StartAsync();
        using var visitor = new Visitor(portal.Address);

        Assert.AreEqual("/setup", (await visitor.GetAsync("/sign-in")).Location);
        Assert.Contains("atlanticproxy setup", (await visitor.GetAsync("/setup")).Text);
        await portal.AddStaffAsync(SeededPortal.Owner, ControlPlane.Accounts.Roles.Owner);
        Assert.AreEqual(HttpStatusCode.OK, (await visitor.GetAsync("/sign-in")).Status);
    }

    [TestMethod]
    public async Task SignIn_RightPasswords_CostNothing()
    {
        var portal = await SeededPortal.StartAsync(options => (options.SignInsPerAddress, options.SignInsPerAccount) = (3, 2));
        await using var running = portal.Portal;

        for (int i = 0; i < 5; i++)
            (await portal.SignedInAsync(SeededPortal.Owner)).Dispose();
    }

    [TestMethod]
    public async Task SignIn_WhileAStrangerGuesses_LetsInTheBrowserThatSignedInBefore()
    {
        var portal = await SeededPortal.StartAsync(options => options.SignInsPerAccount = 3);
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        await owner.PostAsync("/sign-out");
        using var stranger = portal.Anyone(); // behind the same address
        await FailAsync(stranger, SeededPortal.Owner, times: 4);

        var refused = await stranger.PostAsync("/sign-in", Form(SeededPortal.Owner, RunningPortal.Password));
        var served = await owner.PostAsync("/sign-in", Form(SeededPortal.Owner, RunningPortal.Password));

        Assert.AreEqual(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.AreEqual(HttpStatusCode.Redirect, served.Status, served.Text);
    }

    [TestMethod]
    public async Task SignIn_KnownBrowser_HasItsOwnBoundAndOnlyForItsOwnAccount()
    {
        var portal = await SeededPortal.StartAsync(options => options.SignInsPerAccount = 3);
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        await owner.PostAsync("/sign-out");

        await FailAsync(owner, SeededPortal.Owner, times: 3);
        Assert.AreEqual(HttpStatusCode.TooManyRequests,
            (await owner.PostAsync("/sign-in", Form(SeededPortal.Owner, RunningPortal.Password))).Status);
        using var stranger = portal.Anyone();
        Assert.AreEqual(HttpStatusCode.Redirect,
            (await stranger.PostAsync("/sign-in", Form(SeededPortal.Owner, RunningPortal.Password))).Status,
            "its failures are not the address's");

        await FailAsync(owner, SeededPortal.Operator, times: 3);
        using var another = portal.Anyone();
        Assert.AreEqual(HttpStatusCode.TooManyRequests,
            (await another.PostAsync("/sign-in", Form(SeededPortal.Operator, RunningPortal.Password))).Status,
            "for another account it is a stranger");
    }

    [TestMethod]
    public async Task SignIn_WhileManyMachinesGuess_LetsInTheAddressThatSignedInBefore()
    {
        var portal = await SeededPortal.StartAsync(options => (options.SignInsPerAccount, options.SignInsOfStrangers) = (100, 3));
        await using var running = portal.Portal;
        using var stranger = portal.Anyone();
        await FailAsync(stranger, SeededPortal.Owner, times: 3);
        Assert.AreEqual(HttpStatusCode.TooManyRequests,
            (await stranger.PostAsync("/sign-in", Form(SeededPortal.Owner, RunningPortal.Password))).Status);

        await running.Database.ExecuteAsync(
            "insert into user_networks select id, '127.0.0.1', now() - interval '89 days' from users where role = 'Owner'");
        Assert.AreEqual(HttpStatusCode.Redirect,
            (await stranger.PostAsync("/sign-in", Form(SeededPortal.Owner, RunningPortal.Password))).Status);
    }

    [TestMethod]
    [DataRow("nonsense"), DataRow("")]
    public async Task SignIn_ForgedDeviceCookie_IsAStrangers(string cookie)
    {
        var portal = await SeededPortal.StartAsync(options => options.SignInsPerAccount = 1);
        await using var running = portal.Portal;
        using var visitor = portal.Anyone();
        visitor.Http.DefaultRequestHeaders.Add("Cookie", $"atlantic-device={cookie}");
        await FailAsync(visitor, SeededPortal.Owner, times: 1);
        using var another = portal.Anyone();

        Assert.AreEqual(HttpStatusCode.TooManyRequests,
            (await another.PostAsync("/sign-in", Form(SeededPortal.Owner, RunningPortal.Password))).Status);
    }

    [TestMethod]
    public async Task SignIn_ManyAtOnce_AreCheckedAFewAtATimeAndNoneGetsThroughTheBound()
    {
        var portal = await SeededPortal.StartAsync(options => options.SignInsPerAccount = 2);
        await using var running = portal.Portal;
        using var visitor = portal.Anyone();

        await visitor.GetAsync("/sign-in"); // one cookie for all of them

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            visitor.PostAsync("/sign-in", Form(SeededPortal.Owner, $"wrong-password-{i}"))));

        int tried = answers.Count(answer => answer.Text.Contains("do not match", StringComparison.Ordinal));
        Assert.IsTrue(tried is 2 or 3, $"{tried}: two, and one that was checked beside the second");
        Assert.AreEqual(40 - tried, answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests));
    }

    [TestMethod]
    public async Task SignIn_BesideMoreChecksThanOneNetworkMayHave_Waits()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        var throttle = running.Services.GetRequiredService<SignInThrottle>();
        using var visitor = portal.Anyone();
        var attempt = new SignInAttempt(IPNetwork.Parse("127.0.0.1/32"), SeededPortal.Owner, null);
        using var first = await throttle.EnterAsync(attempt, CancellationToken.None);
        using var second = await throttle.EnterAsync(attempt, CancellationToken.None);
        Assert.IsTrue(first.IsAcquired && second.IsAcquired);
        using var giveUp = new CancellationTokenSource();
        var waiting = new List<Task<RateLimitLease>>();
        while (waiting.Count < 100 && waiting.All(check => !check.IsCompleted))
            waiting.Add(throttle.EnterAsync(attempt, giveUp.Token).AsTask()); // until one is turned away

        var answer = await visitor.PostAsync("/sign-in", Form(SeededPortal.Owner, RunningPortal.Password));

        Assert.AreEqual(HttpStatusCode.TooManyRequests, answer.Status);
        await giveUp.CancelAsync();
        await ((Task)Task.WhenAll(waiting)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [TestMethod]
    public async Task SessionStore_WithoutARequest_SaysThatItNeedsOne()
    {
        ITicketStore store = new SessionStore();

        await Assert.ThrowsExactlyAsync<NotSupportedException>(() => store.StoreAsync(null!));
        await Assert.ThrowsExactlyAsync<NotSupportedException>(() => store.RenewAsync("", null!));
        await Assert.ThrowsExactlyAsync<NotSupportedException>(() => store.RetrieveAsync(""));
        await Assert.ThrowsExactlyAsync<NotSupportedException>(() => store.RemoveAsync(""));
    }

    [TestMethod]
    public async Task SignOut_Session_EndsOnTheServer()
    {
        var portal = await SeededPortal.SharedAsync();
        using var visitor = portal.Anyone();
        string session = SessionOf(await visitor.PostAsync("/sign-in", Form(SeededPortal.Support, RunningPortal.Password)));
        using var thief = portal.Anyone();
        thief.Http.DefaultRequestHeaders.Add("Cookie", session);
        Assert.AreEqual(HttpStatusCode.OK, (await thief.GetAsync("/admin")).Status);

        Assert.AreEqual("/sign-in", (await visitor.PostAsync("/sign-out")).Location);

        Assert.StartsWith("/sign-in?", (await visitor.GetAsync("/admin")).Location);
        Assert.StartsWith("/sign-in?", (await thief.GetAsync("/admin")).Location, "the old cookie is worth nothing");
    }

    private static async Task FailAsync(Visitor visitor, string email, int times)
    {
        for (int i = 0; i < times; i++)
            await visitor.PostAsync("/sign-in", Form(email, "wrong-password"));
    }

    private static string SessionOf(Answer answer) => answer.Response.Headers.GetValues("Set-Cookie")
        .Single(value => value.StartsWith("atlantic-session=", StringComparison.Ordinal)).Split(';')[0];

    private static Dictionary<string, string> Form(string email, string password) =>
        new() { ["Email"] = email, ["Password"] = password };
}
