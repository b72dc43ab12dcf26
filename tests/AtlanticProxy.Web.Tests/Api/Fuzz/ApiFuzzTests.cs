using System.Text.RegularExpressions;
using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Webhooks;
using AtlanticProxy.Web.Tests.Portal;

namespace AtlanticProxy.Web.Tests.Api.Fuzz;

/// <summary>
/// Thousands of requests made by the description: none breaks the API, and no answer is one that the description has not.
/// </summary>
[TestClass]
public sealed partial class ApiFuzzTests
{
    private const int Rounds = 25;

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public async Task Requests_MadeByTheDescription_AreAnsweredAsItSays(int seed)
    {
        // Its own: it suspends, disables and deletes whatever it finds.
        var portal = await SeededPortal.StartAsync(options =>
            (options.ApiRequestsPerSecond, options.ApiRequestBurst) = (1_000_000, 1_000_000));
        await using var running = portal.Portal;
        using var staff = await ApiClient.OfAsync(portal, SeededPortal.Owner, ApiClient.AllScopes);
        var customer = await portal.AddCustomerAsync();
        using var theirs = await ApiClient.OfAsync(portal, customer.Email, ApiClient.CustomerScopes);
        var api = new DescribedApi((await staff.GetAsync("/openapi.json")).Text);
        var random = new Random(seed);
        var ids = await IdsAsync(portal, customer);

        var wrong = new List<string>();
        for (int round = 0; round < Rounds; round++)
            foreach (var operation in api.Operations)
            {
                var client = round % 2 == 0 ? staff : theirs;
                var request = new RequestMaker(api, ids, random).Make(operation);
                var answer = await client.SendAsync(request.Method, request.Path, request.Body,
                    ("If-Match", request.IfMatch), ("Idempotency-Key", request.Key));
                foreach (Match id in AnyId().Matches(answer.Text))
                    if (ids.Count < 500 && !ids.Contains(id.Value))
                        ids.Add(id.Value);
                if ((int)answer.Status >= 500)
                    wrong.Add($"{request}: {answer.Status} {answer.Text}");
                else if (api.Contradiction(operation, answer) is { } contradiction)
                    wrong.Add($"{request}: {answer.Status}: {contradiction}");
            }
        Assert.AreEqual("", string.Join('\n', wrong.DistinctBy(one => one[^Math.Min(60, one.Length)..]).Take(20)));
    }

    /// <summary>Something of each kind.</summary>
    private static async Task<List<string>> IdsAsync(SeededPortal portal, SeededCustomer customer)
    {
        var other = await portal.AddCustomerAsync();
        var webhook = await portal.Portal.UseAsync((AddWebhook add) => add.ExecuteAsync(
            new(ControlPlane.Accounts.Scope.Of(customer.Id), customer.Id, "https://example.com/hooks", []), default));
        var provider = await portal.Portal.UseAsync((AddProvider add) => add.ExecuteAsync(
            new("fuzzed", new ProviderSettings("http://192.0.2.9:8000")), default));
        var rule = await portal.Portal.UseAsync((AddDestinationRule add) => add.ExecuteAsync(
            new(DestinationRuleKind.Domain, "fuzzed.example"), default));
        return [$"cus_{other.Id}", $"pu_{customer.ProxyUserId}", $"pu_{other.ProxyUserId}", $"whk_{webhook.Value.WebhookId}",
            $"prv_{provider.Value.Id}", $"rul_{rule.Value.Id}"];
    }

    [GeneratedRegex("\\b[a-z]{2,3}_[1-9][0-9]*\\b")]
    private static partial Regex AnyId();
}
