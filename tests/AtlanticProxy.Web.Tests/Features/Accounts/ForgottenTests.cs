using System.Net;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Features.Accounts;

[TestClass]
public sealed class ForgottenTests
{
    private const string New = "another long password";

    private static Dictionary<string, string> Asking(string email) => new() { ["Email"] = email };

    private static Dictionary<string, string> Choosing(string token, string chosen = New, string? repeated = null) =>
        new() { ["Token"] = token, ["NewPassword"] = chosen, ["Repeated"] = repeated ?? chosen };

    [TestMethod]
    public async Task Forgotten_LinkFollowed_SetsThePasswordOnceAndEndsAllSessions()
    {
        var portal = await MailingPortal.StartAsync();
        await using var running = portal.Portal;
        using var elsewhere = await portal.SignedInAsync(SeededPortal.Owner);
        using var visitor = portal.Anyone();
        Assert.Contains("href=\"/forgot-password\"", (await visitor.GetAsync("/sign-in")).Body);

        var sent = await visitor.FollowAsync(await visitor.PostAsync("/forgot-password", Asking(" OWNER@test.example ")));
        Assert.Contains("we sent it a link to choose a new password", sent.Text);
        string link = await portal.MailedLinkAsync(SeededPortal.Owner, "reset");
        string token = MailingPortal.TokenOf(link);
        Assert.Contains("Choose a new password", (await visitor.GetAsync(link)).Text);
        foreach (var (form, words) in new[]
        {
            (Choosing(token, ""), "id=\"NewPassword-error\">Enter a new password."),
            (Choosing(token, New, "other"), "id=\"Repeated-error\">The two are not the same."),
            (Choosing(token, "short"), "id=\"NewPassword-error\">Passwords must be at least 12 characters."),
        })
            Assert.Contains(words, (await visitor.PostAsync("/reset", form)).Text);

        var done = await visitor.FollowAsync(await visitor.PostAsync("/reset", Choosing(token)));

        Assert.Contains("Your password is changed. Sign in with the new one.", done.Text);
        Assert.StartsWith("/sign-in?", (await elsewhere.GetAsync("/admin")).Location);
        Assert.AreEqual("/", (await visitor.PostAsync("/sign-in",
            new() { ["Email"] = SeededPortal.Owner, ["Password"] = New })).Location);
        var again = await visitor.PostAsync("/reset", Choosing(token, "yet another long one"));
        Assert.AreEqual(HttpStatusCode.BadRequest, again.Status);
        Assert.Contains("This link no longer works", again.Text);
        Assert.Contains("This link no longer works", (await visitor.GetAsync(link)).Text);
    }

    [TestMethod]
    public async Task Forgotten_AddressThatNobodyHas_IsAnsweredAlikeAndGetsNoMail()
    {
        var portal = await MailingPortal.StartAsync();
        await using var running = portal.Portal;
        using var visitor = portal.Anyone();

        var known = await visitor.PostAsync("/forgot-password", Asking(SeededPortal.Support));
        var unknown = await visitor.PostAsync("/forgot-password", Asking("nobody@test.example"));

        Assert.AreEqual(HttpStatusCode.Redirect, known.Status);
        Assert.AreEqual(HttpStatusCode.Redirect, unknown.Status);
        Assert.AreEqual(known.Location, unknown.Location);
        Assert.AreEqual(1, await portal.CountMailsAsync(SeededPortal.Support, "reset"));
        Assert.AreEqual(0, await portal.CountMailsAsync("nobody@test.example", "reset"));
        Assert.AreEqual(2, await running.Database.ScalarAsync<long>("select count(*) from password_resets"),
            "the work is the same");
        Assert.AreEqual(0, await running.Database.ScalarAsync<long>($"""
            select count(*) from password_resets where encode(token_hash, 'escape')
                like '%{MailingPortal.TokenOf(await portal.MailedLinkAsync(SeededPortal.Support, "reset"))}%'
            """), "links are kept hashed");
        var refused = await visitor.PostAsync("/forgot-password", Asking("no address"));
        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("id=\"Email-error\"", refused.Body);
    }

    [TestMethod]
    public async Task Forgotten_HostThatTheVisitorChose_IsNotInTheLink()
    {
        var portal = await MailingPortal.StartAsync();
        await using var running = portal.Portal;
        using var visitor = portal.Anyone();
        visitor.Http.DefaultRequestHeaders.Host = "evil.example";

        await visitor.PostAsync("/forgot-password", Asking(SeededPortal.Owner));

        string mail = await portal.LastMailAsync(SeededPortal.Owner, "reset");
        Assert.Contains($"{MailingPortal.Host}/reset?token=", mail);
        Assert.DoesNotContain("evil", mail);
    }

    [TestMethod]
    public async Task Forgotten_WithoutAMailServer_SaysWhomToAsk()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        using var visitor = portal.Anyone();

        Assert.Contains("This service cannot send email yet", (await visitor.GetAsync("/forgot-password")).Text);
        Assert.AreEqual(HttpStatusCode.Conflict,
            (await visitor.PostAsync("/forgot-password", Asking(SeededPortal.Owner))).Status);
        Assert.AreEqual(0, await portal.CountMailsAsync(SeededPortal.Owner, "reset"));
    }

    [TestMethod]
    [DataRow(SeededPortal.Owner), DataRow("nobody@test.example")]
    public async Task Forgotten_AskedTooOftenForOneAddress_Waits(string email)
    {
        var portal = await MailingPortal.StartAsync(options => options.MailsPerAccount = 2);
        await using var running = portal.Portal;
        using var visitor = portal.Anyone();
        for (int i = 0; i < 2; i++)
            Assert.AreEqual(HttpStatusCode.Redirect, (await visitor.PostAsync("/forgot-password", Asking(email))).Status);

        var answer = await visitor.PostAsync("/forgot-password", Asking(email.ToUpperInvariant()));

        Assert.AreEqual(HttpStatusCode.TooManyRequests, answer.Status);
        Assert.IsNotNull(answer.Response.Headers.RetryAfter);
        Assert.AreEqual(HttpStatusCode.Redirect,
            (await visitor.PostAsync("/forgot-password", Asking(SeededPortal.Support))).Status, "others are served");
    }

    [TestMethod]
    public async Task Forgotten_AskedTooOftenFromOneNetwork_Waits()
    {
        var portal = await MailingPortal.StartAsync(options => options.MailsPerAddress = 2);
        await using var running = portal.Portal;
        using var visitor = portal.Anyone();
        for (int i = 0; i < 2; i++)
            await visitor.PostAsync("/forgot-password", Asking($"a{i}@test.example"));

        Assert.AreEqual(HttpStatusCode.TooManyRequests,
            (await visitor.PostAsync("/forgot-password", Asking("another@test.example"))).Status);
    }

    [TestMethod]
    public async Task Reset_GuessedLink_ChangesNothing()
    {
        var portal = await MailingPortal.StartAsync();
        await using var running = portal.Portal;
        using var visitor = portal.Anyone();
        await visitor.PostAsync("/forgot-password", Asking("nobody@test.example"));

        foreach (string guess in new[] { "", "guess", "000000000000000000000000" })
            Assert.Contains("This link no longer works", (await visitor.PostAsync("/reset", Choosing(guess))).Text);

        await visitor.SignInAsync(SeededPortal.Owner);
    }
}
