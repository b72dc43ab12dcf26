using System.Text.Json;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Html;

namespace AtlanticProxy.Web.Languages;

/// <summary>
/// What the scripts of pages say (<c>Assets/scripts/words.js</c>). A page brings the translations along as a block of JSON, which
/// is data to a browser and so to the content security policy; an English page needs none.
/// </summary>
internal static class ScriptWords
{
    public static readonly IReadOnlyList<Phrase> All =
    [
        "Copy", "Copied", "Press Ctrl-C",
        "Live", "Reconnecting.", $"Reconnecting. Figures of {0}",
        "Paused", "Paused while connections are selected",
        "Cut selected", Phrase.Plural(0, $"Cut {0} connection", $"Cut {0} connections"),
        "Testing…",
        "B KB MB GB TB PB EB", "down", "up",
        "This device already has a passkey for your account.",
        "Passkeys need a host name and HTTPS. They do not work at an IP address.",
        "This device cannot ask for a finger, a face or a PIN.",
        "No passkey was chosen, or the time ran out. Try again.",
    ];

    private static readonly Dictionary<string, HtmlString> Blocks = Language.All.Where(language => language != Language.English)
        .ToDictionary(language => language.Code, language => new HtmlString(
            JsonSerializer.Serialize(All.Select(KeyOf).ToDictionary(key => key, language.Of))));

    /// <summary>JSON of each phrase with its translation, safe within markup; null of English.</summary>
    public static HtmlString? In(Language language) => Blocks.GetValueOrDefault(language.Code);

    /// <summary>As the file of a language has it.</summary>
    public static string KeyOf(Phrase phrase) =>
        phrase.Many is { } many ? $"{phrase.Pattern}|{many.Pattern}" : phrase.Pattern;
}
