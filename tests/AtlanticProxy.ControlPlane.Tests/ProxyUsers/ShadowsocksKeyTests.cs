using System.Text;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Snapshots;
using AtlanticProxy.Engine.Snapshot;
using Microsoft.Extensions.DependencyInjection;
using ServedKey = AtlanticProxy.Engine.Snapshot.ShadowsocksKey;
using ServedUser = AtlanticProxy.Engine.Snapshot.ProxyUser;

namespace AtlanticProxy.ControlPlane.Tests.ProxyUsers;

[TestClass]
public sealed class ShadowsocksKeyTests
{
    private static Task<Result<ShadowsocksCredentials>> AddAsync(
        ControlPlaneTest plane, Scope scope, long id, string method = "aes-256-gcm", string targeting = "") =>
        plane.AskAsync((AddShadowsocksKey add) => add.ExecuteAsync(new(scope, id, method, targeting), default));

    private static async Task<ServedUser> ReadAsync(ControlPlaneTest plane, string name) =>
        (await plane.Services.GetRequiredService<SnapshotReader>().ReadAllAsync(default)).FindUser(name)!;

    [TestMethod]
    public async Task Add_Valid_ReachesTheSnapshotAndIsNotStoredInClear()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();
        var alice = await plane.ProxyUserAsync(customer.Id);
        await plane.ProxyUserAsync(customer.Id, "bob");

        var added = (await AddAsync(plane, Scope.Of(customer.Id), alice.ProxyUserId, targeting: "country-de-session-a1")).Value;

        var key = (await ReadAsync(plane, "alice")).ShadowsocksKeys.Single();
        Assert.AreEqual((added.KeyId, ShadowsocksMethod.Aes256Gcm, "country-de-session-a1"), (key.Id, key.Method, key.Targeting));
        var expected = ServedKey.FromPassword(added.KeyId, ShadowsocksMethod.Aes256Gcm, added.Password);
        CollectionAssert.AreEqual(expected.MasterKey.ToArray(), key.MasterKey.ToArray());
        Assert.IsEmpty((await ReadAsync(plane, "bob")).ShadowsocksKeys);
        Assert.IsTrue(
            await plane.Database.ScalarAsync<bool>(
                $"select position('{added.Password}'::bytea in password_sealed) = 0 from shadowsocks_keys"));
        Assert.DoesNotContain(added.Password, added.ToString());
    }

    [TestMethod]
    [DataRow("rc4-md5", "", "shadowsocks.method_unknown@Method")]
    [DataRow("aes-256-gcm", "planet-mars", "shadowsocks.targeting_unknown@Targeting")]
    [DataRow("none", "country", "shadowsocks.method_unknown@Method shadowsocks.targeting_unknown@Targeting")]
    public async Task Add_Invalid_IsRefused(string method, string targeting, string codes)
    {
        await using var plane = ControlPlaneTest.WithoutDatabase();
        Assert.AreEqual(codes, (await AddAsync(plane, Scope.Staff, 1, method, targeting)).Codes());
    }

    [TestMethod]
    public async Task Add_OfAnotherCustomersUserOrTooMany_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var other = await plane.CustomerAsync("other@example.com");
        var alice = await plane.ProxyUserAsync(ann.Id);
        Assert.AreEqual("proxy_user.not_found", (await AddAsync(plane, Scope.Of(other.Id), alice.ProxyUserId)).Codes());
        for (int i = 0; i < AddShadowsocksKey.MaxKeys; i++)
            Assert.IsTrue((await AddAsync(plane, Scope.Staff, alice.ProxyUserId)).IsSuccess);
        Assert.AreEqual("shadowsocks.too_many_keys", (await AddAsync(plane, Scope.Staff, alice.ProxyUserId)).Codes());
    }

    [TestMethod]
    public async Task Delete_OfTheProxyUser_WipesItsKeys()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();
        var alice = await plane.ProxyUserAsync(customer.Id);
        await AddAsync(plane, Scope.Staff, alice.ProxyUserId);
        await plane.AskAsync((DeleteProxyUser delete) => delete.ExecuteAsync(new(Scope.Staff, alice.ProxyUserId), default));
        Assert.AreEqual(0L, await plane.Database.ScalarAsync<long>("select count(*) from shadowsocks_keys"));
    }

    [TestMethod]
    public async Task Remove_TakesOneKeyOfWhoMayTouchIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var other = await plane.CustomerAsync("other@example.com");
        var alice = await plane.ProxyUserAsync(ann.Id);
        var bob = await plane.ProxyUserAsync(ann.Id, "bob");
        var first = (await AddAsync(plane, Scope.Staff, alice.ProxyUserId, targeting: "country-de")).Value;
        var second = (await AddAsync(plane, Scope.Staff, alice.ProxyUserId)).Value;
        Task<Result> RemoveAsync(Scope scope, long user, long key) =>
            plane.AskAsync((RemoveShadowsocksKey remove) => remove.ExecuteAsync(new(scope, user, key), default));
        Task<IReadOnlyList<ShadowsocksKeySummary>> ListAsync(Scope scope) =>
            plane.AskAsync((ShadowsocksKeyQueries keys) => keys.ListAsync(scope, alice.ProxyUserId, default));
        Task<Result<ShadowsocksCredentials>> RevealAsync(Scope scope, long user) =>
            plane.AskAsync((RevealShadowsocksKey reveal) => reveal.ExecuteAsync(new(scope, user, first.KeyId), default));

        Assert.AreEqual("shadowsocks.key_not_found",
            (await RemoveAsync(Scope.Of(other.Id), alice.ProxyUserId, first.KeyId)).Codes());
        Assert.AreEqual("shadowsocks.key_not_found", (await RemoveAsync(Scope.Staff, bob.ProxyUserId, first.KeyId)).Codes());
        Assert.AreEqual("shadowsocks.key_not_found", (await RevealAsync(Scope.Of(other.Id), alice.ProxyUserId)).Codes());
        Assert.AreEqual("shadowsocks.key_not_found", (await RevealAsync(Scope.Staff, bob.ProxyUserId)).Codes());
        Assert.AreEqual(first, (await RevealAsync(Scope.Of(ann.Id), alice.ProxyUserId)).Value);
        Assert.IsEmpty(await ListAsync(Scope.Of(other.Id)));
        CollectionAssert.AreEqual(new[] { first.KeyId, second.KeyId },
            (await ListAsync(Scope.Of(ann.Id))).Select(key => key.Id).ToList());

        Assert.IsTrue((await RemoveAsync(Scope.Of(ann.Id), alice.ProxyUserId, first.KeyId)).IsSuccess);

        Assert.AreEqual(second.KeyId, (await ListAsync(Scope.Staff)).Single().Id);
        Assert.AreEqual(second.KeyId, (await ReadAsync(plane, "alice")).ShadowsocksKeys.Single().Id);
    }

    [TestMethod]
    public void Link_IsWhatClientsImport()
    {
        // SIP002's form: userinfo in URL-safe base64 without padding.
        string link = new ShadowsocksCredentials(1, "alice", "aes-128-gcm", "test", "country-de").Link("192.168.100.1", 8888);
        Assert.AreEqual("ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888#alice-country-de", link);
        Assert.AreEqual("aes-128-gcm:test",
            Encoding.ASCII.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(link.AsSpan(5, 22))));
    }
}
