using System.Globalization;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.Engine.Requests.Places;
using AtlanticProxy.Web.Languages;
using AtlanticProxy.Web.Shell;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Languages;

/// <summary>What is kept or shipped in English, and said in the reader's language.</summary>
[TestClass]
public sealed class KeptWordsTests
{
    [TestMethod]
    public void Presets_SayWhatHasATranslation()
    {
        foreach (var preset in ProviderPreset.All)
            foreach (string text in new[] { preset.Notes, preset.UsernameHint }.Where(text => text.Length > 0))
                Assert.AreNotEqual("{0}", PresetWords.Of(text).Pattern, text);
    }

    [TestMethod]
    [DataRow("Invoice 2026-000142"), DataRow("Credit note CN-2026-000007"), DataRow("Payment pay_1"),
        DataRow("Fee of payment pay_1"), DataRow("Refund of payment pay_1"), DataRow("Refund of payment pay_1 failed"),
        DataRow("Dispute dp_1"), DataRow("Dispute dp_1 won"), DataRow("Dispute dp_1 lost"), DataRow("12 bytes"),
        DataRow("3 minutes"), DataRow("Deposit"), DataRow("Deposit returned"), DataRow("Referral commission"),
        DataRow("Referral commission taken back"), DataRow("Automatic top-up"), DataRow("Traffic left at your move"),
        DataRow("Balance at your move"), DataRow("Import undone")]
    public void Memos_OfTheBooks_ArePhrases_InTheSameWords(string memo)
    {
        var phrase = MemoWords.Of(memo);
        Assert.AreEqual(memo, phrase.ToString());
        Assert.AreNotEqual("{0}", phrase.Pattern);
    }

    [TestMethod]
    [DataRow("Thanks, see you"), DataRow("")]
    public void Memos_ThatSomebodyWrote_StayAsTheyAre(string memo) => Assert.AreEqual(memo, MemoWords.Of(memo).ToString());

    [TestMethod]
    [DataRow("Firefox on Windows", "Firefox sur Windows"), DataRow("an unknown browser", "un navigateur inconnu"),
        DataRow("an unknown browser on Linux", "un navigateur inconnu sur Linux"), DataRow("curl", "curl")]
    public void Browsers_AreSaidInTheReadersLanguage(string name, string french) =>
        InFrench(() => Assert.AreEqual(french, Speaking.T[BrowserWords.Of(name)]));

    [TestMethod]
    [DataRow("closed instead of answering (after 12 bytes)", "a fermé au lieu de répondre (after 12 bytes)"),
        DataRow("silent", "ne répond pas"), DataRow("of a later version (x)", "of a later version (x)")]
    public void FaultsOfProviders_AreSaidInTheReadersLanguage(string fault, string french) =>
        InFrench(() => Assert.AreEqual(french, Speaking.T[FaultWords.Of(fault)]));

    [TestMethod]
    public void Countries_AllHaveAName_InEveryLanguage_AndTheirAlphabetsOrder()
    {
        InFrench(() =>
        {
            foreach (var country in Gazetteer.Countries)
                Assert.IsGreaterThan(2, CountryNames.Of(country).Length, country.Code);
            string[] names = [.. CountryNames.Sorted(Gazetteer.Countries).Select(CountryNames.Of)];
            Assert.IsLessThan(Array.IndexOf(names, "Estonie"), Array.IndexOf(names, "Égypte"));
            Assert.AreEqual("Allemagne", CountryNames.Of("DE"));
            Assert.AreEqual("ZZ", CountryNames.Of("zz"));
            var germany = Gazetteer.FindCountry("de")!;
            Assert.IsTrue(CountryNames.Has(germany, "allem") && CountryNames.Has(germany, "germ"));
        });
        Assert.AreEqual("Germany", CountryNames.Of("de"));
    }

    [TestMethod]
    public void FieldsOfTheAuditLog_AreSaidInTheReadersLanguage()
    {
        InFrench(() => Assert.AreEqual("Mot de passe", AuditFields.Of("password_hash")));
        Assert.AreEqual("Password", AuditFields.Of("password_hash"));
        Assert.AreEqual("Of tomorrow", AuditFields.Of("of_tomorrow"));
    }

    [TestMethod]
    public async Task FieldsOfTheAuditLog_AreAllKnown()
    {
        var portal = await SeededPortal.SharedAsync();
        string columns = await portal.Portal.Database.ScalarAsync<string>($"""
            select string_agg(distinct column_name, ' ') from information_schema.columns
            where table_name = any (string_to_array('{string.Join(',', AuditQueries.Objects)}', ','))
                and not audit_is_noise(column_name) and column_name not in ('id', 'customer_id')
            """);

        Assert.AreEqual("", string.Join(' ', columns.Split(' ').Where(column => !AuditFields.IsKnown(column))));
    }

    [TestMethod]
    public async Task Pages_BringTheWordsOfScripts_UnlessTheyAreEnglish()
    {
        using var visitor = (await SeededPortal.SharedAsync()).Anyone();
        string english = (await visitor.GetAsync("/sign-in")).Body;
        visitor.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr");
        string french = (await visitor.GetAsync("/sign-in")).Body;

        Assert.DoesNotContain("id=\"script-words\"", english);
        Assert.Contains("<script type=\"application/json\" id=\"script-words\">{\"Copy\":\"Copier\"", french);
    }

    private static void InFrench(Action check)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("fr");
        try
        {
            check();
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
