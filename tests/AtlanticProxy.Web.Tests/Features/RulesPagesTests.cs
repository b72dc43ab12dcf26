using System.Net;
using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.Engine;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.Web.Tests.Features;

/// <summary>The pages of rules, block lists and the check.</summary>
[TestClass]
public sealed class RulesPagesTests
{
    private static readonly Stand Destinations = new();

    private static async Task<SeededPortal> StartAsync() =>
        await SeededPortal.StartAsync(services: services => services.AddSingleton<IDestinations>(Destinations));

    [TestMethod]
    public async Task Rule_IsAddedChangedAndRemoved_OnItsPages()
    {
        var portal = await StartAsync();
        await using var running = portal.Portal;
        var customer = await portal.AddCustomerAsync();
        using var staff = await portal.SignedInAsync(SeededPortal.Operator);
        string empty = (await staff.GetAsync("/admin/rules")).Text;
        Assert.Contains("Only built-in protection: private addresses, port 25.", empty);
        Assert.Contains("but for 127.0.0.0/8", empty);

        var added = await staff.FollowAsync(await staff.PostAsync("/admin/rules/new", new()
        {
            ["Kind"] = "Domain", ["Value"] = "*.Bad.example", ["Scope"] = "Customer", ["Owner"] = customer.Email,
            ["Note"] = "Abuse <1>",
        }));
        Assert.Contains("The rule on bad.example is added.", added.Text);
        Assert.Contains("bad.example and all below it", added.Text);
        Assert.Contains(customer.Email, added.Text);
        Assert.Contains("Abuse <1>", added.Text);
        long id = await portal.Portal.Database.ScalarAsync<long>("select max(id) from destination_rules");

        string version = Shop.VersionOf(await staff.GetAsync($"/admin/rules/{id}"));
        Dictionary<string, string> form = new()
        {
            ["Kind"] = "Port", ["Value"] = "6667", ["Scope"] = "Everybody", ["version"] = version,
        };
        var changed = await staff.FollowAsync(await staff.PostAsync($"/admin/rules/{id}", form));
        Assert.Contains("The rule is changed.", changed.Text);
        Assert.Contains("Port 6667", changed.Text);
        Assert.AreEqual(HttpStatusCode.Conflict, (await staff.PostAsync($"/admin/rules/{id}", form)).Status, "an old form");
        Assert.Contains("No rule has “nothing” in it", (await staff.GetAsync("/admin/rules?search=nothing")).Text);
        Assert.Contains("Port 6667", (await staff.GetAsync("/admin/rules?search=666")).Text);

        Assert.Contains("refused at least 0 connections", (await staff.GetAsync($"/admin/rules/{id}/remove")).Text);
        Assert.Contains("The rule is removed.",
            (await staff.FollowAsync(await staff.PostAsync($"/admin/rules/{id}/remove"))).Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await staff.GetAsync($"/admin/rules/{id}")).Status);
        Assert.AreEqual(HttpStatusCode.NotFound, (await staff.PostAsync($"/admin/rules/{id}", form)).Status);
    }

    [TestMethod]
    [DataRow("Port", "0", "Everybody", "", "A port is a number from 1 to 65535.")]
    [DataRow("Port", "1", "Everybody", "alice", "Leave this empty for everybody")]
    [DataRow("Port", "1", "Plan", "Gone", "No plan has this name.")]
    [DataRow("Riddle", "1", "Everybody", "", "Riddle")]
    public async Task Rule_ThatIsWrong_IsRefusedBesideTheField(
        string kind, string value, string scope, string owner, string words)
    {
        var portal = await SeededPortal.SharedAsync();
        using var staff = await portal.SignedInAsync(SeededPortal.Operator);

        var refused = await staff.PostAsync("/admin/rules/new", new()
        {
            ["Kind"] = kind, ["Value"] = value, ["Scope"] = scope, ["Owner"] = owner,
        });

        Assert.AreEqual(HttpStatusCode.BadRequest, refused.Status);
        if (kind != "Riddle") // no browser sends that
            Assert.Contains(words, refused.Text);
    }

    [TestMethod]
    public async Task Check_SaysWhatDecides_WithALinkToTheRule()
    {
        var portal = await StartAsync();
        await using var running = portal.Portal;
        var customer = await portal.AddCustomerAsync();
        using var staff = await portal.SignedInAsync(SeededPortal.Operator);
        await portal.Portal.UseAsync((AddDestinationRule add) =>
            add.ExecuteAsync(new(DestinationRuleKind.Port, "6667"), default));

        async Task<string> SaysAsync(string target) =>
            (await staff.GetAsync($"/admin/rules/check?target={target}&user={customer.ProxyUserName.ToUpperInvariant()}")).Text;

        Assert.DoesNotContain("class=\"notice", (await staff.GetAsync("/admin/rules/check")).Text);
        Assert.Contains($"{customer.ProxyUserName} may reach shop.test:443", await SaysAsync("Shop.test:443"));
        string refused = await SaysAsync("shop.test:6667");
        Assert.Contains("may not reach shop.test:6667", refused);
        Assert.Contains("The rule: port 6667 forbids it.", refused);
        Assert.Contains("Rule for everybody</a>", refused);
        Assert.Contains("Engine:DeniedPorts", await SaysAsync("shop.test:25"));
        Assert.Contains("private, local", await SaysAsync("10.0.0.1:443"));
        Assert.Contains("is not a host and a port", await SaysAsync("shop.test"));
        Assert.Contains("No proxy user is called", await SaysAsync("nobody.test:443"));
    }

    [TestMethod]
    public async Task Lists_SayWhereTheyAreFrom_HowManyNames_AndWhatFailed()
    {
        var portal = await StartAsync();
        await using var running = portal.Portal;
        using var staff = await portal.SignedInAsync(SeededPortal.Operator);

        string page = (await staff.GetAsync("/admin/rules/lists")).Text;

        foreach (string words in (string[])["https://lists.test/ads.txt", "12,345", "files on this node", "3 lines",
            "the server answered 404. The last good one stays in use", "Waiting", "no rule names it"])
            Assert.Contains(words, page);
        var elsewhere = await SeededPortal.SharedAsync();
        using var other = await elsewhere.SignedInAsync(SeededPortal.Operator);
        Assert.Contains("No block lists", (await other.GetAsync("/admin/rules/lists")).Text);
    }

    private sealed class Stand : IDestinations
    {
        public IReadOnlyList<BlockListState> BlockLists =>
        [
            new("ads", ["https://lists.test/ads.txt"], 12345, 0, DateTimeOffset.UnixEpoch, "the server answered 404"),
            new("malware", ["https://lists.test/malware.txt"], null, 0, null, null),
            new("own", [], 7, 3, DateTimeOffset.UnixEpoch, null),
        ];

        public IReadOnlyList<int> DeniedPorts => [25];

        public IReadOnlyList<string> AllowedPrivateNetworks => ["127.0.0.0/8"];

        public DestinationJudgement Judge(string proxyUser, string authority) => authority switch
        {
            "shop.test:443" => new(DestinationVerdict.Permitted),
            "shop.test:6667" => new(DestinationVerdict.Rule, "rule: port 6667"),
            "shop.test:25" => new(DestinationVerdict.PortDenied),
            "10.0.0.1:443" => new(DestinationVerdict.Private),
            "shop.test" => new(DestinationVerdict.NoDestination),
            _ => new(DestinationVerdict.NoSuchUser),
        };
    }
}
