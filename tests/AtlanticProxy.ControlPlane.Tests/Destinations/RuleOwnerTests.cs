using System.Net;
using AtlanticProxy.ControlPlane.ConnectionLog;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.DesiredState;
using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.Partitions;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Tests.Snapshots;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.ConnectionLog;
using AtlanticProxy.Engine.Diagnostics;
using AtlanticProxy.Engine.Snapshot;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Destinations;

/// <summary>Rules of plans and customers, notes, changes, and what rules refused.</summary>
[TestClass]
public sealed class RuleOwnerTests
{
    private const long Gb = 1_000_000_000;

    [TestMethod]
    public async Task Rules_OfAPlanAndACustomer_ReachTheirProxyUsers_AndFollowThePlan()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var plan = await PlanAsync(plane);
        var (ann, bob) = (await plane.CustomerAsync(), await plane.CustomerAsync("bob@example.com"));
        await plane.ProxyUserAsync(ann.Id);
        await plane.ProxyUserAsync(bob.Id, "bobby");
        await AddAsync(plane, "2525", RuleScope.Customer, "bob@example.com");
        await using var engine = await FollowedEngine.StartAsync(plane);
        await AddAsync(plane, "6667", RuleScope.Plan, "Starter");

        await plane.AskAsync((AssignPlan assign) => assign.ExecuteAsync(new(ann.Id, plan.Id), default));
        await engine.UntilAsync(
            snapshot => PortsOf(snapshot, "alice", 6667) && PortsOf(snapshot, "bobby", 2525), "both have theirs");
        await AddAsync(plane, "7000", RuleScope.Plan, "Starter");
        await engine.UntilAsync(snapshot => PortsOf(snapshot, "alice", 6667, 7000), "a new one reaches who has the plan");
        await plane.AskAsync((AssignPlan assign) => assign.ExecuteAsync(new(ann.Id, null), default));
        await engine.UntilAsync(snapshot => PortsOf(snapshot, "alice"), "without the plan they are gone");
    }

    [TestMethod]
    public async Task Owner_ThatIsNotThere_IsRefusedInWords()
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        async Task<string> WhyAsync(RuleScope scope, string name) => (await plane.AskAsync((DestinationRuleQueries rules) =>
            rules.OwnerAsync(scope, name, default))).Errors.Single().Message;

        Assert.AreEqual("No plan has this name.", await WhyAsync(RuleScope.Plan, "Gone"));
        Assert.AreEqual("No customer has this email address.", await WhyAsync(RuleScope.Customer, "no@example.com"));
        Assert.AreEqual("No proxy user has this name.", await WhyAsync(RuleScope.ProxyUser, "nobody"));
        Assert.StartsWith("Leave this empty", await WhyAsync(RuleScope.Everybody, "alice"));
        foreach (var (owner, code) in new[]
        {
            (new RuleOwner(CustomerId: 99), "customer.not_found"), (new RuleOwner(PlanId: 99), "plan.not_found"),
        })
            Assert.AreEqual(code, (await plane.AskAsync((AddDestinationRule add) =>
                add.ExecuteAsync(new(DestinationRuleKind.Port, "25", owner), default))).Codes());
    }

    [TestMethod]
    public async Task Change_OfARule_IsKept_UnlessItIsThereAlready()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();
        long id = await AddAsync(plane, "6667");
        await AddAsync(plane, "2525");

        Task<Result<bool>> ChangeAsync(long rule, string value, RuleOwner? owner = null, string note = "") =>
            plane.AskAsync((ChangeDestinationRule change) =>
                change.ExecuteAsync(new(rule, new(DestinationRuleKind.Port, value, owner, note)), default));

        Assert.IsTrue((await ChangeAsync(id, "7000", new(CustomerId: customer.Id), " Spam ")).Value);
        Assert.IsFalse((await ChangeAsync(id, "7000", new(CustomerId: customer.Id), "Spam")).Value, "nothing differs");
        var rule = (await ListAsync(plane)).Single(each => each.Id == id);
        Assert.AreEqual(("7000", "ann@example.com", "Spam", RuleScope.Customer),
            (rule.Value, rule.Owner, rule.Note, rule.Scope));
        Assert.AreEqual("rule.exists@Value", (await ChangeAsync(id, "2525")).Codes());
        Assert.AreEqual("rule.value_invalid@Value", (await ChangeAsync(id, "0")).Codes());
        Assert.AreEqual("rule.note_invalid@Note", (await ChangeAsync(id, "1", note: new string('x', 201))).Codes());
        Assert.AreEqual("customer.not_found", (await ChangeAsync(id, "1", new(CustomerId: 99))).Codes());
        Assert.AreEqual("rule.not_found", (await ChangeAsync(99, "1")).Codes());
    }

    [TestMethod]
    public async Task Customer_ThatIsRemoved_TakesItsRulesAlong()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();
        await AddAsync(plane, "6667", RuleScope.Customer, "ann@example.com");

        await plane.AskAsync((RemoveCustomer remove) => remove.ExecuteAsync(new(customer.Id), default));

        Assert.IsEmpty(await ListAsync(plane));
    }

    [TestMethod]
    public async Task Hits_AreThoseOfTheRuleThatDecided_AndOfSevenDays()
    {
        await using var plane = await ControlPlaneTest.StartAsync(blockLists: new("", ["ads"]));
        var user = await plane.ProxyUserAsync((await plane.CustomerAsync()).Id);
        await AddAsync(plane, "6667", RuleScope.Customer, "ann@example.com");
        await AddAsync(plane, "6667", RuleScope.ProxyUser, "alice");
        await AddAsync(plane, "203.0.113.7", kind: DestinationRuleKind.Network);
        await AddAsync(plane, "ads", kind: DestinationRuleKind.Category);

        await WriteAsync(plane, user.ProxyUserId, "rule: port 6667", "rule: port 6667", "rule: network 203.0.113.7/32",
            "rule: category ads, listed.example", "rule: domain gone.example", "no rule at all", null);
        await WriteAsync(plane, user.ProxyUserId, "rule: port 6667");

        Assert.AreEqual("ann@example.com 3, alice 0, ads 1, 203.0.113.7 1", await HitsAsync(plane));
        plane.Time.Advance(TimeSpan.FromDays(DestinationRuleQueries.HitDays + 1));
        Assert.AreEqual("ann@example.com 0, alice 0, ads 0, 203.0.113.7 0", await HitsAsync(plane));
        await plane.AskAsync((PartitionKeeping keeping) => keeping.ExecuteAsync(default));
        Assert.AreEqual(0L, await plane.Database.ScalarAsync<long>("select count(*) from destination_rule_hits"));
    }

    [TestMethod]
    public async Task Rule_ThatDecides_IsFoundByItsReason()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var plan = await PlanAsync(plane);
        var customer = await plane.CustomerAsync();
        await plane.AskAsync((AssignPlan assign) => assign.ExecuteAsync(new(customer.Id, plan.Id), default));
        await plane.ProxyUserAsync(customer.Id);
        await AddAsync(plane, "6667", RuleScope.ProxyUser, "alice");

        async Task<string?> DecidesAsync(string reason, string user = "alice") => (await plane.AskAsync(
            (DestinationRuleQueries rules) => rules.DecidingAsync(user, reason, default)))?.Scope.ToString();

        Assert.AreEqual("ProxyUser", await DecidesAsync("rule: port 6667"));
        await AddAsync(plane, "6667", RuleScope.Customer, "ann@example.com");
        Assert.AreEqual("Customer", await DecidesAsync("rule: port 6667"));
        await AddAsync(plane, "6667", RuleScope.Plan, "Starter");
        Assert.AreEqual("Plan", await DecidesAsync("rule: port 6667"));
        await AddAsync(plane, "6667");
        Assert.AreEqual("Everybody", await DecidesAsync("rule: port 6667"));
        Assert.IsNull(await DecidesAsync("rule: port 25"));
        Assert.IsNull(await DecidesAsync("rule: riddle 25"));
        Assert.IsNull(await DecidesAsync(""));
        Assert.IsNull(await DecidesAsync("rule: port 6667", "nobody"));
    }

    [TestMethod]
    public async Task Apply_MakesRules_AndNothingTwice()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.CustomerAsync();
        const string Document = """
            { "rules": [{ "kind": "suffix", "value": "*.Bad.example", "note": "Abuse" },
                        { "kind": "port", "value": "6667", "customer": "Ann@example.com" }] }
            """;

        Task<Result<IReadOnlyList<string>>> ApplyAsync(string document) =>
            plane.AskAsync((ApplyDesiredState apply) => apply.ExecuteAsync(new(document), default));

        async Task<string> WhyAsync(string rule) =>
            (await ApplyAsync($$"""{ "rules": [{{rule}}] }""")).Errors.Single().Message;

        Assert.AreEqual("rule suffix bad.example: added, rule port 6667: added",
            string.Join(", ", (await ApplyAsync(Document)).Value));
        Assert.IsEmpty((await ApplyAsync(Document)).Value);
        Assert.AreEqual("rule suffix bad.example: changed", (await ApplyAsync(
            Document.Replace("Abuse", "Fraud", StringComparison.Ordinal))).Value.Single());
        Assert.AreEqual("Fraud", (await ListAsync(plane)).Single(rule => rule.Note.Length > 0).Note);
        Assert.StartsWith("rules[0].kind", await WhyAsync("""{ "kind": "riddle", "value": "1" }"""));
        Assert.StartsWith("rules[0].value", await WhyAsync("""{ "kind": "port", "value": "0" }"""));
        Assert.StartsWith("rules[0].note", await WhyAsync(
            $$"""{ "kind": "port", "value": "1", "note": "{{new string('x', 201)}}" }"""));
        Assert.StartsWith("rules[0].plan", await WhyAsync("""{ "kind": "port", "value": "1", "plan": "Gone" }"""));
        Assert.Contains("at most one", await WhyAsync("""{ "kind": "port", "value": "1", "plan": "A", "customer": "B" }"""));
        Assert.Contains("is there already", await WhyAsync(
            """{ "kind": "port", "value": "1" }, { "kind": "port", "value": "1" }"""));
    }

    private static async Task<PlanSummary> PlanAsync(ControlPlaneTest plane) => (await plane.AskAsync((CreatePlan create) =>
        create.ExecuteAsync(new("Starter", PlanKind.Subscription, 999, "USD", Gb), default))).Value;

    private static async Task<long> AddAsync(
        ControlPlaneTest plane, string value, RuleScope scope = RuleScope.Everybody, string name = "",
        DestinationRuleKind kind = DestinationRuleKind.Port)
    {
        var owner = await plane.AskAsync((DestinationRuleQueries rules) => rules.OwnerAsync(scope, name, default));
        return (await plane.AskAsync((AddDestinationRule add) =>
            add.ExecuteAsync(new(kind, value, owner.Value), default))).Value.Id;
    }

    private static Task<IReadOnlyList<DestinationRuleSummary>> ListAsync(ControlPlaneTest plane) =>
        plane.AskAsync((DestinationRuleQueries rules) => rules.ListAsync(default));

    private static async Task<string> HitsAsync(ControlPlaneTest plane) => string.Join(", ", (await ListAsync(plane))
        .OrderByDescending(rule => rule.Owner.Length > 0).ThenByDescending(rule => rule.Owner.Length)
        .ThenByDescending(rule => rule.Value, StringComparer.Ordinal)
        .Select(rule => $"{(rule.Owner.Length > 0 ? rule.Owner : rule.Value)} {rule.Hits}"));

    private static async Task WriteAsync(ControlPlaneTest plane, long proxyUserId, params string?[] details)
    {
        var backlog = plane.Services.GetRequiredService<ConnectionBacklog>();
        foreach (string? detail in details)
            backlog.Accept(new ConnectionRecord
            {
                ProxyUserId = proxyUserId, Outcome = ConnectionOutcome.DestinationForbidden, Detail = detail,
                EndedAt = plane.Time.GetUtcNow(), Duration = TimeSpan.Zero, ClientAddress = IPAddress.Loopback, Host = "",
                Country = "",
            });
        await plane.Services.GetRequiredService<ConnectionLogWriter>().WriteAsync(default);
    }

    private static bool PortsOf(EngineSnapshot snapshot, string user, params int[] ports) =>
        Written(snapshot.FindUser(user)!.Rules) == Written(new DestinationRules(ports, [], [], []));

    private static string Written(DestinationRules rules)
    {
        using var bytes = new MemoryStream();
        SnapshotFormat.Write(EngineSnapshot.Build(new SnapshotDelta { Rules = rules }), bytes);
        return Convert.ToHexString(bytes.ToArray());
    }
}
