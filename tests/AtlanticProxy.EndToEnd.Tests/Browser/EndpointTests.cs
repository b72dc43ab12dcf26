using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.EndToEnd.Tests.Browser.Pages;
using AtlanticProxy.Testing;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>The page of endpoints beside a running proxy.</summary>
[TestClass]
public sealed class EndpointTests
{
    private static RunningAppliance Appliance => SharedAppliance.Demo;

    private static PortalLogin Customer => Appliance.Ready.Customer!;

    [TestMethod]
    [DataRow(Screen.Desktop), DataRow(Screen.Phone)]
    public async Task Endpoints_Chosen_AreRevealedCopiedAndTested(Screen screen)
    {
        string name = $"pages{screen}".ToLowerInvariant();
        var user = await Appliance.AddProxyUserAsync(Customer.Email, name);
        await using var browser = new BrowserSession(new Uri(Appliance.Ready.Portal), screen);
        long id = await IdOfAsync(name);
        new SignInPage(browser).SignInAs(Customer.Email, Customer.Password);
        var page = new EndpointsPage(browser);
        page.Open($"?user={id}");
        StringAssert.EndsWith(page.Lines, $":{name}:PROXY_PASSWORD");
        if (screen == Screen.Phone)
            page.OpenChoices();

        page.Choose("Country", "United States");
        await page.LinesBecomeAsync(lines => lines.Contains($"{name}-country-us:", StringComparison.Ordinal));
        page.Type("City", "los angles");
        await Poll.UntilAsync(() =>
            browser.Text.Contains("“los angles” is not a city in our list.", StringComparison.Ordinal));
        page.Pick("Los Angeles");
        await page.LinesBecomeAsync(lines => lines.Contains("-city-losangeles:", StringComparison.Ordinal));
        page.Choose("Ttl", "Sticky for 30 minutes");
        page.Type("Sessions", "5");
        await page.LinesBecomeAsync(lines => lines.Split('\n').Length == 5);
        page.Pick("Python");
        await page.CodeBecomesAsync(code => code.Contains("import requests", StringComparison.Ordinal));

        page.Reveal();
        string[] lines = page.Lines.Split('\n');
        Assert.HasCount(5, lines);
        Assert.IsTrue(lines.All(line => line.EndsWith($"-ttl-30:{user.Password}", StringComparison.Ordinal)), page.Lines);
        StringAssert.Contains(page.Code, user.Password);
        if (screen == Screen.Phone)
            page.OpenChoices();
        page.Choose("Format", "user:pass@host:port");
        await page.LinesBecomeAsync(shown => shown.StartsWith($"{name}-country-us-city-losangeles-", StringComparison.Ordinal));
        StringAssert.Contains(page.Lines, $":{user.Password}@127.0.0.1:"); // revealed for as long as the page is open
        Assert.DoesNotContain(user.Password, browser.Driver.Url);
        Assert.AreEqual(page.Lines, (await page.CopyLinesAsync()).ReplaceLineEndings("\n"));

        string report = await page.TestAsync();
        StringAssert.Contains(report, "It works");
        StringAssert.Contains(report, "asked: United States");
        StringAssert.Matches(browser.Find("[data-exit]").Text, new(@"^\d+\.\d+\.\d+\.\d+$"));
        await Poll.UntilAsync(async () => (await Appliance.BookedAsync(name)).Down > 0); // it is the customer's traffic
        Assert.IsEmpty(browser.Complaints());
        Assert.IsEmpty(PageInspection.Look(browser));
    }

    [TestMethod]
    public async Task Test_OfADisabledProxyUser_SaysWhyAndWhatToDo()
    {
        const string Name = "pagesoff";
        await Appliance.AddProxyUserAsync(Customer.Email, Name);
        await Appliance.CliAsync(["proxy-user", "disable", Name]);
        await using var browser = new BrowserSession(new Uri(Appliance.Ready.Portal));
        new SignInPage(browser).SignInAs(Customer.Email, Customer.Password);
        var page = new EndpointsPage(browser);
        page.Open($"?user={await IdOfAsync(Name)}");

        StringAssert.Contains(browser.Text, "pagesoff is disabled, and its connections are refused.");
        StringAssert.Contains(await page.TestAsync(), "Failed");
        Assert.IsEmpty(PageInspection.Look(browser));
    }

    private static async Task<long> IdOfAsync(string proxyUser)
    {
        await using var database = Appliance.OpenDatabase();
        await using var command = database.CreateCommand("select id from proxy_users where name = $1");
        command.Parameters.AddWithValue(proxyUser);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
