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
    public void Endpoint_Valid_RoundTrips(string text, string normal) => Assert.AreEqual(normal, ProviderEndpoint.Parse(text)?.ToString());

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
        var first = (await AddAsync(plane, "acme", new("http://gw.example.com:8000", "u[-country-{country}]", "pw", 10, 3))).Value;

        CollectionAssert.AreEqual(new[] { "acme", "later" }, (await plane.AskAsync((ProviderQueries q) => q.ListAsync(default))).Select(p => p.Name).ToList());
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
    public async Task Add_Invalid_SaysWhatIsWrong(string name, string endpoint, string username, string? password, int priority, int weight, string codes)
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
        Assert.AreEqual("provider.endpoint_invalid@Endpoint", (await UpdateAsync(plane, acme.Id, settings with { Endpoint = "x" })).Codes());
        Assert.DoesNotContain("pw", settings.ToString());
    }

    [TestMethod]
    public async Task Remove_WipesThePasswordAndFreesTheName()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var acme = await plane.ProviderAsync();

        Assert.IsTrue((await plane.AskAsync((RemoveProvider r) => r.ExecuteAsync(new(acme.Id), default))).IsSuccess);

        Assert.IsTrue(await plane.Database.ScalarAsync<bool>("select password_sealed is null and not enabled from providers"));
        Assert.AreEqual("provider.not_found", (await plane.AskAsync((RemoveProvider r) => r.ExecuteAsync(new(acme.Id), default))).Codes());
        Assert.AreEqual("provider.not_found", (await plane.AskAsync((SetProviderState s) => s.ExecuteAsync(new(acme.Id, true), default))).Codes());
        Assert.AreEqual("provider.not_found", (await plane.AskAsync((ProviderQueries q) => q.FindAsync(acme.Id, default))).Codes());
        Assert.AreEqual("provider.not_found", (await UpdateAsync(plane, acme.Id, new("direct://"))).Codes());
        Assert.AreEqual("acme", (await plane.ProviderAsync()).Name);
    }
}
