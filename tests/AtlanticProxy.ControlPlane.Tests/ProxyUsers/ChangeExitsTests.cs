using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Snapshots;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.ProxyUsers;

[TestClass]
public sealed class ChangeExitsTests
{
    private static Task<Result> ChangeAsync(ControlPlaneTest plane, Scope scope, long id, string? session = null) =>
        plane.AskAsync((ChangeProxyUserExits change) => change.ExecuteAsync(new(scope, id, session), default));

    private static async Task<Engine.Snapshot.ProxyUser> ServedAsync(ControlPlaneTest plane) =>
        (await plane.Services.GetRequiredService<SnapshotReader>().ReadAllAsync(default)).FindUser("alice")!;

    [TestMethod]
    public async Task Change_OfSessionUserAndCustomer_RaisesTheirGenerations()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();
        var alice = await plane.ProxyUserAsync(customer.Id);

        Assert.IsTrue((await ChangeAsync(plane, Scope.Of(customer.Id), alice.ProxyUserId, "Cart.1")).IsSuccess);
        Assert.IsTrue((await ChangeAsync(plane, Scope.Staff, alice.ProxyUserId, " Cart.1 ")).IsSuccess);
        Assert.IsTrue((await ChangeAsync(plane, Scope.Of(customer.Id), alice.ProxyUserId)).IsSuccess);
        Assert.IsTrue(
            (await plane.AskAsync((ChangeCustomerExits change) =>
                change.ExecuteAsync(new(Scope.Staff, customer.Id), default))).IsSuccess);

        var served = await ServedAsync(plane);
        Assert.AreEqual(2L, served.Generation);
        Assert.AreEqual(2, served.SessionGenerations["Cart.1"]);
    }

    [TestMethod]
    public async Task Change_OfAnothersOrBadSession_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();
        var other = await plane.CustomerAsync("other@example.com");
        var alice = await plane.ProxyUserAsync(customer.Id);

        Assert.AreEqual("proxy_user.not_found", (await ChangeAsync(plane, Scope.Of(other.Id), alice.ProxyUserId)).Codes());
        Assert.AreEqual("proxy_user.not_found", (await ChangeAsync(plane, Scope.Of(other.Id), alice.ProxyUserId, "s")).Codes());
        Assert.AreEqual("proxy_user.session_invalid@Session",
            (await ChangeAsync(plane, Scope.Staff, alice.ProxyUserId, "a b")).Codes());
        Assert.AreEqual("proxy_user.session_invalid@Session",
            (await ChangeAsync(plane, Scope.Staff, alice.ProxyUserId, new string('x', 65))).Codes());
        Assert.AreEqual("customer.not_found",
            (await plane.AskAsync((ChangeCustomerExits change) =>
                change.ExecuteAsync(new(Scope.Of(other.Id), customer.Id), default))).Codes());
        Assert.AreEqual(0L, (await ServedAsync(plane)).Generation);
    }

    [TestMethod]
    public async Task Change_OfMoreSessionsThanTheBound_IsRefusedUntilTheyAreForgotten()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await plane.ProxyUserAsync((await plane.CustomerAsync()).Id);
        await plane.Database.ExecuteAsync($"""
            insert into session_exit_changes (proxy_user_id, session, generation, changed_at)
            select {alice.ProxyUserId}, 's' || i, 1, '{plane.Time.Now:O}' from generate_series(1,
                {ChangeProxyUserExits.MaxChangedSessions}) i
            """);

        Assert.AreEqual("proxy_user.too_many_sessions@Session",
            (await ChangeAsync(plane, Scope.Staff, alice.ProxyUserId, "another")).Codes());
        Assert.IsTrue((await ChangeAsync(plane, Scope.Staff, alice.ProxyUserId, "s1")).IsSuccess, "one that is known already");

        plane.Time.Advance(Forgetting.SessionExitChangesKept + TimeSpan.FromMinutes(1));
        await plane.AskAsync((Forgetting forget) => forget.ExecuteAsync(default));
        Assert.IsTrue((await ChangeAsync(plane, Scope.Staff, alice.ProxyUserId, "another")).IsSuccess);
        Assert.AreEqual("another", (await ServedAsync(plane)).SessionGenerations.Keys.Single());
    }
}
