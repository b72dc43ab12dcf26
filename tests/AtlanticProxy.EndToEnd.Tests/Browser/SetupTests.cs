using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.EndToEnd.Tests.Browser.Pages;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using OpenQA.Selenium;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>The first run, in a browser, from the token to a request through the proxy.</summary>
[TestClass]
public sealed class SetupTests
{
    private const string ScreenshotsVariable = "SETUP_SCREENSHOTS";

    [TestMethod]
    [DataRow(Screen.Desktop, false), DataRow(Screen.Phone, true)]
    public async Task Setup_OfAFreshAppliance_LeadsToAProxiedRequest(Screen screen, bool dark)
    {
        await using var provider = await SimulatedProvider.StartAsync("sim", "oxylabs", "demo");
        await using var appliance = await RunningAppliance.StartEmptyAsync(
            "--Portal:ExitPageUrl", "http://exit.test/", "--Engine:AllowedPrivateNetworks:0", "127.0.0.0/8");
        string token = (await appliance.CliAsync(["setup"])).GetProperty("token").GetString()!;
        await using var browser = new BrowserSession(new Uri(appliance.Ready.Portal), screen, dark);
        var setup = new SetupPages(browser);
        browser.Open("/");
        Assert.AreEqual("/setup", browser.Path, "a new appliance leads to its setup");
        Picture("token");

        setup.EnterBy(token);
        Picture("owner");
        setup.MakeOwner("owner@harbour.example", RunningPortal.Password);
        Picture("brand");
        setup.NameBrand("Harbour Proxies");
        StringAssert.Contains(browser.Driver.Title, "Harbour Proxies");
        Picture("host");
        setup.SkipHost();
        Picture("providers");
        setup.ChooseProvider("Oxylabs");
        setup.AddProvider($"http://{provider.Endpoint}", provider.Account, "not the password");
        StringAssert.Contains(browser.Text, "It rejects the account");
        Picture("provider-failed");
        browser.Follow("Change account");
        setup.Retry(SimulatedProvider.Password);
        StringAssert.Contains(browser.Text, "oxylabs works: exit ");
        Picture("provider");
        browser.Follow("Continue");
        Picture("plan");
        setup.AddPlan();
        string line = setup.LineToTry();
        Picture("done");
        string[] words = line.Split(' ');
        await Poll.UntilAsync(async () =>
            (await Tool.CurlAsync(words[1..])).Text.Contains("\"exit\"", StringComparison.Ordinal));
        setup.Finish();

        Assert.AreEqual("/admin", browser.Path, browser.Text);
        Assert.IsEmpty(browser.Complaints());
        browser.Open("/setup");
        StringAssert.Contains(browser.Text, "There is nothing here");

        void Picture(string name)
        {
            if (Environment.GetEnvironmentVariable(ScreenshotsVariable) is { Length: > 0 } folder)
                browser.Driver.GetScreenshot().SaveAsFile(
                    Path.Combine(folder, $"setup-{name}-{screen}-{(dark ? "dark" : "light")}.png".ToLowerInvariant()));
        }
    }
}
