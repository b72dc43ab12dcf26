using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Snapshot;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Database;

[TestClass]
public sealed class AtlanticDbTests
{
    /// <summary>
    /// Whether a request that has done <paramref name="act"/>, and now sends its page, still keeps a connection from others.
    /// </summary>
    private static async Task<bool> KeepsConnectionAsync<T>(ControlPlaneTest plane, Func<T, Task> act) where T : notnull
    {
        await using var scope = plane.Services.CreateAsyncScope();
        await act(scope.ServiceProvider.GetRequiredService<T>());
        return scope.ServiceProvider.GetRequiredService<AtlanticDb>().TryGetDbConnection() is not null;
    }

    [TestMethod]
    public async Task Connection_AfterEveryKindOfStatementAndTransaction_IsBackInThePool()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var alice = await plane.ProxyUserAsync(ann.Id);
        await plane.ProviderAsync();

        Assert.IsFalse(
            await KeepsConnectionAsync(plane, (CustomerQueries customers) => customers.FindAsync(Scope.Staff, ann.Id, default)),
            "a query");
        Assert.IsFalse(
            await KeepsConnectionAsync(plane, (AddPool add) =>
                add.ExecuteAsync(new("pool", new(PoolPolicy.Priority, [new("acme")])), default)), "a commit, then a query");
        Assert.IsFalse(await KeepsConnectionAsync(plane, (PoolQueries pools) => pools.ListAsync(default)),
            "a query of several statements");
        Assert.IsFalse(
            await KeepsConnectionAsync(plane, (RotateProxyUserSecret rotate) =>
                rotate.ExecuteAsync(new(Scope.Staff, alice.ProxyUserId), default)), "a commit");
        Assert.IsFalse(
            await KeepsConnectionAsync(plane, (RotateProxyUserSecret rotate) =>
                rotate.ExecuteAsync(new(Scope.Staff, 4711), default)), "nothing found");
        Assert.IsFalse(
            await KeepsConnectionAsync(plane, (CreateProxyUser create) =>
                create.ExecuteAsync(new(Scope.Staff, ann.Id, "alice"), default)), "a unique key's refusal");
    }

    [TestMethod]
    public async Task Transaction_NotCommittedOrGivenUp_WritesNothingAndLetsGo()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var db = new AtlanticDb(AtlanticDb.OptionsFor(plane.Database.Source));

        foreach (bool rollBack in new[] { false, true })
        {
            await using var transaction = await db.BeginTransactionAsync();
            await db.ExecuteSqlAsync($"insert into findings (check_name, found, found_at) values ('ledger', '[]', now())",
                default);
            Assert.IsNotNull(db.TryGetDbConnection(), "the transaction needs it");
            if (rollBack)
                await transaction.RollbackAsync();
            else
                await transaction.DisposeAsync();
            Assert.IsNull(db.TryGetDbConnection());
        }

        Assert.AreEqual(0, await plane.Database.ScalarAsync<long>("select count(*) from findings"));
    }

    /// <summary>As <see cref="Transaction_NotCommittedOrGivenUp_WritesNothingAndLetsGo"/>, within others.</summary>
    [TestMethod]
    public async Task Transaction_WithinOthers_IsASavepointThatLetsTheOthersGoOn()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await using var db = new AtlanticDb(AtlanticDb.OptionsFor(plane.Database.Source));
        Task<int> NoteAsync(string name) => db.ExecuteSqlAsync(
            $"insert into findings (check_name, found, found_at) values ({name}, '[]', now())", default);
        async Task<Result> ActAsync(bool succeed)
        {
            await using (var kept = await db.BeginTransactionAsync())
            {
                await NoteAsync("kept");
                await using (var broken = await db.BeginTransactionAsync())
                {
                    await NoteAsync("broken");
                    await Assert.ThrowsExactlyAsync<Npgsql.PostgresException>(() => NoteAsync("kept"));
                }
                await using (var givenUp = await db.BeginTransactionAsync())
                {
                    await NoteAsync("given up");
                    await givenUp.RollbackAsync();
                }
                await using (var inner = await db.BeginTransactionAsync())
                {
                    await NoteAsync("inner");
                    await inner.CommitAsync();
                }
                await NoteAsync("after");
                await kept.CommitAsync();
            }
            return succeed ? Result.Success : new Error(ErrorKind.Invalid, "test.refused", "No.");
        }
        Task<string> NotedAsync() => plane.Database.ScalarAsync<string>(
            "select coalesce(string_agg(check_name, ',' order by check_name), '') from findings");

        await db.RehearseAsync(() => ActAsync(succeed: true), default);
        await db.TogetherAsync(() => ActAsync(succeed: false), default);
        Assert.AreEqual("", await NotedAsync());
        await db.TogetherAsync(() => ActAsync(succeed: true), default);

        Assert.AreEqual("after,inner,kept", await NotedAsync());
        Assert.IsNull(db.TryGetDbConnection());
    }
}
