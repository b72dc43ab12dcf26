using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.EndToEnd.Tests.Browser;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace AtlanticProxy.EndToEnd.Tests.RealClients;

[TestClass]
public sealed class ChromiumTests
{
    [TestMethod]
    public async Task Chromium_WithTheProxySet_LoadsPagesInTheClearAndEncrypted()
    {
        var (origin, user) = (SharedAppliance.Origin, SharedAppliance.User);
        await using var profile = new BrowserProfile();
        var options = new ChromeOptions { BinaryLocation = "/usr/bin/chromium" };
        // Our origin is on loopback, which Chromium would not send to a proxy; its certificate is self-made.
        options.AddArguments(
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update", "--disable-sync", $"--user-data-dir={profile.Folder}",
            $"--proxy-server=http://{SharedAppliance.Demo.Proxy}", "--proxy-bypass-list=<-loopback>",
            "--ignore-certificate-errors");
        using var driver = new ChromeDriver(ChromeDriverService.CreateDefaultService("/usr/bin", "chromedriver"), options);
        // Answers the proxy's 407 as a person would in the dialogue.
        var network = driver.Manage().Network;
        network.AddAuthenticationHandler(new NetworkAuthenticationHandler
        {
            UriMatcher = _ => true,
            Credentials = new PasswordCredentials(user.Username, user.Password),
        });
        await network.StartMonitoring();
        long before = origin.Requests;

        foreach (var page in new[] { origin.Http("/headers"), origin.Https("/headers") })
        {
            await driver.Navigate().GoToUrlAsync(page);
            string seen = driver.FindElement(By.TagName("body")).Text;
            StringAssert.Contains(seen, "Host: 127.0.0.1");
            Assert.DoesNotContain("Proxy-", seen);
        }

        Assert.IsGreaterThanOrEqualTo(before + 2, origin.Requests);
        await network.StopMonitoring();
    }
}
