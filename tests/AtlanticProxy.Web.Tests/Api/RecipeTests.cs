using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Api;

/// <summary>Runs docs/recipes.md from top to bottom, with bash, curl and jq as its readers do.</summary>
[TestClass]
public sealed partial class RecipeTests
{
    /// <summary>What each recipe prints, in the page's order.</summary>
    private static readonly (string Recipe, string Prints)[] Recipes =
    [
        ("Sell by hand: a customer, traffic, and a proxy user", "^user shop1, password [A-Za-z0-9]{24}\n$"),
        ("Suspend who has not paid, and resume them", "^suspended\nactive\n$"),
        ("What each customer used last month, as CSV", "^customer,name,bytes,connections\n$"),
        ("Everything of a list, page by page", "(?m)^pu_[0-9]+ shop1 served$"),
        ("Change only what nobody else has changed", "^200\n412\n$"),
        ("Try again without doing it twice", "^ *2 grt_[0-9]+ 1000000000\n$"),
        ("New passwords for all proxy users of a customer", "^shop1 [A-Za-z0-9]{24}\n$"),
        ("Why a customer's connections were refused in the last hour", "^$"),
        ("Let somebody in who has signed in at your shop", "^Location: http://[^ ]+/sign-in/link\\?token=[A-Za-z0-9_-]+\n$"),
        ("Check a webhook's signature", "^genuine\nforged\nold\n$"),
        ("Remove a customer", "^customer.not_found\n$"),
    ];

    [TestMethod]
    public async Task Recipes_DoWhatTheySay()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "recipes.md"));
        var sections = page.Split("\n## ");
        Assert.AreEqual(string.Join('\n', Recipes.Select(one => one.Recipe)),
            string.Join('\n', sections[1..].Select(section => section.Split('\n')[0])));
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        await portal.Portal.UseAsync((CreatePlan create) =>
            create.ExecuteAsync(new("Per GB", PlanKind.PerGb, 100, "USD"), default));
        var token = await ApiClient.TokenAsync(portal, SeededPortal.Owner, ApiClient.AllScopes);
        var environment = new Dictionary<string, string?>
        {
            ["PORTAL"] = portal.Portal.Address.GetLeftPart(UriPartial.Authority), ["TOKEN"] = token.Token,
        };

        foreach (var ((recipe, prints), section) in Recipes.Zip(sections[1..]))
        {
            string script = $"set -euo pipefail\n{Block(sections[0])}\n{Block(section)}\n{AfterwardsOf(recipe)}";
            var said = await Tool.RunAsync("bash", ["-c", script], null, environment);
            Assert.AreEqual(0, said.ExitCode, $"{recipe}: {said}");
            Assert.MatchesRegex(new Regex(prints), said.Text, recipe);
        }
    }

    /// <summary>What a receiver of webhooks does with what the recipe has given it.</summary>
    private static string AfterwardsOf(string recipe) => recipe != "Check a webhook's signature" ? "" : """
        sign() { printf '%s.%s' "$1" "$2" | openssl dgst -sha256 -hmac "$secret" -r | cut -d ' ' -f 1; }
        now=$(date +%s) long_ago=$(($(date +%s) - 600)) body='{"id":"evt_12"}'
        genuine "$body" "t=$now,v1=$(sign "$now" "$body")" && echo genuine
        genuine '{"id":"evt_13"}' "t=$now,v1=$(sign "$now" "$body")" || echo forged
        genuine "$body" "t=$long_ago,v1=$(sign "$long_ago" "$body")" || echo old
        """;

    private static string Block(string section) => string.Join('\n', Fence().Matches(section).Select(one => one.Groups[1].Value));

    [GeneratedRegex("```bash\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
