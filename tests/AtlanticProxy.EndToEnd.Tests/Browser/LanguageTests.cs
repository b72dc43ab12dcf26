using AtlanticProxy.EndToEnd.Tests.Browser.Pages;
using AtlanticProxy.Testing;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>The portal in French, in Chromium.</summary>
[TestClass]
public sealed class LanguageTests
{
    [TestMethod]
    [DataRow(Screen.Desktop), DataRow(Screen.Phone)]
    public async Task French_ChosenBeforeSigningIn_IsWhatPagesScriptsAndRefusalsSpeak_UntilEnglishIsChosen(Screen screen)
    {
        await using var filled = await FilledPortal.StartAsync();
        await using var browser = new BrowserSession(filled.Portal.Address, screen);
        var signIn = new SignInPage(browser);
        signIn.Choose("fr");

        signIn.SignInAs(FilledPortal.Customer);
        StringAssert.Contains(browser.Text, "Vue d'ensemble");
        await Poll.UntilAsync(() => browser.Find("[data-live-state]").Text == "En direct");
        browser.Open("/endpoints");
        browser.Run<object?>("document.querySelector('[data-copy]').click()");
        await Poll.UntilAsync(() => browser.Text.Contains("Copié", StringComparison.Ordinal)
            || browser.Text.Contains("Ctrl-C", StringComparison.Ordinal));
        browser.Open("/account/password");
        browser.Fill("Password", "wrong");
        browser.Fill("NewPassword", "short");
        browser.Submit("main form");
        StringAssert.Contains(browser.Text, "mot de passe");
        Assert.IsEmpty(browser.Complaints().Where(each => !each.Contains("400", StringComparison.Ordinal)));

        browser.Open("/overview");
        if (screen == Screen.Phone)
            browser.Find(".topbar summary").Click();
        browser.Go($"{(screen == Screen.Phone ? ".topbar" : ".sidebar")} .language-switch button[value='en']");
        StringAssert.Contains(browser.Text, "Overview");
    }
}
