using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using AtlanticProxy.Host.Cli;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Host.Tests.Cli;

/// <summary>What a person, or a program, is told who uses the command line wrongly. None of it needs an appliance.</summary>
[TestClass]
public sealed class UsageErrorTests
{
    private static readonly string[] Foreign = ["expected type", "System.", "Cannot parse", "Unrecognized", "Required",
        "argument for", "was not provided", "must be one of"];

    [TestMethod]
    [DataRow("fly", "There is no 'fly' here.")]
    [DataRow("customer", "Name a verb: add, set, show")]
    [DataRow("customer list --nonsense", "There is no '--nonsense' here.")]
    [DataRow("plan add", "Something is missing behind the verb.")]
    [DataRow("plan add Gold", "--kind is needed.")]
    [DataRow("plan add Gold --kind", "--kind needs a value.")]
    [DataRow("plan add Gold --kind hourly --kind hourly", "--kind is given more than once.")]
    [DataRow("plan add Gold --kind monthly", "--kind: 'monthly' is not one of subscription, per-gb, hourly.")]
    [DataRow("plan add Gold --kind hourly --price 1,5", "--price: '1,5' has a comma: write 1.5.")]
    [DataRow("plan add Gold --kind hourly --included-gb 1,5", "--included-gb: '1,5' has a comma: write 1.5.")]
    [DataRow("plan add Gold --kind hourly --max-connections many", "--max-connections: 'many' is not a number, such as 1.5.")]
    [DataRow("plan add Gold --kind hourly --seats -1", "--seats: '-1' is less than 0.")]
    [DataRow("plan add Gold --kind hourly --period fortnight", "--period: 'fortnight' is not day, week, month or year")]
    [DataRow("plan add Gold --kind hourly --window weekly", "--window: 'weekly' is not one of period, lifetime.")]
    [DataRow("proxy-user add a@b.c anna --limit-gb 0,5", "--limit-gb: '0,5' has a comma: write 0.5.")]
    [DataRow("proxy-user add a@b.c anna --speed-mbps 0,5", "--speed-mbps: '0,5' has a comma: write 0.5.")]
    [DataRow("provider add x --endpoint http://h:1 --monthly-cap-gb 18446744074",
        "--monthly-cap-gb: '18446744074' is too large.")]
    [DataRow("provider add x", "Give --endpoint, or a --preset that has one.")]
    [DataRow("provider add x --preset nobody", "--preset: 'nobody' is not one of")]
    [DataRow("provider bill x --day 22.11.2026 --bytes 1", "--day: '22.11.2026' is not a day: write it as 2026-11-28.")]
    [DataRow("provider bill x --day 2026-11-22 --bytes 1.5", "--bytes: '1.5' is not a whole number of bytes")]
    [DataRow("pool add x --member a:b", "--member: 'a:b' is not PROVIDER[:TIER[:WEIGHT]].")]
    [DataRow("usage --since 01/11/2026", "--since: '01/11/2026' is not a day or time: write it as 2026-11-28")]
    [DataRow("reconcile --from 01/11/2026", "--from: '01/11/2026' is not a day: write it as 2026-11-28.")]
    [DataRow("reconcile --by week", "--by: 'week' is not one of day, customer, provider, plan.")]
    [DataRow("customer plan-end a@b.c 31.1.2099", "DAY: '31.1.2099' is not a day")]
    [DataRow("customer credit a@b.c 25,00", "AMOUNT: '25,00' has a comma: write 25.00.")]
    [DataRow("rule remove one", "ID: 'one' is not a number")]
    [DataRow("rule add colour red", "KIND: 'colour' is not one of port")]
    [DataRow("connections anna --last 0", "--last: '0' is less than 1.")]
    [DataRow("connections anna --outcome Fine", "--outcome: 'Fine' is not one of")]
    [DataRow("simulate-provider --listen 127.0.0.1:0 --fail often", "--fail: 'often' is not a number")]
    [DataRow("usage ann@example.com --since 2026-01-01", "Give CUSTOMER alone, or --customer with the other options.")]
    [DataRow("coupon set SPRING --until tomorrow", "--until: 'tomorrow' is not a day: write it as 2026-11-28.")]
    [DataRow("plan set Gold --pausable maybe", "--pausable: 'maybe' is not one of yes, no.")]
    [DataRow("coupon set SPRING --first-purchase maybe", "--first-purchase: 'maybe' is not one of yes, no.")]
    [DataRow("simulate-gateway --kind paypal", "--kind: 'paypal' is not one of paystack, stripe, btcpay")]
    public async Task Usage_Wrong_IsSaidInOurWordsAndAsJson(string line, string words)
    {
        var text = await Testing.Cli.RunAsync(line.Split(' '));
        var json = await Testing.Cli.RunAsync(["--json", .. line.Split(' ')]);

        Assert.AreEqual((CommandLine.WrongUsage, CommandLine.WrongUsage), (text.ExitCode, json.ExitCode));
        Assert.Contains(words, text.Error);
        Assert.Contains("Run with --help", text.Error);
        using var errors = JsonDocument.Parse(json.Error);
        Assert.IsTrue(errors.RootElement.GetProperty("errors").EnumerateArray()
            .Any(error => error.GetProperty("message").GetString()!.Contains(words, StringComparison.Ordinal)), json.Error);
        foreach (string foreign in Foreign)
            Assert.DoesNotContain(foreign, text.Error);
    }

