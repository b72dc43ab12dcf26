namespace AtlanticProxy.EndToEnd.Tests.Browser;

/// <summary>What every page must keep: it fits the screen, its policy refuses nothing of it, and everybody can use it.</summary>
internal static class PageInspection
{
    private static readonly Lazy<string> Axe = new(() =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Browser", "axe.min.js")));

    /// <summary>Opens each page and says what is wrong with it.</summary>
    public static IEnumerable<string> Walk(BrowserSession browser, IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            browser.Open(path);
            foreach (string wrong in browser.Complaints().Concat(Look(browser)))
                yield return $"{path}: {wrong}";
        }
    }

    /// <summary>Of the page that is open.</summary>
    public static IEnumerable<string> Look(BrowserSession browser)
    {
        long beyond = browser.Run<long>("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if (beyond > 0)
            yield return $"{beyond} px wider than the screen";
        foreach (string violation in Violations(browser))
            yield return violation;
    }

    /// <summary>What axe-core calls serious or critical.</summary>
    private static IEnumerable<string> Violations(BrowserSession browser)
    {
        // Through the driver, which the page's policy does not concern.
        browser.Driver.ExecuteScript(Axe.Value);
        var found = (IReadOnlyCollection<object>)browser.Driver.ExecuteAsyncScript(
            """
            const done = arguments[arguments.length - 1];
            axe.run({ resultTypes: ["violations"] }).then(result => done(result.violations
              .filter(violation => ["serious", "critical"].includes(violation.impact))
              .map(violation => violation.id + " " + violation.nodes.map(node => node.target.join(" ")).join(", "))));
            """)!;
        return found.Cast<string>();
    }
}
