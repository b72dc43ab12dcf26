using System.Text.Json.Nodes;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Api;

/// <summary>The page of commands is that of the description, and its commands are understood.</summary>
[TestClass]
public sealed class CurlPageTests
{
    /// <summary>Answers that mean that an operation was understood: the page's ids are nobody's here.</summary>
    private static readonly string[] Understood =
    [
        "200", "201", "204", "400 request.customer_missing", "400 customer.plan_unknown", "403 token.owner_may_not",
    ];

    private static string Docs(string file) => Path.Combine(Checkout.Root, "docs", file);

    [TestMethod]
    public async Task Page_IsThatOfTheDescription()
    {
        string text = CurlPage.Of(JsonNode.Parse(await File.ReadAllTextAsync(Docs("openapi.json")))!);
        string written = Path.Combine(AppContext.BaseDirectory, "api-operations.md");
        await File.WriteAllTextAsync(written, text);
        Assert.AreEqual(await File.ReadAllTextAsync(Docs("api-operations.md")), text,
            $"The API's description has changed: copy {written} to docs/api-operations.md.");
    }

    [TestMethod]
    public async Task Commands_AreAllUnderstood()
    {
        var portal = await SeededPortal.StartAsync();
        await using var running = portal.Portal;
        var token = await ApiClient.TokenAsync(portal, SeededPortal.Owner, ApiClient.AllScopes);
        var commands = CurlPage.CommandsOf(await File.ReadAllTextAsync(Docs("api-operations.md")));
        Assert.IsGreaterThan(60, commands.Count);
        string script = """
            curl() {
              local answer; answer=$(mktemp)
              command curl -sS -o "$answer" -w '%{http_code} ' "$@" && jq -Rrs 'fromjson? | objects | .code // ""' "$answer"
              echo; rm -f "$answer"
            }

            """ + string.Join('\n', commands.Select(command => command.Replace("-o invoice.pdf ", "", StringComparison.Ordinal)));

        var said = await Tool.RunAsync("bash", ["-c", script], null, new Dictionary<string, string?>
        {
            ["PORTAL"] = portal.Portal.Address.GetLeftPart(UriPartial.Authority), ["TOKEN"] = token.Token,
        });

        var answers = said.Text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(commands.Count, answers, $"{said}");
        Assert.AreEqual("", string.Join('\n', commands.Zip(answers)
            .Where(one => !Understood.Contains(one.Second) && !one.Second.EndsWith("not_found", StringComparison.Ordinal))
            .Select(one => $"{one.Second}: {one.First}")));
    }
}
