using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Testing;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>A customer's team in Chromium: an owner invites a developer, who joins and sees no billing.</summary>
[TestClass]
public sealed partial class TeamTests
{
    private const string ScreenshotsVariable = "TEAM_SCREENSHOTS", Ann = "ann@harbour.example", Bob = "bob@harbour.example";

    [TestMethod]
    [DataRow(Screen.Desktop, false), DataRow(Screen.Desktop, true), DataRow(Screen.Phone, false), DataRow(Screen.Phone, true)]
    public async Task Developer_InvitedByAnOwner_JoinsAndSeesNoBilling(Screen screen, bool dark)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var portal = await RunningPortal.StartAsync(server: server);
        await SellAsync(portal);
        await using var browser = new BrowserSession(portal.Address, screen, dark);
        SignIn(Ann);

        browser.Open("/team");
        StringAssert.Contains(browser.Text, "Only you can sign in.");
        Look("alone");
        browser.Follow("Invite");
        browser.Fill("Email", Bob);
        Look("invite");
        browser.Submit("form[action='/team/invite']");
        StringAssert.Contains(browser.Text, $"Invitation sent to {Bob}. Valid for 7 days.");
        Look("invited");

        SignOut();
        string mail = await portal.Database.ScalarAsync<string>("select text_body from mails order by id desc limit 1");
        browser.Open(Link().Match(mail).Value);
        StringAssert.Contains(browser.Text, $"{Ann} invites you to Harbour, as Developer.");
        Look("invitation");
        browser.Fill("NewPassword", RunningPortal.Password);
        browser.Fill("Repeated", RunningPortal.Password);
        browser.Submit("form[action='/invitation']");
        Assert.AreEqual("/overview", browser.Path, browser.Text);
        Assert.IsTrue(browser.Has("a[href='/endpoints']"));
        Assert.IsFalse(browser.Has("a[href='/plans']") || browser.Has("a[href='/wallet']") || browser.Has("a[href='/team']"));
        Look("developer");
        browser.Open("/security");
        Look("security");

        SignOut();
        SignIn(Ann);
        browser.Open("/team");
        StringAssert.Contains(browser.Text, $"{Bob}");
        Look("two");
        browser.Find($"a[aria-label='Change the role of {Bob}']").Click();
        await Poll.UntilAsync(() => browser.Has("select#Role"));
        Look("role");
        foreach (string page in new[] { "settings", "settings/email", "settings/delete" })
        {
            browser.Open($"/{page}");
            Look(page.Replace('/', '-'));
        }
        browser.Open("/team");
        browser.Find($"a[aria-label='Remove {Bob}']").Click();
        await Poll.UntilAsync(() => browser.Has(".btn-danger"));
        Look("remove");
        browser.Follow("Remove");
        StringAssert.Contains(browser.Text, $"{Bob} is removed and signed out.");

        void SignIn(string email)
        {
            browser.Open("/sign-in");
            browser.Fill("Email", email);
            browser.Fill("Password", RunningPortal.Password);
            browser.Follow("Sign in");
            Assert.AreEqual("/overview", browser.Path, browser.Text);
        }

        void SignOut()
        {
            browser.Open("/security");
            browser.Driver.Manage().Cookies.DeleteCookieNamed("atlantic-session");
        }

        void Look(string name)
        {
            if (Environment.GetEnvironmentVariable(ScreenshotsVariable) is { Length: > 0 } folder)
                browser.Driver.GetScreenshot().SaveAsFile(
                    Path.Combine(folder, $"team-{name}-{screen}-{(dark ? "dark" : "light")}.png".ToLowerInvariant()));
            Assert.AreEqual("", string.Join('\n', browser.Complaints().Concat(PageInspection.Look(browser))), name);
        }
    }

    private static async Task SellAsync(RunningPortal portal)
    {
        await portal.AddStaffAsync("owner@harbour.example", Roles.Owner);
        await portal.UseAsync((SetMail set) => set.ExecuteAsync(
            new(new MailSettings("127.0.0.1", 9, MailSecurity.None, "", "mail@harbour.example")), default));
        await portal.UseAsync((SetHost set) => set.ExecuteAsync(new("harbour.example", null, false), default));
        long customer = (await portal.UseAsync((CreateCustomer create) =>
            create.ExecuteAsync(new(Ann, "Harbour"), default))).Value.Id;
        await portal.UseAsync((CreateCustomerLogin create) =>
            create.ExecuteAsync(new(customer, RunningPortal.Password), default));
        await portal.UseAsync((CreateProxyUser create) => create.ExecuteAsync(new(Scope.Staff, customer, "harbour1"), default));
    }

    [GeneratedRegex(@"/invitation\?token=\w+")]
    private static partial Regex Link();
}
