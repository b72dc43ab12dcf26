using AtlanticProxy.Testing;

namespace AtlanticProxy.EndToEnd.Tests.Browser.Pages;

internal sealed class SignInPage(BrowserSession browser)
{
    public void SignInAs(string email, string password = RunningPortal.Password)
    {
        browser.Open("/sign-in");
        browser.Fill("Email", email);
        browser.Fill("Password", password);
        browser.Follow("Sign in");
        Assert.AreNotEqual("/sign-in", browser.Path, browser.Text);
    }
}
