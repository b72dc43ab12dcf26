using AtlanticProxy.EndToEnd.Tests.Browser.Pages;
using AtlanticProxy.Testing;
using OpenQA.Selenium;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>The portal as people use it, in Chromium.</summary>
[TestClass]
public sealed class PortalTests
{
    private static FilledPortal? s_filled;

    private static FilledPortal Filled => s_filled ?? throw new InvalidOperationException("The portal did not start.");

    private static RunningPortal Portal => Filled.Portal;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => s_filled = await FilledPortal.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (s_filled is not null)
            await s_filled.DisposeAsync();
    }

    [TestMethod]
    public async Task Customer_AddedByTheOwner_SeesCredentialsAndUsage()
    {
        const string Email = "buyer@journey.example";
        string shown;
        await using (var owner = new BrowserSession(Portal.Address))
        {
            new SignInPage(owner).SignInAs(FilledPortal.Owner);
            var admin = new AdminPages(owner);
            admin.AddCustomer(Email, "Tradewind Travel");
            admin.AddSignIn(RunningPortal.Password);
            shown = admin.AddProxyUser("tradewind");
        }
        long id = await Portal.Database.ScalarAsync<long>("select id from proxy_users where name = 'tradewind'");

        await using var customer = new BrowserSession(Portal.Address, Screen.Phone);
        new SignInPage(customer).SignInAs(Email);
        string traffic;
        DateTime day;
        do // again, when midnight comes between: what was today's traffic is yesterday's then
        {
            day = Today;
            await Portal.Database.ExecuteAsync(
                $"""
                insert into usage_hourly (proxy_user_id, provider_id, country, hour, bytes_up, bytes_down, connections)
                values ({id}, 1, '', date_trunc('hour', now()), 100, 104857600, 1)
                """);
            customer.Open("/overview");
            traffic = customer.Find("#traffic-today").GetAttribute("data-bytes")!;
        }
        while (Today != day);
        Assert.AreEqual("104857700", traffic);
        await Poll.UntilAsync(() => customer.Has(".chart canvas"));
        var credentials = new CredentialsPage(customer);
        string revealed = credentials.Reveal();

        Assert.AreEqual(shown, revealed);
        Assert.AreEqual("tradewind", credentials.Username);
        Assert.AreEqual($"curl -x http://tradewind:{revealed}@proxy.test:8080 https://example.com/", credentials.CurlLine);
        Assert.IsEmpty(customer.Complaints());
    }

    [TestMethod]
    [DataRow(Screen.Desktop, false, "en"), DataRow(Screen.Desktop, true, "en"), DataRow(Screen.Phone, false, "en")]
    [DataRow(Screen.Phone, true, "en"), DataRow(Screen.Desktop, false, "fr"), DataRow(Screen.Phone, true, "fr")]
    public async Task Pages_All_AreAccessibleFitTheScreenAndKeepThePolicy(Screen screen, bool dark, string language)
    {
        string[] staff =
        [
            "/admin", "/admin?range=Hour", "/admin?range=Year", "/admin/audit", "/admin/audit?object=plans&search=nobody",
            "/admin/customers", "/admin/customers?sort=-used", "/admin/customers?search=nobody", "/admin/customers/new",
            $"/admin/customers/{Filled.CustomerId}",
            "/admin/proxy-users", "/admin/proxy-users/new", $"/admin/proxy-users/{Filled.ProxyUserId}",
            $"/admin/proxy-users/{Filled.ProxyUserId}/rotate",
            $"/admin/proxy-users/{Filled.ProxyUserId}/connections", $"/admin/proxy-users/{Filled.ProxyUserId}/shadowsocks",
            "/admin/providers", "/admin/providers/new", "/admin/providers/new?preset=oxylabs",
            "/admin/providers/new?preset=custom", "/admin/providers/new?preset=list",
            "/admin/providers/new?preset=direct", "/admin/providers/1", "/admin/providers/1/remove", "/admin/pools",
            "/admin/pools/new", "/admin/pools/1", "/admin/live", "/admin/live?target=none.test&over=hour",
            "/admin/announcements", "/admin/announcements/new",
            "/admin/health", "/admin/health/incidents", "/admin/health/checks/disk", "/admin/health/alerts",
            "/admin/health/alerts/new", "/admin/health/alerts/new?kind=Webhook",
            "/admin/rules", "/admin/rules/new", "/admin/rules/1", "/admin/rules/lists",
            "/admin/rules/check?target=shop.test:443&user=alice",
            "/admin/plans", "/admin/plans/new", "/admin/plans/1", "/admin/settings/sign-up", "/admin/staff",
            "/admin/staff/invite", "/admin/staff/roles/new",
            "/admin/settings/brand", "/admin/settings", "/admin/settings?search=nothing-like-it", "/admin/settings/referrals",
        ];
        string[] customer =
        [
            "/overview", "/credentials", "/endpoints", "/endpoints?Country=us&Sessions=20&Format=own&Pattern=%7Bnone%7D&Code=got",
            "/endpoints?Network=none&Code=browser", "/endpoints?Protocol=shadowsocks&Code=phone",
            $"/credentials/{Filled.ProxyUserId}/shadowsocks",
            $"/credentials/{Filled.ProxyUserId}/connections", $"/credentials/{Filled.ProxyUserId}/connections?refused=true",
            "/security", "/security/second-factor", "/security/second-factor/codes", "/security/second-factor/off",
        ];
        var wrong = new List<string>();
        string[] anyone = ["/status", "/sign-in", "/sign-up", "/sign-up/code", "/forgot-password", "/reset", "/invitation"];
        foreach (var (email, paths) in new[] { (null, anyone), (FilledPortal.Owner, staff), (FilledPortal.Customer, customer) })
        {
            await using var browser = new BrowserSession(Portal.Address, screen, dark);
            new SignInPage(browser).Choose(language);
            if (email is not null)
                new SignInPage(browser).SignInAs(email);
            wrong.AddRange(PageInspection.Walk(browser, paths));
        }

        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    [TestMethod]
    [DataRow(Screen.Desktop, false), DataRow(Screen.Desktop, true), DataRow(Screen.Phone, false)]
    public async Task Forms_WronglyFilled_AreAccessibleAndPutTheCursorAtTheFirstError(Screen screen, bool dark)
    {
        await using var browser = new BrowserSession(Portal.Address, screen, dark);
        new SignInPage(browser).SignInAs(FilledPortal.Owner);
        var wrong = new List<string>();
        foreach (var (path, field) in new[]
        {
            ("/admin/providers/new?preset=custom", "Name"), ("/admin/providers/new?preset=oxylabs", "Name"),
            ("/admin/pools/new", "Name"), ("/admin/plans/new", "Name"),
            ($"/admin/customers/{Filled.CustomerId}", "Password"),
        })
        {
            browser.Open(path);
            browser.Submit($"main form:has(#{field})");
            await Poll.UntilAsync(() => browser.Run<string>("return document.activeElement.id") == field);
            Assert.IsTrue(browser.Has($"#{field}-error"), path);
            wrong.AddRange(PageInspection.Look(browser).Select(each => $"{path}: {each}"));
        }

        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    [TestMethod]
    public async Task Connections_OnAPhone_AreCardsWithoutEmptyLines()
    {
        await using var browser = new BrowserSession(Portal.Address, Screen.Phone);
        new SignInPage(browser).SignInAs(FilledPortal.Customer);
        browser.Open($"/credentials/{Filled.ProxyUserId}/connections");

        StringAssert.Contains(browser.Find("[data-outcome='Completed']").Text, "www.a-shop-with-a-rather-long-name.example:443");
        Assert.IsTrue(browser.Find("[data-outcome='Completed'] [data-label='Down']").Displayed);
        Assert.IsFalse(browser.Find("[data-outcome='CredentialsWrong'] [data-label='Down']").Displayed);
    }

    [TestMethod]
    public async Task Theme_Chosen_HoldsAtOnceAndOnTheNextPage()
    {
        await using var browser = new BrowserSession(Portal.Address);
        new SignInPage(browser).SignInAs(FilledPortal.Owner);
        string light = Background(browser);

        browser.Find(".sidebar button[value='dark']").Click();
        string dark = Background(browser);
        Assert.AreNotEqual(light, dark);
        Assert.AreEqual("true", browser.Find(".sidebar button[value='dark']").GetAttribute("aria-pressed"));
        await Poll.UntilAsync(() => browser.Driver.Manage().Cookies.GetCookieNamed("atlantic-theme") is not null);
        browser.Open("/admin/providers");
        Assert.AreEqual(dark, Background(browser));
    }

    [TestMethod]
    public async Task Keyboard_FirstTab_OffersToSkipTheMenu()
    {
        await using var browser = new BrowserSession(Portal.Address);
        new SignInPage(browser).SignInAs(FilledPortal.Owner);
        browser.Open("/admin/customers");

        browser.Find("body").SendKeys(Keys.Tab);
        Assert.AreEqual("Skip to content", browser.Driver.SwitchTo().ActiveElement().Text);
        browser.Driver.SwitchTo().ActiveElement().SendKeys(Keys.Enter);
        await Poll.UntilAsync(() => browser.Run<string>("return document.activeElement.id") == "content");
    }

    [TestMethod]
    public async Task Copy_Pressed_SaysSo()
    {
        await using var browser = new BrowserSession(Portal.Address);
        new SignInPage(browser).SignInAs(FilledPortal.Customer);
        browser.Open("/credentials");

        // It says so for two seconds only: the page takes note.
        browser.Run<object?>(
            """
            const button = document.querySelector("[data-copy^='name-']");
            window.said = [];
            new MutationObserver(() => window.said.push(button.innerText.trim())).observe(button, { childList: true,
                characterData: true, subtree: true });
            """);
        browser.Find("[data-copy^='name-']").Click();

        await Poll.UntilAsync(() => browser.Run<bool>("return window.said.includes('Copied')"));
    }

    private static DateTime Today => TimeProvider.System.GetUtcNow().Date;

    private static string Background(BrowserSession browser) =>
        browser.Run<string>("return getComputedStyle(document.body).backgroundColor");
}
