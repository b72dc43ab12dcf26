using System.Net;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Tests.Snapshots;
using AtlanticProxy.Engine.Admission.Rules;
using AtlanticProxy.Engine.Snapshot;
using Npgsql;

namespace AtlanticProxy.ControlPlane.Tests.Destinations;

/// <summary>That rules reach clients is shown end to end.</summary>
[TestClass]
public sealed class DestinationRuleTests
{
    private static Task<Result<AddDestinationRule.Added>> AddAsync(
        ControlPlaneTest plane, DestinationRuleKind kind, string value, long? proxyUserId = null) =>
        plane.AskAsync((AddDestinationRule add) => add.ExecuteAsync(new(kind, value, new(proxyUserId)), default));

    [TestMethod]
    public async Task Add_OfEveryKind_IsListedWithWhomItConcerns()
    {
        await using var plane = await ControlPlaneTest.StartAsync(blockLists: new("", ["malware"]));
        var alice = await plane.ProxyUserAsync((await plane.CustomerAsync()).Id);
        Assert.IsTrue((await AddAsync(plane, DestinationRuleKind.Port, "6667")).IsSuccess);
        Assert.IsTrue((await AddAsync(plane, DestinationRuleKind.Network, " 203.0.113.0/24 ", alice.ProxyUserId)).IsSuccess);
        Assert.IsTrue((await AddAsync(plane, DestinationRuleKind.Domain, " Ads.Example.com ")).IsSuccess);
        Assert.IsTrue((await AddAsync(plane, DestinationRuleKind.Suffix, "example.net", alice.ProxyUserId)).IsSuccess);
        Assert.IsTrue((await AddAsync(plane, DestinationRuleKind.Category, "malware", alice.ProxyUserId)).IsSuccess);

        var rules = await plane.AskAsync((DestinationRuleQueries queries) => queries.ListAsync(default));

        CollectionAssert.AreEquivalent(
            new[] { (null, "Port", "6667"), (null, "Domain", "ads.example.com"), ("alice", "Suffix", "example.net"),
                ("alice", "Category", "malware"), ("alice", "Network", "203.0.113.0/24") },
            rules.Select(rule => (rule.ProxyUserName, rule.Kind.ToString(), rule.Value)).ToArray());
    }

    [TestMethod]
    [DataRow(DestinationRuleKind.Port, "0"), DataRow(DestinationRuleKind.Port, "70000"), DataRow(DestinationRuleKind.Port, "08"),
        DataRow(DestinationRuleKind.Port, "http")]
    [DataRow(DestinationRuleKind.Domain, ""), DataRow(DestinationRuleKind.Domain, "a b"),
        DataRow(DestinationRuleKind.Suffix, "com"), DataRow(DestinationRuleKind.Category, "../etc")]
    [DataRow(DestinationRuleKind.Domain, "localhost"), DataRow(DestinationRuleKind.Domain, "https://example.com/")]
    [DataRow(DestinationRuleKind.Domain, "ads*.example.com"), DataRow(DestinationRuleKind.Suffix, "*.*.example.com")]
    [DataRow(DestinationRuleKind.Suffix, "*"), DataRow(DestinationRuleKind.Suffix, "*."),
        DataRow(DestinationRuleKind.Suffix, "*.com")]
    [DataRow(DestinationRuleKind.Domain, "."), DataRow(DestinationRuleKind.Domain, "example.com.."),
        DataRow(DestinationRuleKind.Domain, "b\u00fc..example")]
    [DataRow(DestinationRuleKind.Domain, "\u2068a.example"), DataRow(DestinationRuleKind.Domain, "b\u00fccher")]
    [DataRow(DestinationRuleKind.Network, "example.com"), DataRow(DestinationRuleKind.Network, "203.0.113.7/24")]
    [DataRow(DestinationRuleKind.Network, "203.0.113.0/33"), DataRow(DestinationRuleKind.Network, "203.0.113"),
        DataRow(DestinationRuleKind.Network, "1")]
    [DataRow(DestinationRuleKind.Network, "010.0.0.1"), DataRow(DestinationRuleKind.Network, "0x7f.0.0.1"),
        DataRow(DestinationRuleKind.Network, "fe80::1%eth0")]
    [DataRow(DestinationRuleKind.Network, "[::1]"), DataRow(DestinationRuleKind.Network, ""),
        DataRow(DestinationRuleKind.Network, "2001:db8::1/32")]
    public async Task Add_Invalid_IsRefused(DestinationRuleKind kind, string value)
    {
        await using var plane = ControlPlaneTest.WithoutDatabase();
        Assert.AreEqual("rule.value_invalid@Value", (await AddAsync(plane, kind, value)).Codes());
    }

