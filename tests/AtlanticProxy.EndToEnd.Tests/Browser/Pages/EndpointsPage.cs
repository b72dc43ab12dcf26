using AtlanticProxy.Testing;
using OpenQA.Selenium;

namespace AtlanticProxy.EndToEnd.Tests.Browser.Pages;

/// <summary>The page of endpoints, whose lines change while one chooses.</summary>
internal sealed class EndpointsPage(BrowserSession browser)
{
    public string Lines => browser.Find("#lines").Text;

    public string Code => browser.Find("#sample").Text;

    public void Open(string query = "") => browser.Open($"/endpoints{query}");

    /// <summary>On a phone they are folded under a sentence; by the keyboard, wherever the page is scrolled to.</summary>
    public void OpenChoices() => browser.Find("#show-choices").SendKeys(Keys.Space);

    public void Choose(string field, string label) =>
        browser.Find($"#{field}").FindElement(By.XPath($"./option[normalize-space(.)='{label}']")).Click();

    public void Type(string field, string text) => browser.Fill(field, text);

    public void Reveal() => browser.Submit("form[data-reveal]");

    /// <summary>Follows a link that changes the page in place.</summary>
    public void Pick(string link) => browser.Find("main").FindElement(By.LinkText(link)).Click();

    public Task LinesBecomeAsync(Func<string, bool> such) => Poll.UntilAsync(() => IsSo(() => such(Lines)));

    public Task CodeBecomesAsync(Func<string, bool> such) => Poll.UntilAsync(() => IsSo(() => such(Code)));

    /// <summary>What the clipboard has after the button was pressed.</summary>
    public async Task<string> CopyLinesAsync()
    {
        browser.Driver.ExecuteCdpCommand("Browser.grantPermissions", new() { ["permissions"] = new[] { "clipboardReadWrite" } });
        browser.Find("[data-copy='lines']").Click();
        await Poll.UntilAsync(() => browser.Find("[data-copy='lines']").Text == "Copied");
        return browser.Run<string>("return navigator.clipboard.readText()");
    }

    /// <summary>Presses Test connection; the words of the report.</summary>
    public async Task<string> TestAsync()
    {
        browser.Run<object?>("scrollTo(0, 0)"); // from under the phone's bar
        browser.Press("Test connection");
        await Poll.UntilAsync(() => browser.Has("#test section"));
        return browser.Find("#test").Text;
    }

    /// <summary>Parts of the page are replaced while it is looked at.</summary>
    private static bool IsSo(Func<bool> condition)
    {
        try
        {
            return condition();
        }
        catch (StaleElementReferenceException)
        {
            return false;
        }
    }
}
