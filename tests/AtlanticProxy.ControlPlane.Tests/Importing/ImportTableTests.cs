using System.Text;
using AtlanticProxy.ControlPlane.Importing;
using FsCheck;
using FsCheck.Fluent;

namespace AtlanticProxy.ControlPlane.Tests.Importing;

[TestClass]
public sealed class ImportTableTests
{
    private static ImportTable Read(string text) => ImportTable.Read(Encoding.UTF8.GetBytes(text)).Value;

    private static string Quoted(string cell) => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Half of a surrogate pair is no character, and has no bytes in UTF-8.</summary>
    private static string Whole(string? text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""));

    [TestMethod]
    public void Cell_AnyText_SurvivesEverySeparatorAndMark() => Prop.ForAll<string?, string?, string?>((first, second, third) =>
    {
        string[] cells = [Whole(first), Whole(second), Whole(third)];
        return (from separator in ",;\t"
                from mark in new[] { "", "\uFEFF" }
                from end in new[] { "\n", "\r\n" }
                let table = Read($"{mark}a{separator}b{separator}c{end}"
                    + $"{string.Join(separator, cells.Select(Quoted))}{end}x{separator}y{separator}z")
                select table.Headings.SequenceEqual(["a", "b", "c"]) && table.Records.Count == 2
                    && table.Records[0].Cells.SequenceEqual(cells) && table.Records[1].Cells.SequenceEqual(["x", "y", "z"]))
            .All(holds => holds);
    }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Lines_AreNumberedAsAnEditorDoes_AndShortOnesHaveEmptyCells()
    {
        var table = Read("email;note\nann@example.com;\"two\nlines\"\n\nben@example.com\n");

        Assert.AreEqual("2 5", string.Join(' ', table.Records.Select(record => record.Line)));
        Assert.AreEqual("", table.Records[1].Cells[1]);
    }

    [TestMethod]
    [DataRow("", "The first line names the columns, 200 at most.", DisplayName = "empty")]
    [DataRow("email\n", "The file has no lines after the first, which names the columns.", DisplayName = "headings alone")]
    [DataRow("email,name\na@example.com,\"Ann", "Line 2 is not CSV: a quotation mark is open or misplaced, or the line is too "
        + "long.", DisplayName = "an open quote")]
    [DataRow("email,name\na@example.com,Ann,1", "Line 2 has 3 cells, and the first line names 2 columns.",
        DisplayName = "too many cells")]
    public void File_ThatIsNoTable_IsRefusedInWords(string text, string words) =>
        Assert.AreEqual(words, ImportTable.Read(Encoding.UTF8.GetBytes(text)).Errors[0].Message);

    [TestMethod]
    public void File_TooLargeTooLongOrOfAnotherEncoding_IsRefused()
    {
        Assert.AreEqual("import.too_large@File", ImportTable.Read(new byte[ImportTable.MaxBytes + 1]).Codes());
        Assert.AreEqual("import.not_utf8@File",
            ImportTable.Read(Encoding.Unicode.GetBytes("\uFEFFemail\na@example.com")).Codes());
        Assert.AreEqual("import.not_utf8@File", ImportTable.Read(Encoding.Latin1.GetBytes("email\nä@example.com")).Codes());
        string lines = string.Concat(Enumerable.Repeat("a\n", ImportTable.MaxRecords));
        Assert.HasCount(ImportTable.MaxRecords, Read($"email\n{lines}").Records);
        Assert.AreEqual("import.too_long@File", ImportTable.Read(Encoding.UTF8.GetBytes($"email\n{lines}a")).Codes());
    }

    [TestMethod]
    [DataRow("E-mail,Full Name,username,password,traffic left (GB),Expires at,Plan",
        "email name proxy_user proxy_password gb_left valid_until plan")]
    [DataRow("mail;Company;Country;Credit;Currency;Labels;id", "email company country balance currency tags ignored")]
    [DataRow("email,name,company,country,plan,proxy_user,proxy_password,balance,currency,gb_left,valid_until,tags",
        "email name company country plan proxy_user proxy_password balance currency gb_left valid_until tags")]
    [DataRow("user,login", "proxy_user email")]
    [DataRow("email,E-Mail", "email ignored")]
    public void Columns_OfOtherPanels_AreGuessed(string headings, string fields) => Assert.AreEqual(fields,
        string.Join(' ', ImportMapping.Guess(headings.Split(',', ';')).Select(ImportMapping.NameOf)));
}
