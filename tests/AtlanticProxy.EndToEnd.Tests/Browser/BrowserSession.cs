using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;
using OpenQA.Selenium.Support.UI;

namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>What a page is looked at with.</summary>
public enum Screen
{
    Desktop,
    Phone,
}

/// <summary>Debian's Chromium without a window, in a profile of its own.</summary>
internal sealed class BrowserSession : IAsyncDisposable
{
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(60);

    /// <summary>
    /// What the driver says of an element whose page is being replaced by another, before it calls the element stale.
    /// </summary>
    private const string NotInDocument = "does not belong to the document";

    private readonly BrowserProfile _profile = new();
    private readonly ChromeDriver _driver;
    private readonly Uri _address;

    /// <param name="trusting">Takes certificates of authorities that the system does not know.</param>
    /// <param name="local">A host name that leads to this machine, for this browser.</param>
    public BrowserSession(
        Uri address, Screen screen = Screen.Desktop, bool dark = false, bool trusting = false, string? local = null)
    {
        _address = address;
        var options = new ChromeOptions { BinaryLocation = "/usr/bin/chromium", AcceptInsecureCertificates = trusting };
        options.AddArguments(
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", $"--user-data-dir={_profile.Folder}");
        if (local is not null)
            options.AddArgument($"--host-resolver-rules=MAP {local} 127.0.0.1");
        options.SetLoggingPreference(LogType.Browser, LogLevel.All);
        _driver = new ChromeDriver(ChromeDriverService.CreateDefaultService("/usr/bin", "chromedriver"), options, CommandTimeout);
        var (width, height) = screen == Screen.Desktop ? (1440, 900) : (390, 844);
        _driver.ExecuteCdpCommand("Emulation.setDeviceMetricsOverride", new()
        {
            ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = screen == Screen.Phone,
        });
        _driver.ExecuteCdpCommand("Emulation.setEmulatedMedia", new()
        {
            ["features"] =
                new[] { new Dictionary<string, object> { ["name"] = "prefers-color-scheme",
                    ["value"] = dark ? "dark" : "light" } },
        });
    }

    public ChromeDriver Driver => _driver;

    public string Path => new Uri(_driver.Url).AbsolutePath;

    /// <summary>What people read; nothing while one page gives way to the next.</summary>
    public string Text
    {
        get
        {
            try
            {
                return Find("body").Text;
            }
            catch (Exception e) when (e is NoSuchElementException or StaleElementReferenceException)
            {
                return "";
            }
        }
    }

    public void Open(string path) => _driver.Navigate().GoToUrl(new Uri(_address, path));

    public IWebElement Find(string css) => _driver.FindElement(By.CssSelector(css));

    public bool Has(string css) => _driver.FindElements(By.CssSelector(css)).Count > 0;

    public void Fill(string name, string text)
    {
        var field = _driver.FindElement(By.Name(name));
        field.Clear();
        field.SendKeys(text);
    }

    /// <summary>Presses the button or link that people see with these words.</summary>
    public void Press(string words) =>
        _driver.FindElement(By.XPath($"//main//*[self::button or self::a][contains(normalize-space(.), '{words}')]")).Click();

    /// <summary>Presses what leads to another page, and waits until this one is gone.</summary>
    public void Follow(string words) => Leave(() => Press(words));

    /// <summary>Presses the button of a form, and waits until its page is gone.</summary>
    public void Submit(string form) => Leave(Find($"{form} .btn[type='submit']").Click);

    /// <summary>Presses what this selects, and waits until its page is gone.</summary>
    public void Go(string css) => Leave(Find(css).Click);

    private void Leave(Action act)
    {
        var page = Find("html");
        act();
        new WebDriverWait(_driver, CommandTimeout).Until(_ => IsGone(page));
    }

    private static bool IsGone(IWebElement element)
    {
        try
        {
            _ = element.Enabled;
            return false;
        }
        catch (StaleElementReferenceException)
        {
            return true;
        }
        catch (WebDriverException replaced) when (replaced.Message.Contains(NotInDocument, StringComparison.Ordinal))
        {
            return true; // just now: the driver has not noticed itself
        }
    }

    public T Run<T>(string script) => (T)_driver.ExecuteScript(script)!;

    /// <summary>What the page complained of since last asked: errors, refused scripts and styles.</summary>
    public IReadOnlyList<string> Complaints() =>
        [.. _driver.Manage().Logs.GetLog(LogType.Browser).Where(entry => entry.Level >= LogLevel.Severe)
            .Select(entry => entry.Message)];

    public ValueTask DisposeAsync()
    {
        _driver.Dispose();
        return _profile.DisposeAsync();
    }
}
