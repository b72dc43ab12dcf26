using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.EndToEnd.Tests.Browser.Pages;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using OpenQA.Selenium;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>Customers move in by a file, and out again, as an owner does it in Chromium; one of them does not notice.</summary>
[TestClass]
public sealed class ImportTests
{
    private const string Password = "their-old-one-42";

    private static readonly TimeSpan JobPatience = TimeSpan.FromMinutes(2);

    [TestMethod]
    [DataRow(Screen.Desktop), DataRow(Screen.Phone)]
    public async Task Customers_OfAFile_MoveInAndOutAgain(Screen screen)
    {
        string name = $"mover{screen}".ToLowerInvariant();
        string file = Path.Combine(SharedAppliance.Demo.Folder, $"{name}.csv");
        await File.WriteAllTextAsync(file, $"""
            E-mail;Full name;Sub-user;Login;pass;Funds;Currency
            {name}@moved.example;Ann;x;{name};{Password};12.50;USD
            {name}still@moved.example;Ben;y;{name}still;{Password};;
            {name}wrong@moved.example;Cat;z;{name}wrong;short;;
            """);
        var admin = SharedAppliance.Demo.Ready.Admin!;
        await using var owner = new BrowserSession(new Uri(SharedAppliance.Demo.Ready.Portal), screen);
        new SignInPage(owner).SignInAs(admin.Email, admin.Password);

        owner.Open("/admin/import");
        Inspect(owner);
        owner.Find("#File").SendKeys(file);
        owner.Follow("Continue");
        Inspect(owner);
        Assert.DoesNotContain(Password, owner.Driver.PageSource);
        Choose(owner, "Sub-user", "Do not import");
        Choose(owner, "Login", "Proxy user");
        owner.Follow("Check");
        await SeesAsync(owner, "2 ready, 1 refused");
        StringAssert.Contains(owner.Text, "A secret has 12 to 64 characters.");
        Inspect(owner);
        owner.Follow("Import 2 lines");
        await SeesAsync(owner, "2 customers imported");
        Inspect(owner);

        string proxy = $"http://{name}:{Password}@{SharedAppliance.Demo.Proxy}";
        await Poll.UntilAsync(async () => (await Tool.CurlAsync("-sS", "-x", proxy, "http://exit.test/")).Text
            .Contains("\"exit\"", StringComparison.Ordinal));
        await Poll.UntilAsync(async () => (await Tool.CurlAsync("-sS", "-o", "/dev/null", "-w", "%{http_code}", "-x",
            $"http://{name}:not-their-old-one@{SharedAppliance.Demo.Proxy}", "http://exit.test/")).Text == "407");
        await Poll.UntilAsync(async () => (await SharedAppliance.Demo.CliAsync(["usage"])).GetRawText()
            .Contains($"\"{name}\"", StringComparison.Ordinal));
        owner.Follow("Undo");
        owner.Submit("main form");
        await SeesAsync(owner, "1 customer removed");

        StringAssert.Contains(owner.Text, "Its proxy users have connected.");
        Inspect(owner);
        owner.Open("/admin/customers?search=moved.example");
        StringAssert.Contains(owner.Text, $"{name}@moved.example");
        Assert.DoesNotContain($"{name}still@moved.example", owner.Text);
    }

    /// <summary>Pages of what is under way come again by themselves.</summary>
    private static Task SeesAsync(BrowserSession browser, string words) => Poll.UntilAsync(
        () => browser.Run<string>("return document.body?.innerText ?? ''").ReplaceLineEndings(" ")
            .Contains(words, StringComparison.Ordinal), JobPatience);

    private static void Choose(BrowserSession browser, string heading, string field) =>
        browser.Driver.FindElement(By.XPath($"//select[@aria-label='What “{heading}” is']/option[.='{field}']")).Click();

    private static void Inspect(BrowserSession browser) =>
        Assert.AreEqual("", string.Join('\n', browser.Complaints().Concat(PageInspection.Look(browser))), browser.Path);
}
