using System.Globalization;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.EndToEnd.Tests.Browser.Pages;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using OpenQA.Selenium;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>Connections that are open now, on the admin page.</summary>
[TestClass]
public sealed class LiveConnectionTests
{
    private const string Name = "longload", State = "[data-refresh-state]";

    /// <summary>Of curl: the transfer ended before all of it had come, or the connection was reset.</summary>
    private static readonly int[] BrokenOff = [18, 56];

    [TestMethod]
    public async Task Download_OfCurl_IsListed_CutOnThePage_BookedAndNamedInTheLog()
    {
        var appliance = SharedAppliance.Demo;
        var user = await appliance.AddProxyUserAsync(appliance.Ready.Customer!.Email, Name, "--speed-mbps", "8");
        var admin = appliance.Ready.Admin!;
        await using var browser = new BrowserSession(new Uri(appliance.Ready.Portal));
        new SignInPage(browser).SignInAs(admin.Email, admin.Password);

        var curl = Tool.RunAsync("curl", "--silent", "--output", "/dev/null", "--write-out", "%{size_download}", "--proxytunnel",
            "--proxy", appliance.ProxyFor(user), $"http://127.0.0.1:{SharedAppliance.Origin.Port}/bytes/1000000000");
        browser.Open($"/admin/live?user={Name}");
        await Poll.UntilAsync(() => browser.Find(State).Text == "Live" && Downloaded(browser) > 1_000_000);
        Assert.Contains("Mbit/s", browser.Find(".live-rows tbody").Text);
        Select(browser);
        await Poll.UntilAsync(() => browser.Find(State).Text == "Paused while connections are selected");
        browser.Follow("Cut 1 connection");
        browser.Follow("Cut 1 connection");

        Assert.Contains("1 connection is cut.", browser.Text);
        var ended = await curl;
        Assert.Contains(ended.ExitCode, BrokenOff);
        long read = long.Parse(ended.Text, CultureInfo.InvariantCulture);
        Assert.IsGreaterThan(1_000_000, read);
        await Poll.UntilAsync(async () => (await appliance.BookedAsync(Name)).Down >= read);
        await Poll.UntilAsync(async () =>
            (await appliance.CliAsync(["connections", Name, "--outcome", "CutByOperator"])).GetArrayLength() == 1);
        Assert.IsEmpty(browser.Complaints());
        var customer = appliance.Ready.Customer!;
        using var portal = await PortalSession.SignInAsync(new Uri(appliance.Ready.Portal), customer.Email, customer.Password);
        Assert.Contains("Cut by the operator", await portal.GetAsync($"/activity?user={Name}"));
    }

    // The row is replaced each second: the checkbox that is pressed must be one that is there.
    private static void Select(BrowserSession browser) =>
        browser.Run<object>("document.querySelector('.live-rows [name=Ids]').click(); return 0");

    private static long Downloaded(BrowserSession browser)
    {
        try
        {
            return browser.Has(".live-rows [data-label=Down] [data-bytes]")
                ? long.Parse(browser.Find(".live-rows [data-label=Down] [data-bytes]").GetDomAttribute("data-bytes")!,
                    CultureInfo.InvariantCulture)
                : 0;
        }
        catch (WebDriverException)
        {
            return 0; // replaced meanwhile
        }
    }
}
