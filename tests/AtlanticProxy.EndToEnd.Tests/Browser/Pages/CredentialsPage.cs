namespace AtlanticProxy.EndToEnd.Tests.Browser.Pages;

internal sealed class CredentialsPage(BrowserSession browser)
{
    public string Username => browser.Find("[data-proxy-username]").Text;

    public string CurlLine => browser.Find("[id^='code-curl-']").Text;

    public string Reveal()
    {
        browser.Open("/credentials");
        browser.Follow("Reveal");
        return browser.Find("[data-proxy-secret]").Text;
    }
}
