namespace AtlanticProxy.Architecture.Tests;

[TestClass]
public sealed class LineLengthTests
{
    /// <summary>As <c>max_line_length</c> in .editorconfig, which no tool enforces.</summary>
    private const int MaxLineLength = 130;

    private static readonly string[] Written = [".cs", ".cshtml", ".sql", ".md", ".js", ".mjs", ".css", ".scss", ".py", ".sh"];

    /// <summary>Made or fetched by tools; and migrations, whose text is fixed by their checksums.</summary>
    private static readonly string[] Skipped = ["bin", "obj", "node_modules", "wwwroot", "Migrations", "TestResults"];

    /// <summary>One regular expression.</summary>
    private static readonly string[] Unbreakable = ["names.js"];

    [TestMethod]
    public void Lines_OfEveryWrittenFile_EndByColumn130()
    {
        var tooLong =
            from file in Files(Repository.Root)
            from line in File.ReadLines(file).Select((text, index) => (Text: text, Number: index + 1))
            where line.Text.Length > MaxLineLength && !IsTableRow(file, line.Text)
            select $"{Path.GetRelativePath(Repository.Root.FullName, file)}:{line.Number} has {line.Text.Length} characters";

        Assert.AreEqual("", string.Join('\n', tooLong));
    }

    private static bool IsTableRow(string file, string line) =>
        Path.GetExtension(file) == ".md" && line.TrimStart().StartsWith('|');

    private static IEnumerable<string> Files(DirectoryInfo folder) =>
        folder.EnumerateFiles().Where(file => Written.Contains(file.Extension) && !Unbreakable.Contains(file.Name))
            .Select(file => file.FullName)
            .Concat(folder.EnumerateDirectories()
                .Where(each => !each.Name.StartsWith('.') && !Skipped.Contains(each.Name)).SelectMany(Files));
}
