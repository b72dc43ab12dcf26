using System.Collections.Frozen;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Web.Languages;
using Microsoft.AspNetCore.Html;

namespace AtlanticProxy.Web.Tests.Languages;

/// <summary>A phrase in another language: other words, other order, that language's figures.</summary>
[TestClass]
public sealed class TranslationTests
{
    private static readonly Language French = new("fr", new Dictionary<string, string>
    {
        ["Sign in"] = "Se connecter",
        ["{0} of {1} used"] = "Sur {1}, {0} utilisés",
        ["{0} proxy user|{0} proxy users"] = "{0} utilisateur|{0} utilisateurs",
        ["Read the <a href=\"/terms\">terms</a> of {0}."] = "Lisez les <a href=\"/terms\">conditions</a> de {0}.",
        ["Stopped: {0}"] = "Arrêté : {0}",
        ["by the customer"] = "par le client",
    }.ToFrozenDictionary());

    private readonly Translation _french = new(() => French), _english = new(() => Language.English);

    [TestMethod]
    public void Words_AreTheLanguages_AndEnglishWhereItHasNone()
    {
        Assert.AreEqual("Se connecter", _french["Sign in"]);
        Assert.AreEqual("Sign out", _french["Sign out"]);
        Assert.AreEqual("Sign in", _english["Sign in"]);
        Assert.AreEqual("Se connecter", _french.Of("Sign in"));
        Assert.IsNull(_french.Of(null));
    }

    [TestMethod]
    public void Places_MayChangeTheirOrder_AndFiguresAreWrittenAsTheLanguageDoes()
    {
        int used = 1_500;
        decimal all = 2_000.5m;

        Assert.AreEqual("1500 of 2,000.5 used", _english[$"{used} of {all:N1} used"]);
        Assert.AreEqual("Sur 2\u202f000,5, 1500 utilisés", _french[$"{used} of {all:N1} used"]);
    }

    [TestMethod]
    [DataRow(0, "0 proxy users", "0 utilisateur")]
    [DataRow(1, "1 proxy user", "1 utilisateur")]
    [DataRow(2, "2 proxy users", "2 utilisateurs")]
    public void Number_ChoosesTheFormThatTheLanguageHasForIt(int count, string english, string french)
    {
        var phrase = Phrase.Plural(count, $"{count} proxy user", $"{count} proxy users");

        Assert.AreEqual(english, _english[phrase]);
        Assert.AreEqual(french, _french[phrase]);
    }

    [TestMethod]
    public void Part_ThatIsAPhrase_IsTranslatedToo()
    {
        Phrase by = "by the customer";

        Assert.AreEqual("Arrêté : par le client", _french[$"Stopped: {by}"]);
        Assert.AreEqual("Stopped: by the customer", $"{(Phrase)$"Stopped: {by}"}");
    }

    [TestMethod]
    public void Text_ThatIsNobodysLanguage_IsNotLookedUp() =>
        Assert.AreEqual("Sign in", _french[Phrase.Verbatim("Sign in")]);

    [TestMethod]
    public void Braces_InWords_AreWords() => Assert.AreEqual("Use {user} and 5", _french[$"Use {{user}} and {5}"]);

    [TestMethod]
    public void Markup_OfThePhraseStays_AndWhatIsPutInIsEncoded()
    {
        string name = "Ann & <Co>";

        Assert.AreEqual("Lisez les <a href=\"/terms\">conditions</a> de Ann &amp; &lt;Co&gt;.",
            $"{_french.Html($"Read the <a href=\"/terms\">terms</a> of {name}.")}");
        Assert.AreEqual("Read the <a href=\"/terms\">terms</a> of <b>us</b>.",
            $"{_english.Html($"Read the <a href=\"/terms\">terms</a> of {new HtmlString("<b>us</b>")}.")}");
    }

    [TestMethod]
    [DataRow("en", "0:1 1:0 2:1 21:1")]
    [DataRow("fr", "0:0 1:0 2:1 21:1")]
    [DataRow("ja", "0:0 1:0 2:0 21:0")]
    [DataRow("ru", "0:2 1:0 2:1 5:2 11:2 12:2 21:0 22:1 111:2")]
    [DataRow("pl", "0:2 1:0 2:1 5:2 12:2 21:2 22:1")]
    [DataRow("cs", "0:2 1:0 2:1 4:1 5:2 22:2")]
    public void PluralRule_IsTheCldrs(string language, string forms)
    {
        foreach (string[] pair in forms.Split(' ').Select(form => form.Split(':')))
            Assert.AreEqual(int.Parse(pair[1], null),
                PluralRule.Of(language, long.Parse(pair[0], null)), $"{language} {pair[0]}");
    }
}
