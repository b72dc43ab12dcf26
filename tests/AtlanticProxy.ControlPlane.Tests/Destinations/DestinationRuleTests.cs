using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Tests.Destinations;

/// <summary>That rules reach clients is shown end to end.</summary>
[TestClass]
public sealed class DestinationRuleTests
{
    private static Task<Result<long>> AddAsync(
        ControlPlaneTest plane, DestinationRuleKind kind, string value, long? proxyUserId = null) =>
        plane.AskAsync((AddDestinationRule add) => add.ExecuteAsync(new(kind, value, proxyUserId), default));

    [TestMethod]
    public async Task Add_OfEveryKind_IsListedWithWhomItConcerns()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await plane.ProxyUserAsync((await plane.CustomerAsync()).Id);
        Assert.IsTrue((await AddAsync(plane, DestinationRuleKind.Port, "6667")).IsSuccess);
        Assert.IsTrue((await AddAsync(plane, DestinationRuleKind.Domain, " Ads.Example.com ")).IsSuccess);
        Assert.IsTrue((await AddAsync(plane, DestinationRuleKind.Suffix, "example.net", alice.ProxyUserId)).IsSuccess);
        Assert.IsTrue((await AddAsync(plane, DestinationRuleKind.Category, "malware", alice.ProxyUserId)).IsSuccess);

        var rules = await plane.AskAsync((DestinationRuleQueries queries) => queries.ListAsync(default));

        CollectionAssert.AreEquivalent(
            new[] { (null, "Port", "6667"), (null, "Domain", "ads.example.com"), ("alice", "Suffix", "example.net"),
                ("alice", "Category", "malware") },
            rules.Select(rule => (rule.ProxyUserName, rule.Kind.ToString(), rule.Value)).ToArray());
    }

    [TestMethod]
    [DataRow(DestinationRuleKind.Port, "0"), DataRow(DestinationRuleKind.Port, "70000"), DataRow(DestinationRuleKind.Port, "08"),
        DataRow(DestinationRuleKind.Port, "http")]
    [DataRow(DestinationRuleKind.Domain, ""), DataRow(DestinationRuleKind.Domain, "a b"),
        DataRow(DestinationRuleKind.Suffix, "com"), DataRow(DestinationRuleKind.Category, "../etc")]
    public async Task Add_Invalid_IsRefused(DestinationRuleKind kind, string value)
    {
        await using var plane = ControlPlaneTest.WithoutDatabase();
        Assert.AreEqual("rule.value_invalid@Value", (await AddAsync(plane, kind, value)).Codes());
    }

    [TestMethod]
    public async Task Add_TwiceOrOfNobody_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        Assert.IsTrue((await AddAsync(plane, DestinationRuleKind.Port, "6667")).IsSuccess);
        Assert.AreEqual("rule.exists@Value", (await AddAsync(plane, DestinationRuleKind.Port, "6667")).Codes());
        Assert.AreEqual("proxy_user.not_found", (await AddAsync(plane, DestinationRuleKind.Port, "6667", 4711)).Codes());
    }

    [TestMethod]
    public async Task Remove_Twice_TheSecondFindsNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long id = (await AddAsync(plane, DestinationRuleKind.Port, "6667")).Value;
        Assert.AreEqual("",
            (await plane.AskAsync((RemoveDestinationRule remove) => remove.ExecuteAsync(new(id), default))).Codes());
        Assert.AreEqual("rule.not_found",
            (await plane.AskAsync((RemoveDestinationRule remove) => remove.ExecuteAsync(new(id), default))).Codes());
    }

    [TestMethod]
    public async Task Delete_OfTheProxyUser_TakesItsRulesAlong()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await plane.ProxyUserAsync((await plane.CustomerAsync()).Id);
        await AddAsync(plane, DestinationRuleKind.Port, "6667", alice.ProxyUserId);
        await plane.AskAsync((DeleteProxyUser delete) => delete.ExecuteAsync(new(Scope.Staff, alice.ProxyUserId), default));
        Assert.AreEqual(0L, await plane.Database.ScalarAsync<long>("select count(*) from destination_rules"));
    }
}
