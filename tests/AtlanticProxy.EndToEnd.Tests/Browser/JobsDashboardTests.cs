using System.Net;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.EndToEnd.Tests.Browser.Pages;
using AtlanticProxy.Testing;
using OpenQA.Selenium;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>Hangfire's pages in the running appliance: under our content policy, and to each what their role may do.</summary>
[TestClass]
public sealed class JobsDashboardTests
{
    private const string Trigger = "/admin/jobs/recurring/trigger";

    private static RunningAppliance Demo => SharedAppliance.Demo;

    private static Uri Portal => new(Demo.Ready.Portal);

    [TestMethod]
    [DataRow(Screen.Desktop, false), DataRow(Screen.Phone, true)]
    public async Task Owner_TriggersAJobAndReadsWhatItDid(Screen screen, bool dark)
    {
        const string Job = "Delete rows that nothing needs any more";
        await using var browser = new BrowserSession(Portal, screen, dark);
        new SignInPage(browser).SignInAs(Demo.Ready.Admin!.Email, Demo.Ready.Admin.Password);
        if (screen == Screen.Desktop)
        {
            browser.Driver.FindElements(By.CssSelector("nav a[href='/admin/jobs']")).First(link => link.Displayed).Click();
            await Poll.UntilAsync(() => browser.Path == "/admin/jobs");
        }

        browser.Open("/admin/jobs/recurring");
        foreach (var job in ClusterJobs.All)
            StringAssert.Contains(browser.Text, job.Title);
        browser.Find("input[value='forget']").Click();
        browser.Find("button[data-url$='/recurring/trigger']").Click();

        await Poll.UntilAsync(() =>
        {
            browser.Open("/admin/jobs/jobs/succeeded");
            return browser.Text.Contains(Job, StringComparison.Ordinal);
        });
        browser.Find("a[href*='/jobs/details/']").Click();
        await Poll.UntilAsync(() => browser.Path.Contains("/details/", StringComparison.Ordinal));
        StringAssert.Contains(browser.Text, "Succeeded");
        foreach (string page in new[] { "/admin/jobs", "/admin/jobs/servers", "/admin/jobs/retries", "/admin/jobs/jobs/enqueued",
            "/admin/jobs/jobs/failed" })
            browser.Open(page);

        Assert.IsEmpty(browser.Complaints());
    }

    [TestMethod]
    public async Task ABanner_StandsOnThemToo()
    {
        await using var staging = await RunningAppliance.StartDemoAsync("--Portal:Banner", "Trials <only>");
        var admin = staging.Ready.Admin!;
        using var owner = await PortalSession.SignInAsync(new Uri(staging.Ready.Portal), admin.Email, admin.Password);
        StringAssert.Contains(await owner.GetAsync("/admin/jobs/servers"), "Jobs: Trials &lt;only&gt;");
    }

    [TestMethod]
    public async Task Support_ReadsAndCannotAct()
    {
        await Demo.CliAsync(["admin", "create", "support@jobs.example", "--password-stdin"], RunningPortal.Password);
        await Demo.ExecuteAsync("update users set role = 'Support' where email = 'support@jobs.example'");
        using var support = await PortalSession.SignInAsync(Portal, "support@jobs.example", RunningPortal.Password);
        using var owner = await PortalSession.SignInAsync(Portal, Demo.Ready.Admin!.Email, Demo.Ready.Admin.Password);

        string page = await support.GetAsync("/admin/jobs/recurring");
        StringAssert.Contains(page, ClusterJobs.All[0].Title);
        Assert.IsFalse(page.Contains(Trigger, StringComparison.Ordinal), "no button to trigger");
        StringAssert.Contains(await owner.GetAsync("/admin/jobs/recurring"), Trigger);

        Assert.AreNotEqual(HttpStatusCode.NoContent, await support.PostAsync(Trigger, ("jobs[]", "forget")));
        Assert.AreNotEqual(HttpStatusCode.NoContent, await owner.PostAsync(Trigger, ("jobs[]", "forget")),
            "without the antiforgery token");
    }

    [TestMethod]
    public async Task Others_SeeNothingOfIt()
    {
        using var customer = await PortalSession.SignInAsync(Portal, Demo.Ready.Customer!.Email, Demo.Ready.Customer.Password);
        Assert.AreEqual(HttpStatusCode.Forbidden, await customer.StatusOfAsync("/admin/jobs"));
        Assert.AreEqual(HttpStatusCode.Forbidden, await customer.PostAsync(Trigger, ("jobs[]", "forget")));

        using var nobody = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        using var answer = await nobody.GetAsync(new Uri(Portal, "/admin/jobs"));
        StringAssert.StartsWith(answer.Headers.Location!.OriginalString, "/sign-in?returnUrl=");
    }
}
