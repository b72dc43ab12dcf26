namespace AtlanticProxy.EndToEnd.Tests.Browser.Pages;

/// <summary>The pages of setup, a method a step.</summary>
internal sealed class SetupPages(BrowserSession browser)
{
    /// <param name="token">In the address's fragment, as the command line shows it.</param>
    public void EnterBy(string token)
    {
        browser.Open($"/setup#{token}");
        Assert.AreEqual("", browser.Run<string>("return location.hash"), "the token leaves the address");
        browser.Submit("form[data-setup-token]");
        Assert.AreEqual("/setup/owner", browser.Path, browser.Text);
    }

    public void MakeOwner(string email, string password)
    {
        browser.Fill("Email", email);
        browser.Fill("Password", password);
        browser.Fill("Repeated", password);
        browser.Follow("Make my account");
        Assert.AreEqual("/setup/brand", browser.Path, browser.Text);
    }

    public void NameBrand(string name)
    {
        browser.Fill("BrandName", name);
        browser.Follow("Continue");
        Assert.AreEqual("/setup/host", browser.Path, browser.Text);
    }

    public void SkipHost() => browser.Follow("Skip for now");

    public void ChooseProvider(string label) => browser.Follow(label);

    public void AddProvider(string endpoint, string username, string password)
    {
        browser.Fill("Endpoint", endpoint);
        browser.Fill("Username", username);
        browser.Fill("Password", password);
        browser.Follow("Save and test");
    }

    /// <summary>With another password, the account as it is.</summary>
    public void Retry(string password)
    {
        browser.Fill("Password", password);
        browser.Follow("Save and test");
    }

    public void AddPlan()
    {
        browser.Follow("Add plan");
        Assert.AreEqual("/setup/done", browser.Path, browser.Text);
    }

    /// <summary>The line that is shown to try the proxy by.</summary>
    public string LineToTry()
    {
        browser.Follow("Show a line to try");
        return browser.Find("#trial-line").Text;
    }

    public void Finish() => browser.Follow("Finish setup");
}
