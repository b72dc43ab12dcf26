using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Mail;
using AtlanticProxy.ControlPlane.Site;
using AtlanticProxy.Testing;
using OpenQA.Selenium;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>Getting into an account, in Chromium: from sign-up to a second sign-in with a code.</summary>
[TestClass]
public sealed class AccountTests
{
    private const string ScreenshotsVariable = "ACCOUNT_SCREENSHOTS", Ann = "ann@harbour.example";

    [TestMethod]
    [DataRow(Screen.Desktop, false), DataRow(Screen.Phone, true)]
    public async Task Account_FromSignUpToASignInWithACode(Screen screen, bool dark)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var portal = await RunningPortal.StartAsync(server: server);
        await portal.AddStaffAsync("owner@harbour.example", Roles.Owner);
        await portal.UseAsync((SetMail set) => set.ExecuteAsync(
            new(new MailSettings("127.0.0.1", 9, MailSecurity.None, "", "mail@harbour.example")), default));
        await portal.UseAsync((SetHost set) => set.ExecuteAsync(new("harbour.example", null, false), default));
        await portal.UseAsync((SetSignUp set) =>
            set.ExecuteAsync(new(SignUpMode.On, null, "https://harbour.example/terms"), default));
        await using var browser = new BrowserSession(portal.Address, screen, dark);
        browser.Open("/sign-in");
        Look("sign-in");

        browser.Follow("Create account");
        browser.Fill("Email", Ann);
        browser.Fill("Password", RunningPortal.Password);
        browser.Find("#AgreesToTerms").Click();
        Look("sign-up");
        browser.Submit("form[action='/sign-up']");
        Look("code");
        string subject = await portal.Database.ScalarAsync<string>("select subject from mails order by id desc limit 1");
        browser.Fill("Code", subject[..6]);
        browser.Follow("Continue");
        StringAssert.Contains(browser.Text, "Welcome: your account is ready.");
        Assert.AreEqual("/overview", browser.Path);

        browser.Open("/security");
        Look("security");
        browser.Follow("Turn on");
        Look("enrol");
        var app = new Authenticator(browser.Find("#secret").Text);
        browser.Find("#Code").SendKeys(app.Next() + Keys.Enter);
        await Poll.UntilAsync(() => browser.Has("#codes"));
        Look("codes");
        string recovery = browser.Find("#codes").Text.Split('\n')[0].Trim();
        browser.Follow("I have saved them");
        Assert.AreEqual("/overview", browser.Path);

        foreach (string code in new[] { app.Next(), recovery })
        {
            browser.Open("/security");
            browser.Driver.Manage().Cookies.DeleteCookieNamed("atlantic-session");
            browser.Open("/sign-in");
            browser.Fill("Email", Ann);
            browser.Fill("Password", RunningPortal.Password);
            browser.Follow("Sign in");
            Assert.AreEqual("/sign-in/code", browser.Path, browser.Text);
            Look("second-step");
            browser.Fill("Code", code);
            browser.Follow("Sign in");
            Assert.AreEqual("/overview", browser.Path, browser.Text);
        }
        browser.Open("/security");
        StringAssert.Contains(browser.Text, "9 recovery codes left");
        browser.Follow("Sign out all others");
        StringAssert.Contains(browser.Text, "signed out.");
        browser.Open("/forgot-password");
        Look("forgotten");

        void Look(string name)
        {
            if (Environment.GetEnvironmentVariable(ScreenshotsVariable) is { Length: > 0 } folder)
                browser.Driver.GetScreenshot().SaveAsFile(
                    Path.Combine(folder, $"account-{name}-{screen}-{(dark ? "dark" : "light")}.png".ToLowerInvariant()));
            Assert.AreEqual("", string.Join('\n', browser.Complaints().Concat(PageInspection.Look(browser))), name);
        }
    }
}
