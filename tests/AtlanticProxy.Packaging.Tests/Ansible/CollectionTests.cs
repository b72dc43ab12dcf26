using System.Text.RegularExpressions;
using AtlanticProxy.Packaging.Tests.Machines;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Packaging.Tests.Ansible;

/// <summary>The collection as files.</summary>
[TestClass]
public sealed partial class CollectionTests
{
    private static string Collection => Path.Combine(Checkout.Root, "ansible");

    private static string Role(string name) => Path.Combine(Collection, "roles", name);

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
    [DataRow("appliance")]
    [DataRow("monitoring")]
    public void EveryVariable_HasADescription_ADefault_AndARowInTheReadme(string role)
    {
        var described = Described(role).ToHashSet();
        var defaults = File.ReadLines(Path.Combine(Role(role), "defaults", "main.yml"))
            .Select(line => Assignment().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value);
        string readme = File.ReadAllText(Path.Combine(Collection, "README.md"));
        var rows = described.Select(variable => (variable.Name, Row: $"| {variable.Description} |"));

        Assert.IsGreaterThan(0, described.Count);
        CollectionAssert.AreEquivalent(described.Select(variable => variable.Name).ToList(), defaults.ToList());
        Assert.AreEqual("", string.Join('\n', rows.Where(each =>
            !Regex.IsMatch(readme, $@"^\| `{each.Name}` \|.*{Regex.Escape(each.Row)}$", RegexOptions.Multiline))));
    }

    /// <summary>The collection is installed without the rest of the checkout, so that it has its own copies.</summary>
    [TestMethod]
    [DataRow("prometheus/rules/alerts.yml")]
    [DataRow("prometheus/rules/recording.yml")]
    [DataRow("grafana/atlanticproxy.json")]
    public void Monitoring_HasTheFilesOfThePackage(string file) => Assert.AreEqual(
        File.ReadAllText(Path.Combine(Checkout.Root, "packaging", "monitoring", file)),
        File.ReadAllText(Path.Combine(Role("monitoring"), "files", Path.GetFileName(file))));

    [TestMethod]
    [DataRow("", "")]
    [DataRow("https://hooks.slack.com/services/T0/B0/x", "0123456789abcdef0123456789abcdef")]
    public async Task Monitoring_WritesWhatPrometheusAndAlertmanagerTake(string slack, string pagerDuty)
    {
        using var controller = await Controller.CreateAsync();
        string said = await Commands.RunAsync("env", $"--chdir={controller.Home}/ansible", $"HOME={controller.Home}",
            "bash", "-ec", """
                for file in prometheus alertmanager; do
                    ansible localhost -c local -m template -e @roles/monitoring/defaults/main.yml \
                        -e "monitoring_slack_url=$1 monitoring_pagerduty_key=$2" \
                        -a "src=roles/monitoring/templates/$file.yml.j2 dest=$HOME/$file.yml"
                done
                promtool check config --syntax-only "$HOME/prometheus.yml"
                amtool check-config "$HOME/alertmanager.yml"
                amtool config routes test --config.file="$HOME/alertmanager.yml" severity=page
                """, "render", slack, pagerDuty);
        StringAssert.Contains(said, "pagerduty,slack");
        string written = await File.ReadAllTextAsync(Path.Combine(controller.Home, "alertmanager.yml"));
        Assert.AreEqual(slack.Length > 0, written.Contains("slack_configs:", StringComparison.Ordinal));
        Assert.AreEqual(pagerDuty.Length > 0, written.Contains("pagerduty_configs:", StringComparison.Ordinal));
    }

    private static IEnumerable<(string Name, string Description)> Described(string role)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Role(role), "meta", "argument_specs.yml"));
        for (int at = 0; at < lines.Length - 1; at++)
            if (Option().Match(lines[at]) is { Success: true } option)
                yield return (option.Groups[1].Value, lines[at + 1].Split("description: ", 2)[1]);
    }

    [GeneratedRegex("^((?:appliance|monitoring)_[a-z0-9_]+): ")]
    private static partial Regex Assignment();

    [GeneratedRegex("^      ((?:appliance|monitoring)_[a-z0-9_]+):$")]
    private static partial Regex Option();
}
