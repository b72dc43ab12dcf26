using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Tests.Providers;

[TestClass]
public sealed class ProviderTests
{
    private static Task<Result<ProviderSummary>> AddAsync(ControlPlaneTest plane, string name, ProviderSettings settings) =>
        plane.AskAsync((AddProvider add) => add.ExecuteAsync(new(name, settings), default));

    private static Task<Result<bool>> UpdateAsync(ControlPlaneTest plane, long id, ProviderSettings settings) =>
        plane.AskAsync((UpdateProvider update) => update.ExecuteAsync(new(id, settings), default));

    [TestMethod]
    [DataRow("http://gw.example.com:8000", "http://gw.example.com:8000")]
    [DataRow(" HTTPS://GW.Example.com:443/ ", "https://gw.example.com:443")]
    [DataRow("socks5h://127.0.0.1:1080", "socks5://127.0.0.1:1080")]
    [DataRow("socks5://[2001:db8::1]:1080", "socks5://[2001:db8::1]:1080")]
    [DataRow("http://[{country}.]gw.Example:8000", "http://[{country}.]gw.Example:8000")]
    [DataRow("direct://", "direct://")]
    public void Endpoint_Valid_RoundTrips(string text, string normal) =>
        Assert.AreEqual(normal, ProviderEndpoint.Parse(text)?.ToString());

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    [DataRow("gw.example.com:8000")]
    [DataRow("ftp://gw.example.com:21")]
    [DataRow("http://gw.example.com")]
    [DataRow("http://gw.example.com:0")]
    [DataRow("http://gw.example.com:70000")]
    [DataRow("http://gw.example.com:+80")]
    [DataRow("http://user:secret@gw.example.com:8000")]
    [DataRow("http://gw example:8000")]
    [DataRow("http://gw.example.com:8000/path")]
    [DataRow("http://[nonsense]:8000")]
    [DataRow("http://:8000")]
    [DataRow("http://gw{country.example:{port}")]
    public void Endpoint_Invalid_IsNone(string? text) => Assert.IsNull(ProviderEndpoint.Parse(text));

    [TestMethod]
    public async Task Add_Valid_IsListedInOrderOfPriority()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var later = (await AddAsync(plane, "later", new("direct://", Priority: 200))).Value;
        var first = (
            await AddAsync(plane, "acme", new("http://gw.example.com:8000", "u[-country-{country}]", "pw", 10, 3))).Value;

