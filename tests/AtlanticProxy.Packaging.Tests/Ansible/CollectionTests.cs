using System.Text.RegularExpressions;
using AtlanticProxy.Packaging.Tests.Machines;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Packaging.Tests.Ansible;

/// <summary>The collection as files.</summary>
[TestClass]
public sealed partial class CollectionTests
{
    private static string Collection => Path.Combine(Checkout.Root, "ansible");

    private static string Role => Path.Combine(Collection, "roles", "appliance");

    [TestMethod]
    public async Task AnsibleLint_ByItsStrictestProfile_FindsNothing()
    {
        using var controller = await Controller.CreateAsync();
        var lint = await Commands.TryAsync("env", $"--chdir={controller.Home}/ansible", $"HOME={controller.Home}", "ansible-lint",
            "--nocolor", "--strict", "--offline", "--profile", "production");
        Assert.AreEqual(0, lint.ExitCode, lint.ToString());
        StringAssert.Contains(lint.ToString(), "Passed with production profile");
    }

    [TestMethod]
    public async Task TheCollection_IsBuilt_AndInstalledFromItsArchive()
    {
        using var controller = await Controller.CreateAsync();
        string said = await Commands.RunAsync("env", $"--chdir={controller.Home}/ansible", $"HOME={controller.Home}",
            "bash", "-ec", "ansible-galaxy collection build --output-path ..; "
                + "ansible-galaxy collection install --offline ../atlanticproxy-appliance-*.tar.gz");
        StringAssert.Contains(said, "atlanticproxy.appliance");
    }

    /// <summary>Who begins at the first page gets the lines that are tried here.</summary>
    [TestMethod]
    public void TheFirstReadme_HasTheLinesOfTheCollections()
    {
        string[] here = [.. File.ReadLines(Path.Combine(Collection, "README.md"))
            .SkipWhile(line => line != "```sh").Skip(1).TakeWhile(line => line != "```")];
        string indented = string.Join('\n', here.Select(line => line.Length == 0 ? "" : "    " + line));
        StringAssert.Contains(File.ReadAllText(Path.Combine(Checkout.Root, "README.md")), indented);
    }

    /// <summary>Every variable is described once, and that description is the README's, too.</summary>
    [TestMethod]
    public void EveryVariable_HasADescription_ADefault_AndARowInTheReadme()
    {
        var described = Described().ToHashSet();
        var defaults = File.ReadLines(Path.Combine(Role, "defaults", "main.yml"))
            .Select(line => Assignment().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value);
        string readme = File.ReadAllText(Path.Combine(Collection, "README.md"));
        var rows = described.Select(variable => (variable.Name, Row: $"| {variable.Description} |"));

        Assert.IsGreaterThan(0, described.Count);
        CollectionAssert.AreEquivalent(described.Select(variable => variable.Name).ToList(), defaults.ToList());
        Assert.AreEqual("", string.Join('\n', rows.Where(each =>
            !Regex.IsMatch(readme, $@"^\| `{each.Name}` \|.*{Regex.Escape(each.Row)}$", RegexOptions.Multiline))));
    }

    private static IEnumerable<(string Name, string Description)> Described()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Role, "meta", "argument_specs.yml"));
        for (int at = 0; at < lines.Length - 1; at++)
            if (Option().Match(lines[at]) is { Success: true } option)
                yield return (option.Groups[1].Value, lines[at + 1].Split("description: ", 2)[1]);
    }

    [GeneratedRegex("^(appliance_[a-z0-9_]+): ")]
    private static partial Regex Assignment();

    [GeneratedRegex("^      (appliance_[a-z0-9_]+):$")]
    private static partial Regex Option();
}
