using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace AtlanticProxy.Web.Languages;

/// <summary>
/// A language of the pages: one file beside this one (<c>fr.json</c>), in which each English pattern has its translation. A
/// pattern that changes with a number (<c>one|many</c>) has its forms, parted by <c>|</c> too. English itself needs no file.
/// </summary>
internal sealed class Language
{
    private const string Prefix = "languages/", Suffix = ".json";

    /// <summary>What the pages are written in.</summary>
    public static readonly Language English = new("en", FrozenDictionary<string, string>.Empty);

    /// <summary>English first.</summary>
    public static readonly IReadOnlyList<Language> All = [English, .. Translated()];

    private readonly FrozenDictionary<string, string> _words;

    internal Language(string code, FrozenDictionary<string, string> words)
    {
        (Code, Culture, _words) = (code, CultureInfo.GetCultureInfo(code), words);
        Name = Culture.TextInfo.ToTitleCase(Culture.NativeName);
    }

    /// <summary>ISO 639-1.</summary>
    public string Code { get; }

    /// <summary>As its own speakers call it.</summary>
    public string Name { get; }

    /// <summary>How it writes numbers and dates.</summary>
    public CultureInfo Culture { get; }

    /// <summary>Each English pattern, and what it is in this language.</summary>
    public IReadOnlyDictionary<string, string> Words => _words;

    /// <summary>What the request that is being answered is in.</summary>
    public static Language Current => Find(CultureInfo.CurrentUICulture.TwoLetterISOLanguageName) ?? English;

    public static Language? Find(string? code)
    {
        foreach (var language in All)
        {
            if (language.Code == code)
                return language;
        }
        return null;
    }

    /// <summary>For a field in which one is chosen.</summary>
    public static SelectListItem[] Choices(IEnumerable<string> codes) =>
        [.. codes.Select(code => new SelectListItem(Find(code)?.Name ?? code, code))];

    /// <summary>The translation; the English where there is none.</summary>
    public string Of(string pattern) => _words.GetValueOrDefault(pattern, pattern);

    /// <summary>The form of <c>one|many</c> for this number.</summary>
    public string Of(string one, string many, long count)
    {
        string[] forms = Of($"{one}|{many}").Split('|');
        return forms[Math.Min(PluralRule.Of(Code, count), forms.Length - 1)];
    }

    private static IEnumerable<Language> Translated()
    {
        var assembly = typeof(Language).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal))
                continue;
            using var file = assembly.GetManifestResourceStream(name)!;
            var words = JsonSerializer.Deserialize<Dictionary<string, string>>(file)!;
            yield return new(name[Prefix.Length..^Suffix.Length], words.ToFrozenDictionary(StringComparer.Ordinal));
        }
    }
}
