using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Tests.ProxyUsers;

[TestClass]
public sealed class ProxyUserTests
{
    private static Task<Result<ProxyUserCredentials>> CreateAsync(
        ControlPlaneTest plane, Scope scope, long customer, string name, ProxyUserLimits? limits = null) =>
        plane.AskAsync((CreateProxyUser create) => create.ExecuteAsync(new(scope, customer, name, limits), default));

    private static Task<Result<ProxyUserCredentials>> RevealAsync(ControlPlaneTest plane, Scope scope, long id) =>
        plane.AskAsync((RevealProxyUserSecret reveal) => reveal.ExecuteAsync(new(scope, id), default));

    [TestMethod]
    public async Task Create_Valid_CanBeRevealedButIsNotStoredInClear()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();

        var created =
            (await CreateAsync(plane, Scope.Of(customer.Id), customer.Id, "alice",
                new(3, 125_000, ["203.0.113.7", "10.0.0.0/8", "2001:db8::/32", "10.0.0.0/8"]))).Value;

        Assert.AreEqual(created, (await RevealAsync(plane, Scope.Of(customer.Id), created.ProxyUserId)).Value);
        Assert.IsTrue(
            await plane.Database.ScalarAsync<bool>(
                $"select position('{created.Secret}'::bytea in secret_sealed || secret_hash) = 0 from proxy_users"));
        Assert.DoesNotContain(created.Secret, created.ToString());
        var summary = (await plane.AskAsync((ProxyUserQueries q) => q.FindByNameAsync(Scope.Staff, "alice", default))).Value;
        Assert.AreEqual((customer.Id, "ann@example.com", "alice", true, SecretKind.Generated, 3, 125_000L, plane.Time.Now),
            (summary.CustomerId, summary.CustomerEmail, summary.Name, summary.Enabled, summary.SecretKind, summary.MaxConnections,
                summary.SpeedBytesPerSecond, summary.CreatedAt));
        CollectionAssert.AreEqual(new[] { "203.0.113.7/32", "10.0.0.0/8", "2001:db8::/32" }, summary.AllowedSources.ToList());
    }

    [TestMethod]
    [DataRow("al")]
    [DataRow("Alice")]
    [DataRow("al-ice")]
    [DataRow("al_ice")]
    [DataRow("alice ")]
    [DataRow("")]
    public async Task Create_InvalidName_IsRefused(string name)
    {
        await using var plane = ControlPlaneTest.WithoutDatabase();

        Assert.AreEqual("proxy_user.name_invalid@Name", (await CreateAsync(plane, Scope.Staff, 1, name)).Codes());
    }

    [TestMethod]
    [DataRow(0, null, null, "proxy_user.max_connections_invalid@MaxConnections")]
    [DataRow(null, -5L, null, "proxy_user.speed_invalid@SpeedBytesPerSecond")]
    [DataRow(null, null, "nonsense", "proxy_user.source_invalid@AllowedSources")]
    [DataRow(null, null, "10.0.0.1/8", "proxy_user.source_invalid@AllowedSources")]
    [DataRow(null, null, "1", "proxy_user.source_invalid@AllowedSources")]
    [DataRow(null, null, "0.0.0.0/0", "proxy_user.source_everyone@AllowedSources")]
    [DataRow(null, null, "::/0", "proxy_user.source_everyone@AllowedSources")]
    public async Task Limits_Invalid_AreRefusedWhenCreatingAndUpdating(
        int? connections, long? speed, string? source, string codes)
    {
        await using var plane = ControlPlaneTest.WithoutDatabase();
        var limits = new ProxyUserLimits(connections, speed, source is null ? null : [source]);

        Assert.AreEqual(codes, (await CreateAsync(plane, Scope.Staff, 1, "alice", limits)).Codes());
        Assert.AreEqual(codes,
            (await plane.AskAsync((UpdateProxyUserLimits u) => u.ExecuteAsync(new(Scope.Staff, 1, limits), default))).Codes());
    }

    [TestMethod]
    public void Limits_TooManySources_AreRefused()
    {
        var validation = new Validation();
        new ProxyUserLimits(AllowedSources: [.. Enumerable.Range(0, 101).Select(i => $"203.0.113.{i}")]).Require(validation);

        Assert.AreEqual("proxy_user.too_many_sources", validation.Errors.Single().Code);
    }

    [TestMethod]
    public async Task Create_TakenName_IsAConflictWhoeverHasIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.ProxyUserAsync((await plane.CustomerAsync()).Id);
        var ben = await plane.CustomerAsync("ben@example.com");

        Assert.AreEqual("proxy_user.name_taken@Name", (await CreateAsync(plane, Scope.Of(ben.Id), ben.Id, "alice")).Codes());
    }

    [TestMethod]
    public async Task Create_ForAnotherCustomerOrNone_IsNotFound()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var ben = await plane.CustomerAsync("ben@example.com");

        Assert.AreEqual("customer.not_found", (await CreateAsync(plane, Scope.Of(ben.Id), ann.Id, "alice")).Codes());
        Assert.AreEqual("customer.not_found", (await CreateAsync(plane, Scope.Staff, 999, "alice")).Codes());
    }

    [TestMethod]
    public async Task EveryCommandAndQuery_OnAnothersProxyUser_IsNotFoundAndChangesNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await plane.ProxyUserAsync((await plane.CustomerAsync()).Id);
        var ben = await plane.CustomerAsync("ben@example.com");
        string before = await plane.Database.ScalarAsync<string>("select proxy_users::text from proxy_users");
        foreach (var scope in new[] { Scope.Of(ben.Id), default })
        {
            long id = alice.ProxyUserId;
            string[] codes =
            [
                (await RevealAsync(plane, scope, id)).Codes(),
                (await plane.AskAsync((SetProxyUserState c) => c.ExecuteAsync(new(scope, id, false), default))).Codes(),
                (await plane.AskAsync((RotateProxyUserSecret c) => c.ExecuteAsync(new(scope, id), default))).Codes(),
                (await plane.AskAsync((ChooseProxyUserSecret c) =>
                    c.ExecuteAsync(new(scope, id, "correct-horse-battery"), default))).Codes(),
                (await plane.AskAsync((UpdateProxyUserLimits c) => c.ExecuteAsync(new(scope, id, new(1)), default))).Codes(),
                (await plane.AskAsync((DeleteProxyUser c) => c.ExecuteAsync(new(scope, id), default))).Codes(),
                (await plane.AskAsync((ProxyUserQueries q) => q.FindAsync(scope, id, default))).Codes(),
                (await plane.AskAsync((ProxyUserQueries q) => q.FindByNameAsync(scope, "alice", default))).Codes(),
            ];
            CollectionAssert.AreEqual(Enumerable.Repeat("proxy_user.not_found", codes.Length).ToList(), codes);
            Assert.AreEqual(0,
                (await plane.AskAsync((ProxyUserQueries q) => q.ListAsync(scope, new PageRequest(), default))).Total);
        }
        Assert.AreEqual(before, await plane.Database.ScalarAsync<string>("select proxy_users::text from proxy_users"));
    }

    [TestMethod]
    public async Task Rotate_AfterChoosing_IsAGeneratedSecretAgain()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await plane.ProxyUserAsync((await plane.CustomerAsync()).Id);

        Assert.IsTrue(
            (await plane.AskAsync((ChooseProxyUserSecret c) =>
                c.ExecuteAsync(new(Scope.Staff, alice.ProxyUserId, "correct-horse-battery"), default))).IsSuccess);
        Assert.AreEqual("correct-horse-battery", (await RevealAsync(plane, Scope.Staff, alice.ProxyUserId)).Value.Secret);

        var rotated =
            (await plane.AskAsync((RotateProxyUserSecret c) =>
                c.ExecuteAsync(new(Scope.Staff, alice.ProxyUserId), default))).Value;
        Assert.AreNotEqual(alice.Secret, rotated.Secret);
        Assert.AreEqual(rotated, (await RevealAsync(plane, Scope.Staff, alice.ProxyUserId)).Value);
        Assert.AreEqual("generated",
            await plane.Database.ScalarAsync<string>("select secret_kind from proxy_users where secret_salt is null"));
    }

    [TestMethod]
    [DataRow("short", "proxy_user.secret_length@Secret proxy_user.secret_simple@Secret")]
    [DataRow("with space in it", "proxy_user.secret_characters@Secret")]
    [DataRow("with_underscore_x", "proxy_user.secret_characters@Secret")]
    [DataRow("aaaaaaaaaaaaaaaa", "proxy_user.secret_simple@Secret")]
    public async Task Choose_Weak_IsRefused(string secret, string codes)
    {
        await using var plane = ControlPlaneTest.WithoutDatabase();
        var request = new ChooseProxyUserSecret.Request(Scope.Staff, 1, secret);

        Assert.AreEqual(codes, (await plane.AskAsync((ChooseProxyUserSecret c) => c.ExecuteAsync(request, default))).Codes());
        Assert.DoesNotContain(secret, request.ToString());
    }

    [TestMethod]
    public async Task Delete_WipesTheSecretAndFreesTheName()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();
        var alice = await plane.ProxyUserAsync(customer.Id);
        await plane.AskAsync((ChooseProxyUserSecret c) =>
            c.ExecuteAsync(new(Scope.Staff, alice.ProxyUserId, "correct-horse-battery"), default));

        Assert.IsTrue(
            (await plane.AskAsync((DeleteProxyUser c) =>
                c.ExecuteAsync(new(Scope.Staff, alice.ProxyUserId), default))).IsSuccess);

        Assert.AreEqual("proxy_user.not_found", (await RevealAsync(plane, Scope.Staff, alice.ProxyUserId)).Codes());
        Assert.AreEqual("proxy_user.not_found",
            (await plane.AskAsync((DeleteProxyUser c) => c.ExecuteAsync(new(Scope.Staff, alice.ProxyUserId), default))).Codes());
        Assert.IsTrue(
            await plane.Database.ScalarAsync<bool>(
                "select secret_hash = '' and secret_sealed = '' and secret_salt is null from proxy_users"));
        Assert.AreEqual("alice", (await plane.ProxyUserAsync(customer.Id)).Name);
    }

    [TestMethod]
    public async Task List_ByCustomerAndSearch_ShowsOnlyThose()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var ben = await plane.CustomerAsync("ben@example.com");
        foreach (var (customer, name) in new[] { (ann, "alice"), (ann, "alma"), (ben, "bob") })
            await plane.ProxyUserAsync(customer.Id, name);

        async Task<string> Names(Scope scope, string? search = null, long? customer = null) =>
            string.Join(' ',
                (await plane.AskAsync((ProxyUserQueries q) =>
                    q.ListAsync(scope, new PageRequest(search: search), default, customer))).Items.Select(u => u.Name));

        Assert.AreEqual("alice alma bob", await Names(Scope.Staff));
        Assert.AreEqual("alma", await Names(Scope.Staff, "LM"));
        Assert.AreEqual("bob", await Names(Scope.Staff, "ben@"));
        Assert.AreEqual("alice alma", await Names(Scope.Staff, customer: ann.Id));
        Assert.AreEqual("", await Names(Scope.Of(ben.Id), customer: ann.Id));
    }
}