    [TestMethod]
    public async Task Usage_Wrong_IsSaidAlikeInEveryCulture()
    {
        var before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            foreach (string name in new[] { "de-DE", "fr-FR", "tr-TR", "ar-EG", "ja-JP" })
            {
                (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (new CultureInfo(name), new CultureInfo(name));
                var refused = await Testing.Cli.RunAsync(["plan", "add", "Gold", "--price", "0,5"]);
                Assert.AreEqual(
                    "--price: '0,5' has a comma: write 0.5.\n--kind is needed.\nRun with --help for how it is used.\n",
                    Sorted(refused.Error), name);
            }
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = before;
        }

        static string Sorted(string lines) =>
            string.Join('\n',
                lines.Split('\n').OrderBy(line => line.StartsWith("Run", StringComparison.Ordinal))
                    .ThenByDescending(line => line.Contains(':', StringComparison.Ordinal)).Where(line => line.Length > 0))
                        + "\n";
    }

    [TestMethod]
    public async Task Help_OfEveryVerb_HasASentenceAndFitsATerminal()
    {
        var verbs = VerbsBelow([]).ToList();
        Assert.IsGreaterThan(50, verbs.Count);

        foreach (string[] verb in verbs)
        {
            var help = await Testing.Cli.RunAsync([.. verb, "--help"]);
            string[] lines = help.Output.Split('\n');
            string name = string.Join(' ', verb);
            Assert.AreEqual(0, help.ExitCode, name);
            Assert.IsGreaterThan(3, lines[1].Trim().Length, $"{name} has no description");
            Assert.AreEqual("", string.Join('\n', lines.Where(line => line.Length > 100)), name);
            Assert.Contains("--json", help.Output, name);
        }
    }

    [TestMethod]
    public async Task EveryVerb_IsInTheReference()
    {
        string reference = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "reference.md"));

        string[] missing =
            [.. VerbsBelow([]).Select(verb => string.Join(' ', verb))
                .Where(verb => !reference.Contains($"`{verb}", StringComparison.Ordinal))];

        Assert.AreEqual("", string.Join(", ", missing));
    }

    [TestMethod]
    [DataRow("--version"), DataRow("--data /nowhere --version"), DataRow("--version --data /nowhere")]
    public async Task Version_AlsoWithADataDirectory_IsShown(string line)
    {
        var version = await Testing.Cli.RunAsync(line.Split(' '));

        Assert.AreEqual(0, version.ExitCode, version.Error);
        StringAssert.Matches(version.Output, new(@"\A\d+\.\d+\.\d+"));
    }

    [TestMethod]
    [DataRow("customer list"), DataRow("status"), DataRow("apply /dev/null"), DataRow("admin create a@example.com")]
    public async Task Verb_WhereNoApplianceIs_SaysSoAndMakesNone(string line)
    {
        using var folder = new TemporaryFolder();

        var refused = await Testing.Cli.RunAsync([.. line.Split(' '), "--data", folder["mistyped"]]);

        Assert.AreEqual(CommandLine.Failed, refused.ExitCode);
        Assert.Contains($"There is no appliance in {folder["mistyped"]}", refused.Error);
        Assert.IsFalse(Directory.Exists(folder["mistyped"]));
    }

    /// <summary>Verbs that can be run, by their names from the root.</summary>
    private static IEnumerable<string[]> VerbsBelow(string[] above) => CommandAt(above) is { Subcommands.Count: > 0 } group
        ? group.Subcommands.SelectMany(verb => VerbsBelow([.. above, verb.Name]))
        : [above];

    private static Command CommandAt(IEnumerable<string> names) =>
        names.Aggregate((Command)CommandLine.Root(new CommonOptions(new Dictionary<string, string?>(), TextReader.Null)),
            (at, name) => at.Subcommands.Single(verb => verb.Name == name));
}
