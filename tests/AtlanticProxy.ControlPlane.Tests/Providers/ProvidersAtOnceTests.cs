using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.Tests.Providers;

/// <summary>Several people change the same provider or pool at the same moment.</summary>
[TestClass]
public sealed class ProvidersAtOnceTests
{
    private static Func<Task<Result>> Update(ControlPlaneTest plane, long id, ProviderSettings settings) =>
        async () => await plane.AskAsync((UpdateProvider update) => update.ExecuteAsync(new(id, settings), default));

    private static Func<Task<Result>> Remove(ControlPlaneTest plane, long id) =>
        () => plane.AskAsync((RemoveProvider remove) => remove.ExecuteAsync(new(id), default));

    [TestMethod]
    public async Task Update_TwiceAtOnce_SendsNobodysAccountToAnothersEndpoint()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var acme = await plane.ProviderAsync();

        await plane.Database.MeetAsync("lock table providers in share mode",
            Update(plane, acme.Id, new("http://other.example:1", "user")),
            Update(plane, acme.Id, new("http://127.0.0.1:9000", "another")));

        var found = (await plane.AskAsync((ProviderQueries q) => q.FindByNameAsync("acme", default))).Value;
        Assert.AreNotEqual(("http://other.example:1", "another"), (found.Endpoint, found.UsernameTemplate));
    }

    [TestMethod]
    public async Task Update_OfOneThatIsRemovedMeanwhile_FindsNone()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var acme = await plane.ProviderAsync();

        var updated =
            await plane.Database.MeetAsync("update providers set deleted_at = now(), enabled = false, password_sealed = null",
            Update(plane, acme.Id, new("http://127.0.0.1:9000", "user", "another password")));

        Assert.AreEqual("provider.not_found", updated.Single().Codes());
    }

    [TestMethod]
    public async Task Remove_WhileItsListIsReplaced_LeavesNothingOfIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var list = (await plane.AskAsync((AddProvider add) =>
            add.ExecuteAsync(new("list", new("") { Preset = "list", List = "h:1:u:p\nh:2:u:p" }), default))).Value;

        var done = await plane.Database.MeetAsync("lock table provider_exits in share mode",
            Update(plane, list.Id, new("") { Preset = "list", List = "h:3:u:p\nh:4:u:p\nh:5:u:p" }), Remove(plane, list.Id));

        Assert.AreEqual("", done[1].Codes());
        Assert.AreEqual(0L, await plane.Database.ScalarAsync<long>("select count(*) from provider_exits"));
    }

    [TestMethod]
    public async Task UpdatePool_TwiceAtOnce_LeavesTheMembersOfOneRequest()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        foreach (string name in new[] { "acme", "bolt", "cord" })
            await plane.ProviderAsync(name);
        long pool = (
            await plane.AskAsync((AddPool add) =>
                add.ExecuteAsync(new("fast", new(PoolPolicy.Priority, [new("acme")])), default))).Value.Id;
        Func<Task<Result<bool>>> To(params PoolMemberSettings[] members) =>
            () => plane.AskAsync((UpdatePool update) =>
                update.ExecuteAsync(new(pool, new(PoolPolicy.Priority, members)), default));

        await plane.Database.MeetAsync("lock table pool_members in share mode", To(new("acme"), new("bolt")),
            To(new("acme"), new("cord")));

        var found = (await plane.AskAsync((PoolQueries q) => q.FindAsync(pool, default))).Value;
        Assert.HasCount(2, found.Members);
    }
}
