using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Destinations;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Tests.Quotas;

namespace AtlanticProxy.ControlPlane.Tests.ProxyUsers;

/// <summary>Several people, or one who presses a button twice, change the same at the same moment.</summary>
[TestClass]
public sealed class ProxyUsersAtOnceTests
{
    private const string Deleted = """
        update proxy_users set deleted_at = now(), enabled = false, secret_kind = 'generated', secret_hash = '',
            secret_sealed = '', secret_salt = null, secret_iterations = null
        """;

    [TestMethod]
    public async Task Create_TwoForTheLastSeat_OneGetsIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1000, new PlanLimits(Seats: 2)));
        Func<Task<Result<ProxyUserCredentials>>> Create(string name) =>
            () => plane.AskAsync((CreateProxyUser create) =>
                create.ExecuteAsync(new(Scope.Staff, alice.Customer.Id, name), default));

        var created = await plane.Database.MeetAsync("lock table proxy_users in share mode", Create("second"), Create("third"));

        AssertOneIs("proxy_user.no_seat", created);
    }

    [TestMethod]
    public async Task AddKey_TwoForTheLastPlace_OneGetsIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await plane.ProxyUserAsync((await plane.CustomerAsync()).Id);
        Task<Result<ShadowsocksCredentials>> Add() =>
            plane.AskAsync((AddShadowsocksKey add) =>
                add.ExecuteAsync(new(Scope.Staff, alice.ProxyUserId, "aes-256-gcm"), default));
        for (int i = 1; i < AddShadowsocksKey.MaxKeys; i++)
            Assert.IsTrue((await Add()).IsSuccess);

        var added = await plane.Database.MeetAsync("lock table shadowsocks_keys in share mode", Add, Add);

        AssertOneIs("shadowsocks.too_many_keys", added);
    }

    [TestMethod]
    public async Task ChangeExits_OfTwoSessionsForTheLastPlace_ChangesOne()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await plane.ProxyUserAsync((await plane.CustomerAsync()).Id);
        await plane.Database.ExecuteAsync($"""
            insert into session_exit_changes (proxy_user_id, session, generation, changed_at)
            select {alice.ProxyUserId}, 's' || i, 1, '{plane.Time.Now:O}' from generate_series(2,
                {ChangeProxyUserExits.MaxChangedSessions}) i
            """);
        Func<Task<Result>> Change(string session) =>
            () => plane.AskAsync((ChangeProxyUserExits change) =>
                change.ExecuteAsync(new(Scope.Staff, alice.ProxyUserId, session), default));

        var changed = await plane.Database.MeetAsync("lock table session_exit_changes in share mode", Change("one"),
            Change("another"));

        AssertOneIs("proxy_user.too_many_sessions@Session", changed);
    }

    [TestMethod]
    public async Task RotateSecret_WhileOneIsChosen_IsTheSecretThatIsServed()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await plane.ProxyUserAsync((await plane.CustomerAsync()).Id);

        var rotated = (await plane.Database.MeetAsync(
            "update proxy_users set secret_kind = 'chosen', secret_salt = decode(repeat('ab', 16), 'hex'), secret_iterations = "
                + "1, secret_hash = decode(repeat('cd', 32), 'hex')",
            () => plane.AskAsync((RotateProxyUserSecret rotate) =>
                rotate.ExecuteAsync(new(Scope.Staff, alice.ProxyUserId), default)))).Single().Value;

        Assert.AreEqual(rotated,
            (await plane.AskAsync((RevealProxyUserSecret reveal) =>
                reveal.ExecuteAsync(new(Scope.Staff, alice.ProxyUserId), default))).Value);
        Assert.AreEqual("generated true true", await plane.Database.ScalarAsync<string>(
            $"select secret_kind || ' ' || (secret_salt is null) || ' ' || (secret_hash = sha256('{rotated.Secret}'::bytea)) "
                + "from proxy_users"));
    }

    [TestMethod]
    public async Task UpdateLimits_TwiceAtOnce_LeavesThoseOfOneRequest()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await plane.ProxyUserAsync((await plane.CustomerAsync()).Id);
        Func<Task<Result<bool>>> Update(ProxyUserLimits limits) =>
            () => plane.AskAsync((UpdateProxyUserLimits update) =>
                update.ExecuteAsync(new(Scope.Staff, alice.ProxyUserId, limits), default));

        await plane.Database.MeetAsync("lock table proxy_users in share mode", Update(new(MaxConnections: 5)),
            Update(new(SpeedBytesPerSecond: 125_000)));

        var found = (
            await plane.AskAsync((ProxyUserQueries users) => users.FindAsync(Scope.Staff, alice.ProxyUserId, default))).Value;
        Assert.AreNotEqual((5, 125_000L), (found.MaxConnections, found.SpeedBytesPerSecond), "a mixture that nobody asked for");
    }

    [TestMethod]
    public async Task Anything_OfOneThatIsDeletedMeanwhile_FindsNobody()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long alice = (await plane.ProxyUserAsync((await plane.CustomerAsync()).Id)).ProxyUserId;

        var refused = await plane.Database.MeetAsync<Result>(Deleted,
            async () => await plane.AskAsync((AddShadowsocksKey add) =>
                add.ExecuteAsync(new(Scope.Staff, alice, "aes-256-gcm"), default)),
            async () => await plane.AskAsync((AddDestinationRule add) =>
                add.ExecuteAsync(new(DestinationRuleKind.Port, "25", new(alice)), default)),
            async () => await plane.AskAsync((ChooseProxyUserSecret choose) =>
                choose.ExecuteAsync(new(Scope.Staff, alice, "correct-horse-battery"), default)),
            async () => await plane.AskAsync((RotateProxyUserSecret rotate) =>
                rotate.ExecuteAsync(new(Scope.Staff, alice), default)),
            async () => await plane.AskAsync((UpdateProxyUserLimits update) =>
                update.ExecuteAsync(new(Scope.Staff, alice, new(5)), default)));

        Assert.AreEqual("proxy_user.not_found", string.Join(' ', refused.Select(result => result.Codes()).Distinct()));
        Assert.AreEqual(0L,
            await plane.Database.ScalarAsync<long>(
                "select (select count(*) from shadowsocks_keys) + (select count(*) from destination_rules)"));
    }

    private static void AssertOneIs(string code, IEnumerable<Result> results) =>
        CollectionAssert.AreEquivalent(new[] { "", code }, results.Select(result => result.Codes()).ToList());
}