        CollectionAssert.AreEqual(new[] { "acme", "later" },
            (await plane.AskAsync((ProviderQueries q) => q.ListAsync(default))).Select(p => p.Name).ToList());
        Assert.AreEqual(("later", "direct", "direct://"), (later.Name, later.Preset, later.Endpoint));
        Assert.AreEqual(("acme", "http://gw.example.com:8000", "u[-country-{country}]", true, 10, 3, true),
            (first.Name, first.Endpoint, first.UsernameTemplate, first.HasPassword, first.Priority, first.Weight, first.Enabled));
        Assert.AreEqual(first.Id, (await plane.AskAsync((ProviderQueries q) => q.FindByNameAsync("acme", default))).Value.Id);
        Assert.AreEqual("provider.name_taken@Name", (await AddAsync(plane, "acme", new("direct://"))).Codes());
    }

    [TestMethod]
    [DataRow("Acme!", "direct://", "", null, 1, 1, "provider.name_invalid@Name")]
    [DataRow("acme", "nowhere", "", null, 1, 1, "provider.endpoint_invalid@Endpoint")]
    [DataRow("acme", "http://h:1", "a:b", null, 1, 1, "provider.username_invalid@UsernameTemplate")]
    [DataRow("acme", "http://h:1", "a[{country}", null, 1, 1, "provider.username_template_invalid@UsernameTemplate")]
    [DataRow("acme", "http://h:1", "a}", null, 1, 1, "provider.username_template_invalid@UsernameTemplate")]
    [DataRow("acme", "http://h:1", "a[[x]]", null, 1, 1, "provider.username_template_invalid@UsernameTemplate")]
    [DataRow("acme", "http://h:1", "a", "p\nw", 1, 1, "provider.password_invalid@Password")]
    [DataRow("acme", "http://h:1", "", "pw", 1, 1, "provider.username_missing@UsernameTemplate")]
    [DataRow("acme", "direct://", "", "pw", 1, 1, "provider.username_unexpected@Username")]
    [DataRow("acme", "direct://", "", null, -1, 1, "provider.priority_invalid@Priority")]
    [DataRow("acme", "direct://", "", null, 1, 0, "provider.weight_invalid@Weight")]
    public async Task Add_Invalid_SaysWhatIsWrong(
        string name, string endpoint, string username, string? password, int priority, int weight, string codes)
    {
        await using var plane = ControlPlaneTest.WithoutDatabase();

        Assert.AreEqual(codes, (await AddAsync(plane, name, new(endpoint, username, password, priority, weight))).Codes());
    }

    [TestMethod]
    public async Task Update_SameSettings_ChangesNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var settings = new ProviderSettings("http://gw.example.com:8000", "user", "pw");
        var acme = (await AddAsync(plane, "acme", settings)).Value;

        Assert.IsFalse((await UpdateAsync(plane, acme.Id, settings)).Value);
        Assert.IsFalse((await UpdateAsync(plane, acme.Id, settings with { Password = null })).Value, "null keeps the password");
        Assert.IsTrue((await UpdateAsync(plane, acme.Id, settings with { Password = "other" })).Value);
        Assert.IsTrue((await UpdateAsync(plane, acme.Id, settings with { Password = "" })).Value);
        Assert.IsFalse((await plane.AskAsync((ProviderQueries q) => q.FindAsync(acme.Id, default))).Value.HasPassword);
        Assert.AreEqual("provider.endpoint_invalid@Endpoint",
            (await UpdateAsync(plane, acme.Id, settings with { Endpoint = "x" })).Codes());
        Assert.DoesNotContain("pw", settings.ToString());
    }

    [TestMethod]
    public async Task Remove_WipesThePasswordAndFreesTheName()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var acme = await plane.ProviderAsync();

        Assert.IsTrue((await plane.AskAsync((RemoveProvider r) => r.ExecuteAsync(new(acme.Id), default))).IsSuccess);

        Assert.IsTrue(await plane.Database.ScalarAsync<bool>("select password_sealed is null and not enabled from providers"));
        Assert.AreEqual("provider.not_found",
            (await plane.AskAsync((RemoveProvider r) => r.ExecuteAsync(new(acme.Id), default))).Codes());
        Assert.AreEqual("provider.not_found",
            (await plane.AskAsync((SetProviderState s) => s.ExecuteAsync(new(acme.Id, true), default))).Codes());
        Assert.AreEqual("provider.not_found",
            (await plane.AskAsync((ProviderQueries q) => q.FindAsync(acme.Id, default))).Codes());
        Assert.AreEqual("provider.not_found", (await UpdateAsync(plane, acme.Id, new("direct://"))).Codes());
        Assert.AreEqual("acme", (await plane.ProviderAsync()).Name);
    }

    [TestMethod]
    public async Task Add_ByPreset_HasItsEndpointAndTemplates()
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        var oxylabs = (await AddAsync(plane, "ox", new("", Password: "pw") { Preset = "oxylabs", Username = "reseller" })).Value;

        Assert.AreEqual(("http://pr.oxylabs.io:7777", "reseller", true),
            (oxylabs.Endpoint, oxylabs.Username, oxylabs.HasPassword));
        Assert.StartsWith("customer-reseller[-cn-", oxylabs.UsernameTemplate);
        Assert.IsFalse((await UpdateAsync(plane, oxylabs.Id, new("") { Preset = "oxylabs", Username = "reseller" })).Value,
            "the same again changes nothing");
        Assert.IsTrue(
            (await UpdateAsync(plane, oxylabs.Id,
                new("socks5://pr.oxylabs.io:7777") { Preset = "oxylabs", Username = "reseller" })).Value);
    }

    [TestMethod]
    public async Task Update_List_ReplacesItsLinesOrKeepsThem()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var list = (await AddAsync(plane, "dc",
            new("") { Preset = "list", List = "socks5://1.example:1:u:p\nsocks5://2.example:1:u:p" })).Value;
        Assert.AreEqual((2, ""), (list.ExitCount, list.Endpoint));

        Assert.IsFalse((await UpdateAsync(plane, list.Id, new("") { Preset = "list" })).Value, "null keeps the lines");
        Assert.IsFalse(
            (await UpdateAsync(plane, list.Id,
                new("") { Preset = "list", List = "socks5://1.example:1:u:p\nsocks5://2.example:1:u:p" })).Value);
        Assert.IsTrue((await UpdateAsync(plane, list.Id, new("") { Preset = "list", List = "3.example:1:u:p" })).Value);
        Assert.AreEqual("3.example",
            await plane.Database.ScalarAsync<string>("select string_agg(host, ',') from provider_exits"));
        Assert.IsFalse(
            await plane.Database.ScalarAsync<bool>("select position('p'::bytea in password_sealed) = 1 from provider_exits"));

        await plane.AskAsync((RemoveProvider r) => r.ExecuteAsync(new(list.Id), default));
        Assert.AreEqual(0L, await plane.Database.ScalarAsync<long>("select count(*) from provider_exits"),
            "its credentials go with it");
    }

    private static IEnumerable<object[]> WrongSettings =>
    [
        [new ProviderSettings("") { Preset = "nobody" }, "provider.preset_unknown@Preset"],
        [new ProviderSettings("") { Preset = "oxylabs" }, "provider.username_missing@Username"],
        [new ProviderSettings("") { Preset = "oxylabs", Username = "a[-{session}]" }, "provider.username_invalid@Username"],
        [new ProviderSettings("direct://") { Preset = "oxylabs", Username = "a" }, "provider.endpoint_invalid@Endpoint"],
        [new ProviderSettings("", "t") { Preset = "oxylabs", Username = "a" }, "provider.template_unexpected@UsernameTemplate"],
        [new ProviderSettings("") { Preset = "list" }, "provider.list_invalid@List"],
        [new ProviderSettings("") { Preset = "list", List = "x" }, "provider.list_invalid@List"],
        [new ProviderSettings("http://h:1") { List = "h:1" }, "provider.list_unexpected@List"],
        [new ProviderSettings("http://h{countri}:1"), "provider.endpoint_template_invalid@Endpoint"],
        [new ProviderSettings("http://h:1", "a[-{countri}]"), "provider.username_template_invalid@UsernameTemplate"],
        [new ProviderSettings("http://h:1") { LocalNetworks = ["203.0.113.7"] }, "provider.networks_unexpected@LocalNetworks"],
        [new ProviderSettings("direct://") { LocalNetworks = ["203.0.113.7/24"] }, "provider.network_invalid@LocalNetworks"],
        [new ProviderSettings("http://h:1") { Countries = ["usa"] }, "provider.country_invalid@Countries"],
        [new ProviderSettings("http://h:1") { CostPerGb = -1 }, "provider.cost_invalid@CostPerGb"],
        [new ProviderSettings("http://h:1") { DailyCapBytes = 0 }, "provider.cap_invalid@DailyCapBytes"],
        [new ProviderSettings("http://h:1") { MaxConnections = 0 }, "provider.max_connections_invalid@MaxConnections"],
    ];

    [TestMethod]
    [DynamicData(nameof(WrongSettings))]
    public async Task Add_WrongSettings_SayWhatIsWrong(ProviderSettings settings, string codes)
    {
        await using var plane = ControlPlaneTest.WithoutDatabase();

        Assert.AreEqual(codes, (await AddAsync(plane, "acme", settings)).Codes());
    }
}
