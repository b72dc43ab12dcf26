using AtlanticProxy.Testing;

namespace AtlanticProxy.EndToEnd.Tests.Browser.Pages;

internal sealed class SignInPage(BrowserSession browser)
{
    public void SignInAs(string email, string password = RunningPortal.Password)
    {
        browser.Open("/sign-in");
        browser.Fill("Email", email);
        browser.Fill("Password", password);
        browser.Submit("form[action='/sign-in']");
        Assert.AreNotEqual("/sign-in", browser.Path, browser.Text);
    }

    /// <summary>Has the portal speak this language in this browser.</summary>
    public void Choose(string language)
    {
        browser.Open("/sign-in");
        browser.Go($".language-switch button[value='{language}']");
        Assert.AreEqual(language, browser.Find("html").GetAttribute("lang"));
    }
}
