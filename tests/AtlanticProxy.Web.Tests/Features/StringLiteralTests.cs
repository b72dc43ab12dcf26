using AtlanticProxy.Testing.Network;
using AtlanticProxy.Web.Features.Endpoints;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>Any password in a literal is read back by the language itself.</summary>
[TestClass]
public sealed class StringLiteralTests
{
    private const int Passwords = 200, Length = 24;

    /// <summary>What is special somewhere, more often than it would be by chance.</summary>
    private const string Special = "'\"\\`$#{}%&<>!?*~ \t";

    [TestMethod]
    [DataRow("a.sh", "", "printf '%s\\n' '{0}'", "", "sh"), DataRow("a.py", "", "print(\"{0}\")", "", "/usr/bin/python3")]
    [DataRow("a.mjs", "", "console.log(\"{0}\");", "", "node"), DataRow("a.php", "<?php\n", "echo '{0}', \"\\n\";", "", "php")]
    [DataRow("a.rb", "", "puts '{0}'", "", "ruby")]
    [DataRow("A.java", "class A { public static void main(String[] x) {\n", "System.out.println(\"{0}\");", "}}", "java")]
    [DataRow("a.cs", "", "System.Console.WriteLine(\"{0}\");", "", "dotnet", "run")]
    public async Task Literals_OfAnyPassword_AreReadBackByTheirLanguage(
        string file, string head, string line, string foot, params string[] command)
    {
        var random = new Random(11);
        string[] passwords = [.. Enumerable.Range(0, Passwords).Select(_ => new string([.. Enumerable.Range(0, Length)
            .Select(_ => random.Next(2) == 0 ? Special[random.Next(Special.Length)] : (char)random.Next('!', '~' + 1))]))];
        Func<string, string> escape = Path.GetExtension(file) switch
        {
            ".sh" => StringLiteral.OfShell,
            ".php" or ".rb" => StringLiteral.OfSingleQuotes,
            _ => StringLiteral.OfDoubleQuotes,
        };
        string folder = Directory.CreateTempSubdirectory("atlantic-literals-").FullName;
        try
        {
            string program = Path.Combine(folder, file);
            await File.WriteAllTextAsync(program, head + string.Join('\n', passwords.Select(password =>
                line.Replace("{0}", escape(password), StringComparison.Ordinal))) + "\n" + foot);

            var result = await Tool.RunAsync(command[0], [.. command[1..], program]);

            Assert.AreEqual(0, result.ExitCode, $"{result}");
            CollectionAssert.AreEqual(passwords, result.Text.TrimEnd('\n').Split('\n'));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