    [TestMethod]
    [DataRow(DestinationRuleKind.Domain, "B\u00dcCHER.example.", DestinationRuleKind.Domain, "xn--bcher-kva.example")]
    [DataRow(DestinationRuleKind.Domain, "bu\u0308cher.example", DestinationRuleKind.Domain, "xn--bcher-kva.example")]
    [DataRow(DestinationRuleKind.Suffix, "*.fa\u00df.de", DestinationRuleKind.Suffix, "xn--fa-hia.de")]
    [DataRow(DestinationRuleKind.Suffix, "\u4f8b\u3048\u3002\u30c6\u30b9\u30c8", DestinationRuleKind.Suffix,
        "xn--r8jz45g.xn--zckzah")]
    [DataRow(DestinationRuleKind.Suffix, "*.Example.com.", DestinationRuleKind.Suffix, "example.com")]
    [DataRow(DestinationRuleKind.Suffix, ".example.com", DestinationRuleKind.Suffix, "example.com")]
    [DataRow(DestinationRuleKind.Domain, "*.example.com", DestinationRuleKind.Suffix, "example.com")]
    [DataRow(DestinationRuleKind.Domain, "r3---sn_a.example.com", DestinationRuleKind.Domain, "r3---sn_a.example.com")]
    [DataRow(DestinationRuleKind.Network, "203.0.113.7/32", DestinationRuleKind.Network, "203.0.113.7")]
    [DataRow(DestinationRuleKind.Network, "2001:DB8:0::/32", DestinationRuleKind.Network, "2001:db8::/32")]
    [DataRow(DestinationRuleKind.Network, "::ffff:203.0.113.7", DestinationRuleKind.Network, "203.0.113.7")]
    [DataRow(DestinationRuleKind.Network, "::ffff:203.0.113.0/120", DestinationRuleKind.Network, "203.0.113.0/24")]
    [DataRow(DestinationRuleKind.Network, "0.0.0.0/0", DestinationRuleKind.Network, "0.0.0.0/0")]
    public async Task Add_WrittenInAnotherWay_IsStoredAndAnsweredInTheUsualOne(
        DestinationRuleKind kind, string written, DestinationRuleKind storedKind, string stored)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var added = (await AddAsync(plane, kind, written)).Value;
        Assert.AreEqual((storedKind, stored), (added.Kind, added.Value));
        Assert.AreEqual("rule.exists@Value", (await AddAsync(plane, storedKind, stored)).Codes());
    }

    [TestMethod]
    public async Task List_OfAnInternationalName_ShowsBothSpellings()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        foreach (string name in (string[])["b\u00fccher.example", "plain.example", "xn--0.example"])
            Assert.IsTrue((await AddAsync(plane, DestinationRuleKind.Domain, name)).IsSuccess, name);
        var rules = await plane.AskAsync((DestinationRuleQueries queries) => queries.ListAsync(default));
        CollectionAssert.AreEquivalent(
            new[] { "xn--bcher-kva.example (b\u00fccher.example)", "plain.example", "xn--0.example" },
            rules.Select(rule => rule.Shown).ToArray());
    }

    [TestMethod]
    [DataRow("127.0.0.1", "127.0.0.1 is an address: add it as a network rule."), DataRow("127.1", "is an address")]
    [DataRow("2130706433", "is an address"), DataRow("::1", "is an address"), DataRow("[::1]", "is an address")]
    [DataRow("10.0.0.0/8", "is an address"), DataRow("127.0.0.1.", "add it as a network rule")]
    [DataRow("*.0.0.1", "add it as a network rule"), DataRow("999.1.1.1", "add it as a network rule")]
    [DataRow("example.123", "add it as a network rule"), DataRow("\uff11\uff12\uff17.0.0.1", "add it as a network rule")]
    public async Task Add_AddressAsAName_IsRefusedWithWhatToDo(string value, string message)
    {
        await using var plane = ControlPlaneTest.WithoutDatabase();
        foreach (var kind in (DestinationRuleKind[])[DestinationRuleKind.Domain, DestinationRuleKind.Suffix])
        {
            var refused = await AddAsync(plane, kind, value);
            Assert.AreEqual("rule.value_is_address@Value", refused.Codes());
            StringAssert.Contains(refused.Errors.Single().Message, message);
        }
    }

    [TestMethod]
    public async Task Add_UnknownCategory_IsRefusedWithTheKnownOnes()
    {
        string folder = Directory.CreateTempSubdirectory("atlantic-lists-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "malware"));
            Directory.CreateDirectory(Path.Combine(folder, "Not A Category"));
            await using var plane = await ControlPlaneTest.StartAsync(blockLists: new(folder, ["ads", "malware"]));
            var refused = await AddAsync(plane, DestinationRuleKind.Category, "gambling");
            Assert.AreEqual("rule.category_unknown@Value", refused.Codes());
            Assert.AreEqual(
                "No block list has the category 'gambling'. Known: ads, malware.", refused.Errors.Single().Message);
            foreach (string known in (string[])["ads", "MALWARE"])
                Assert.IsTrue((await AddAsync(plane, DestinationRuleKind.Category, known)).IsSuccess, known);

            Directory.CreateDirectory(Path.Combine(folder, "gambling")); // found without a restart
            Assert.IsTrue((await AddAsync(plane, DestinationRuleKind.Category, "gambling")).IsSuccess);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    [DataRow("", "Set BlockLists:Sources or Engine:BlockListFolder."),
        DataRow("/nonexistent/lists", "put one into /nonexistent/lists/ads")]
    public async Task Add_CategoryWhereThereAreNone_IsRefusedWithWhatToDo(string folder, string message)
    {
        await using var plane = ControlPlaneTest.WithoutDatabase(blockLists: new(folder, []));
        var refused = await AddAsync(plane, DestinationRuleKind.Category, "ads");
        Assert.AreEqual("rule.category_unknown@Value", refused.Codes());
        StringAssert.Contains(refused.Errors.Single().Message, message);
    }

    [TestMethod]
    public async Task Database_NetworkThatIsNone_IsRefusedThereToo()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        foreach (string value in (string[])["203.0.113.7/24", "example.com"])
            await Assert.ThrowsExactlyAsync<PostgresException>(() => plane.Database.ExecuteAsync(
                $"insert into destination_rules (kind, value) values ('network', '{value}')"));
    }

    /// <summary>Of everybody and of one: as the engine gets them, whole and as a change.</summary>
    [TestMethod]
    public async Task Networks_ReachTheEnginesSnapshot()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await plane.ProxyUserAsync((await plane.CustomerAsync()).Id);
        await AddAsync(plane, DestinationRuleKind.Network, "203.0.113.0/24");
        await using var engine = await FollowedEngine.StartAsync(plane);
        await AddAsync(plane, DestinationRuleKind.Network, "2001:db8::7", alice.ProxyUserId);
        await AddAsync(plane, DestinationRuleKind.Network, "198.51.100.7");

        await engine.UntilAsync(
            snapshot => Written(snapshot.FindUser("alice")!.Rules) == Written(Networks("2001:db8::7/128"))
                && Written(snapshot.Rules) == Written(Networks("203.0.113.0/24", "198.51.100.7/32")), "both are there");
    }

    private static DestinationRules Networks(params string[] networks) =>
        new([], [], [], [], networks.Select(IPNetwork.Parse));

    private static string Written(DestinationRules rules)
    {
        using var bytes = new MemoryStream();
        SnapshotFormat.Write(EngineSnapshot.Build(new SnapshotDelta { Rules = rules }), bytes);
        return Convert.ToHexString(bytes.ToArray());
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
        long id = (await AddAsync(plane, DestinationRuleKind.Port, "6667")).Value.Id;
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
