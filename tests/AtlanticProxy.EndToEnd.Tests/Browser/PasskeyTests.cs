using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.Testing;
using OpenQA.Selenium.VirtualAuth;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>Passkeys in Chromium, with an authenticator that it makes up.</summary>
[TestClass]
public sealed class PasskeyTests
{
    private const string ScreenshotsVariable = "ACCOUNT_SCREENSHOTS", Owner = "owner@harbour.example";

    [TestMethod]
    [DataRow(Screen.Desktop, true), DataRow(Screen.Phone, false)]
    public async Task Owner_AddsAPasskey_AfterShowingWhoTheyAre_AndSignsInWithItAlone(Screen screen, bool dark)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var portal = await RunningPortal.StartAsync(server: server);
        await portal.AddStaffAsync(Owner, Roles.Owner);
        // A passkey belongs to a name: at an address, browsers make none.
        await using var browser = new BrowserSession(
            new UriBuilder(portal.Address) { Host = "localhost" }.Uri, screen, dark);
        browser.Driver.AddVirtualAuthenticator(new VirtualAuthenticatorOptions()
            .SetProtocol(VirtualAuthenticatorOptions.Protocol.CTAP2).SetTransport(VirtualAuthenticatorOptions.Transport.INTERNAL)
            .SetHasResidentKey(true).SetHasUserVerification(true).SetIsUserVerified(true));
        browser.Open("/sign-in");
        browser.Fill("Email", Owner);
        browser.Fill("Password", RunningPortal.Password);
        browser.Follow("Sign in");
        await portal.Database.ExecuteAsync("update user_sessions set confirmed_at = confirmed_at - interval '1 hour'");
        browser.Open("/security");

        browser.Follow("Add passkey");
        Look("confirm");
        browser.Fill("StepUpAnswer", RunningPortal.Password);
        browser.Follow("Continue");
        Look("passkey");
        browser.Find("#Name").Clear();
        browser.Fill("Name", "Laptop");
        browser.Find("form[data-passkey] button").Click();
        await Poll.UntilAsync(() => browser.Path == "/security");
        StringAssert.Contains(browser.Text, "Passkey Laptop added.");
        Look("passkeys");

        browser.Driver.Manage().Cookies.DeleteCookieNamed("atlantic-session");
        browser.Open("/sign-in");
        browser.Find("form[data-passkey] button").Click();
        await Poll.UntilAsync(() => browser.Path == "/admin");
        browser.Open("/security");
        StringAssert.Contains(browser.Text, "last used");

        browser.Find("a[aria-label='Remove Laptop']").Click();
        browser.Follow("Remove passkey");
        StringAssert.Contains(browser.Text, "Passkey removed.");
        browser.Driver.Manage().Cookies.DeleteCookieNamed("atlantic-session");
        browser.Open("/sign-in");
        browser.Find("form[data-passkey] button").Click();
        await Poll.UntilAsync(() => browser.Text.Contains("This passkey is not known here.", StringComparison.Ordinal));
        Look("unknown");

        void Look(string name)
        {
            if (Environment.GetEnvironmentVariable(ScreenshotsVariable) is { Length: > 0 } folder)
                browser.Driver.GetScreenshot().SaveAsFile(
                    Path.Combine(folder, $"passkey-{name}-{screen}-{(dark ? "dark" : "light")}.png".ToLowerInvariant()));
            Assert.AreEqual("", string.Join('\n', PageInspection.Look(browser)), name);
        }
    }
}
