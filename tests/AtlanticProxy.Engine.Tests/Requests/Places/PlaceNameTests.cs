using AtlanticProxy.Engine.Requests.Places;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.Engine.Tests.Requests.Places;

[TestClass]
public sealed class PlaceNameTests
{
    [TestMethod]
    [DataRow("São Paulo", "saopaulo", "sao_paulo"), DataRow("new_york", "newyork", "new_york"),
        DataRow("New-York", "newyork", "new_york"), DataRow("Łódź", "lodz", "lodz")]
    [DataRow("Côte d'Ivoire", "cotedivoire", "cote_divoire"), DataRow("Straße", "strasse", "strasse"),
        DataRow("  St. John’s ", "stjohns", "st_johns"), DataRow("Ørsta", "orsta", "orsta")]
    [DataRow("İzmir", "izmir", "izmir"), DataRow("Москва", "", ""), DataRow("", "", ""), DataRow("--", "", ""),
        DataRow("10th of Ramadan", "10thoframadan", "10th_of_ramadan")]
    public void Name_OfAnyKind_IsFolded(string name, string normalised, string words)
    {
        Assert.AreEqual(normalised, PlaceName.Normalise(name));
        Assert.AreEqual(words, PlaceName.Words(name));
    }

    [TestMethod]
    public void Normalise_AnyText_IsPlainAndStaysAsItIs() =>
        Prop.ForAll<NonNull<string>>(text =>
        {
            string once = PlaceName.Normalise(text.Get);
            return once.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)) && PlaceName.Normalise(once) == once
                && PlaceName.Normalise(PlaceName.Words(text.Get)) == once;
        }).QuickCheckThrowOnFailure();
}
