using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Tests.ProxyUsers;

[TestClass]
public sealed class AllowedSourcesTests
{
    [TestMethod]
    public async Task Address_ThatIsAnotherProxyUsers_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long customer = (await plane.CustomerAsync()).Id;
        var first = await AddAsync(plane, customer, "first", "203.0.113.7", "198.51.100.0/24");
        var second = await AddAsync(plane, customer, "second");

        Assert.AreEqual("proxy_user.source_taken@AllowedSources",
            (await AddAsync(plane, customer, "third", "203.0.113.7/32")).Codes());
        Assert.AreEqual("proxy_user.source_taken@AllowedSources",
            (await LimitAsync(plane, second.Value.ProxyUserId, "198.51.100.0/24")).Codes());
        Assert.AreEqual("", (await LimitAsync(plane, second.Value.ProxyUserId, "198.51.100.7")).Codes(), "a part is its own");
        Assert.AreEqual("", (await LimitAsync(plane, first.Value.ProxyUserId, "203.0.113.7")).Codes(), "it is its own");
        Assert.AreEqual("", (await LimitAsync(plane, second.Value.ProxyUserId, "198.51.100.0/24")).Codes(), "it was given up");

        await plane.AskAsync((DeleteProxyUser delete) =>
            delete.ExecuteAsync(new(Scope.Staff, first.Value.ProxyUserId), default));
        Assert.AreEqual("", (await AddAsync(plane, customer, "third", "203.0.113.7")).Codes(), "its user is gone");
    }

    [TestMethod]
    public async Task Address_ThatTwoTakeAtOnce_IsOneOnes()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long customer = (await plane.CustomerAsync()).Id;
        Func<Task<string>> Add(string name) => async () => (await AddAsync(plane, customer, name, "203.0.113.7")).Codes();

        var codes = await plane.Database.MeetAsync("lock table proxy_users in share mode", Add("first"), Add("second"));

        CollectionAssert.AreEquivalent(new[] { "", "proxy_user.source_taken@AllowedSources" }, codes);
    }

    private static Task<Result<ProxyUserCredentials>> AddAsync(
        ControlPlaneTest plane, long customer, string name, params string[] sources) =>
        plane.AskAsync((CreateProxyUser create) => create.ExecuteAsync(
            new(Scope.Staff, customer, name, new ProxyUserLimits(AllowedSources: sources)), default));

    private static Task<Result<bool>> LimitAsync(ControlPlaneTest plane, long id, params string[] sources) =>
        plane.AskAsync((UpdateProxyUserLimits update) => update.ExecuteAsync(
            new(Scope.Staff, id, new ProxyUserLimits(AllowedSources: sources)), default));
}
