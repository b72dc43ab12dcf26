using System.Net;
using System.Net.Http.Headers;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.Testing;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>What a customer gives to programs, in Chromium: an API token, and the link of a list.</summary>
[TestClass]
public sealed class TokenTests
{
    private const string ScreenshotsVariable = "ACCOUNT_SCREENSHOTS", Ann = "ann@harbour.example", Tokens = "/api-access";

    [TestMethod]
    [DataRow(Screen.Desktop, true), DataRow(Screen.Phone, false)]
    public async Task Customer_CreatesATokenAndAListLink_AndRevokesThem(Screen screen, bool dark)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var portal = await RunningPortal.StartAsync(server: server);
        long proxyUser = await SellAsync(portal);
        using var program = new HttpClient { BaseAddress = portal.Address };
        await using var browser = new BrowserSession(portal.Address, screen, dark);
        browser.Open("/sign-in");
        browser.Fill("Email", Ann);
        browser.Fill("Password", RunningPortal.Password);
        browser.Follow("Sign in");

        browser.Open(Tokens);
        StringAssert.Contains(browser.Text, "No tokens yet");
        Look("none");
        browser.Follow("Create token");
        browser.Submit("main form");
        Assert.IsTrue(browser.Has("#Name-error") && browser.Has("#Scopes-error"), browser.Text);
        StringAssert.Contains(browser.Complaints().Single(), "status of 400", "and nothing else");
        Look("incomplete");
        browser.Fill("Name", "Shop");
        browser.Find("input[name='Scopes'][value='proxy_users:read']").Click();
        browser.Submit("main form");
        string token = browser.Find("#token").Text;
        Look("created");
        Assert.AreEqual(HttpStatusCode.OK, await AskAsync(token));
        browser.Follow("I have saved it");
        StringAssert.Contains(browser.Text, token[..11]);
        Assert.IsFalse(browser.Text.Contains(token, StringComparison.Ordinal));
        Look("one");
        browser.Go("a[aria-label='Revoke Shop']");
        Look("revoke");
        browser.Go("main form button");
        Assert.AreEqual(HttpStatusCode.Unauthorized, await AskAsync(token));

        browser.Open($"/credentials/{proxyUser}/list");
        StringAssert.Contains(browser.Text, "No link yet");
        Look("no-link");
        browser.Follow("Create link");
        string link = browser.Find("[data-list-link]").Text;
        Look("link");
        StringAssert.Contains(await program.GetStringAsync(new Uri(link)), ":harbour1:");
        browser.Open($"/credentials/{proxyUser}/list");
        browser.Follow("Revoke link");
        browser.Go("main form button");
        StringAssert.Contains(browser.Text, "The list link is revoked.");
        using var refused = await program.GetAsync(new Uri(link));
        Assert.AreEqual(HttpStatusCode.NotFound, refused.StatusCode);

        async Task<HttpStatusCode> AskAsync(string with)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/proxy-users");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", with);
            using var answer = await program.SendAsync(request);
            return answer.StatusCode;
        }

        void Look(string name)
        {
            if (Environment.GetEnvironmentVariable(ScreenshotsVariable) is { Length: > 0 } folder)
                browser.Driver.GetScreenshot().SaveAsFile(
                    Path.Combine(folder, $"token-{name}-{screen}-{(dark ? "dark" : "light")}.png".ToLowerInvariant()));
            Assert.AreEqual("", string.Join('\n', browser.Complaints().Concat(PageInspection.Look(browser))), name);
        }
    }

    private static async Task<long> SellAsync(RunningPortal portal)
    {
        await portal.AddStaffAsync("owner@harbour.example", Roles.Owner);
        long customer = (await portal.UseAsync((CreateCustomer create) =>
            create.ExecuteAsync(new(Ann, "Harbour", Password: RunningPortal.Password), default))).Value.Id;
        return (await portal.UseAsync((CreateProxyUser create) =>
            create.ExecuteAsync(new(Scope.Staff, customer, "harbour1"), default))).Value.ProxyUserId;
    }
}
