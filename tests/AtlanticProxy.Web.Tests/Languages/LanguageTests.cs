using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using AtlanticProxy.Web.Languages;

namespace AtlanticProxy.Web.Tests.Languages;

/// <summary>Each language says all that the portal says, and nothing else.</summary>
[TestClass]
public sealed partial class LanguageTests
{
    private static IEnumerable<Language> Translations => Language.All.Skip(1);

    [TestMethod]
    public void EveryPhrase_IsInEveryLanguage()
    {
        foreach (var language in Translations)
        {
            var missing = SaidPhrases.All.Patterns.Where(said => !language.Words.ContainsKey(said.Key));
            Assert.AreEqual("", Lines(missing.Select(said => $"{said.Value} {said.Key}")), $"{language.Code}.json lacks these");
        }
    }

    [TestMethod]
    public void EveryTranslation_IsOfAPhraseThatIsSaid()
    {
        foreach (var language in Translations)
            Assert.AreEqual("", Lines(language.Words.Keys.Where(key => !SaidPhrases.All.Patterns.ContainsKey(key))),
                $"{language.Code}.json has these, and nothing says them");
    }

    [TestMethod]
    public void EveryTranslation_HasThePlacesOfItsPhrase_AndItsMarkup()
    {
        foreach (var language in Translations)
            foreach (var (phrase, translation) in language.Words)
                foreach (string form in translation.Split('|'))
                {
                    string english = phrase.Split('|')[^1];
                    Assert.AreEqual(Places(english), Places(form), $"{language.Code}: {form}");
                }
    }

    [TestMethod]
    public void EveryPhrase_IsKnownBeforeItIsSaid() => Assert.AreEqual("", Lines(SaidPhrases.All.Unknown));

    [TestMethod]
    public void NoView_HasTextThatIsNotAPhrase() => Assert.AreEqual("", Lines(UnsaidText.Find()));

    [TestMethod]
    public void Scripts_SayWhatIsListed_AndNothingElse()
    {
        var said = Directory.GetFiles(PortalSources.Folder("AtlanticProxy.Web/Assets/scripts"), "*.js").SelectMany(file =>
            ScriptPhrase().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.AreEqual(Lines(said), Lines(ScriptWords.All.Select(ScriptWords.KeyOf)));
    }

    [TestMethod]
    public void NoScript_HasTextThatIsNotAPhrase() => Assert.AreEqual("", Lines(
        Directory.GetFiles(PortalSources.Folder("AtlanticProxy.Web/Assets/scripts"), "*.js").SelectMany(file =>
            Sentence().Matches(Silent().Replace(File.ReadAllText(file), "")).Select(match => $"{file} {match.Value}"))));

    /// <summary>All of them also into a file beside the test's program, for whoever translates.</summary>
    private static string Lines(IEnumerable<string> found, [CallerMemberName] string test = "")
    {
        string lines = string.Join('\n', found.Distinct().Order(StringComparer.Ordinal));
        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, $"{test}.txt"), lines);
        return lines;
    }

    private static string Places(string text) =>
        string.Join(' ', Place().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal));

    [GeneratedRegex("""\b(?:say|count)\(\s*"([^"]*)["]""")]
    private static partial Regex ScriptPhrase();

    /// <summary>What is no text of a page: comments, what is said already, selectors.</summary>
    [GeneratedRegex("""(?m)^\s*//.*$|\b(?:say|count)\(\s*"[^"]*"|[a-zA-Z]*(?:querySelector|closest|matches)[a-zA-Z]*\([^)]*\)""")]
    private static partial Regex Silent();

    [GeneratedRegex("""(?:textContent\s*=|\btell\()\s*["`]\w[^"`\n]*|["`][A-Z][a-z]+[ .!?…][^"`\n]*""")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"\{\d+\}|</?[a-z]+")]
    private static partial Regex Place();
}
