using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.Web.Shell;

/// <summary>What <see cref="BrowserName"/> says, as phrases: it is kept in English.</summary>
internal static class BrowserWords
{
    public static Phrase Of(string name) => name.Split(" on ") switch
    {
        [BrowserName.Unknown] => (Phrase)"an unknown browser",
        [BrowserName.Unknown, var system] => $"an unknown browser on {system}",
        [var browser, var system] => $"{browser} on {system}",
        _ => Phrase.Verbatim(name),
    };
}
