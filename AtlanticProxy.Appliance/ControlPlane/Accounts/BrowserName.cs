namespace AtlanticProxy.ControlPlane.Accounts;

/// <summary>
/// A browser in words, of the header by which it names itself: "Firefox on Windows". Nothing is decided by it, since anybody can
/// call themselves anything.
/// </summary>
public static class BrowserName
{
    /// <summary>Of one that says nothing that we know.</summary>
    public const string Unknown = "an unknown browser";

    // Most also name those that they want to be taken for, so the order matters: whoever adds to another's name comes first.
    private static readonly (string Sign, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("Vivaldi/", "Vivaldi"), ("SamsungBrowser/", "Samsung Internet"),
        ("YaBrowser/", "Yandex Browser"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
        ("Chromium/", "Chromium"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"), ("Wget/", "Wget"),
    ];

    private static readonly (string Sign, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
        ("Mac OS X", "macOS"), ("Macintosh", "macOS"), ("Linux", "Linux"),
    ];

    public static string Of(string userAgent)
    {
        string? browser = Find(Browsers, userAgent), system = Find(Systems, userAgent);
        return system is null ? browser ?? Unknown : $"{browser ?? Unknown} on {system}";
    }

    private static string? Find((string Sign, string Name)[] known, string userAgent) =>
        known.FirstOrDefault(one => userAgent.Contains(one.Sign, StringComparison.Ordinal)).Name;
}
