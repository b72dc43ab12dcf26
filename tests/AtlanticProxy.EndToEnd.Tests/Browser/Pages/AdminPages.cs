namespace AtlanticProxy.EndToEnd.Tests.Browser.Pages;

/// <summary>The admin pages, as far as adding a customer goes.</summary>
internal sealed class AdminPages(BrowserSession browser)
{
    /// <summary>Leaves the browser on the customer's page.</summary>
    public void AddCustomer(string email, string name)
    {
        browser.Open("/admin/customers");
        browser.Follow("Add customer");
        browser.Fill("Email", email);
        browser.Fill("Name", name);
        browser.Follow("Add customer");
    }

    /// <summary>From the customer's page.</summary>
    public void AddSignIn(string password)
    {
        browser.Fill("Password", password);
        browser.Follow("Add sign-in");
    }

    /// <summary>From the customer's page; the secret that is shown.</summary>
    public string AddProxyUser(string name)
    {
        browser.Follow("Add proxy user");
        browser.Fill("Name", name);
        browser.Follow("Add proxy user");
        return browser.Find("[data-proxy-secret]").Text;
    }
}
