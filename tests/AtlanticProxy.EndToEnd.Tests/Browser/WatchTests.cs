using AtlanticProxy.EndToEnd.Tests.Browser.Pages;
using AtlanticProxy.Testing;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>Usage, activity and locations, as a customer looks at them in Chromium.</summary>
[TestClass]
public sealed class WatchTests
{
    private static WatchedPortal? s_watched;

    private static WatchedPortal Watched => s_watched ?? throw new InvalidOperationException("The portal did not start.");

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => s_watched = await WatchedPortal.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (s_watched is not null)
            await s_watched.DisposeAsync();
    }

    [TestMethod]
    public async Task Customer_FindsOutWhyConnectionsFailed_FromUsageToTheFix()
    {
        await using var browser = new BrowserSession(Watched.Portal.Address);
        new SignInPage(browser).SignInAs(WatchedPortal.Customer);
        browser.Open("/usage?range=7d");
        await Poll.UntilAsync(() => browser.Has(".chart canvas"));

        browser.Follow("No answer");
        Assert.AreEqual("/activity", browser.Path);
        browser.Find(".runs summary").Click();

        StringAssert.Contains(browser.Text, "www.shop.example");
        StringAssert.Contains(browser.Text, "Next step");
        StringAssert.Contains(browser.Text, "Try again, or another exit.");
        browser.Open("/activity?outcome=refused");
        StringAssert.Contains(browser.Find("[data-outcome='CredentialsWrong']").Text, "×13");
        Assert.HasCount(3, browser.Driver.FindElements(OpenQA.Selenium.By.CssSelector(".runs > li")));
        Assert.IsEmpty(browser.Complaints());
    }

    [TestMethod]
    public async Task Customer_FindsAPlace_OnTheMapAndByATypo()
    {
        await using var browser = new BrowserSession(Watched.Portal.Address);
        new SignInPage(browser).SignInAs(WatchedPortal.Customer);

        browser.Open("/locations");
        // A country is drawn once its shape has come.
        await Poll.UntilAsync(() => browser.Run<bool>(
            "return document.querySelector('.world a[href$=\"/us\"]').getBBox().width > 300"));
        browser.Fill("search", "texs");
        browser.Follow("Search");
        browser.Follow("Texas");

        StringAssert.Contains(browser.Text, "country-us-state-tx");
        browser.Open("/locations/us");
        StringAssert.Contains(browser.Text, "Brooklyn");
        Assert.IsEmpty(browser.Complaints());
    }

    [TestMethod]
    [DataRow(Screen.Desktop, false), DataRow(Screen.Desktop, true), DataRow(Screen.Phone, false), DataRow(Screen.Phone, true)]
    public async Task Pages_ToWatch_AreAccessibleFitTheScreenAndKeepThePolicy(Screen screen, bool dark)
    {
        string[] pages =
        [
            "/overview", "/usage", "/usage?range=today&stack=proxyuser", "/usage?range=30d&stack=country&user=scraper",
            "/usage?from=2020-01-01&to=2020-02-01&range=dates", "/activity", "/activity?outcome=refused",
            "/activity?host=nowhere", "/activity/sign-ins", "/locations", "/locations?search=new", "/locations?search=texs",
            "/locations/us", "/locations/us?state=texas", "/locations/br",
        ];
        var wrong = new List<string>();
        foreach (string person in (string[])[WatchedPortal.Customer, WatchedPortal.Newcomer])
        {
            await using var browser = new BrowserSession(Watched.Portal.Address, screen, dark);
            new SignInPage(browser).SignInAs(person);
            wrong.AddRange(PageInspection.Walk(browser, person == WatchedPortal.Customer ? pages
                : ["/overview", "/usage", "/activity", "/locations"]));
        }

        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }
}
