using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Team;

namespace AtlanticProxy.ControlPlane.Tests.Accounts;

/// <summary>A customer's people: who may give whom which role, and who may leave.</summary>
[TestClass]
public sealed class TeamTests
{
    private const string Password = "correct horse battery";

    private static async Task<long> PersonAsync(
        ControlPlaneTest plane, long customer, string email, MemberRole role = MemberRole.Owner) =>
        (await plane.AskAsync((CreateCustomerLogin create) =>
            create.ExecuteAsync(new(customer, Password, email, role), default))).Value;

    private static Task<Result<bool>> SetAsync(ControlPlaneTest plane, TeamActor by, long user, MemberRole role) =>
        plane.AskAsync((SetMemberRole set) => set.ExecuteAsync(new(by, user, role), default));

    private static Task<Result<string>> RemoveAsync(ControlPlaneTest plane, TeamActor by, long user) =>
        plane.AskAsync((RemoveMember remove) => remove.ExecuteAsync(new(by, user), default));

    private static Task<TeamSummary> TeamAsync(ControlPlaneTest plane, long customer) =>
        plane.AskAsync((TeamQueries team) => team.FindAsync(customer, default));

    private static Task<string> StampAsync(ControlPlaneTest plane, long user) =>
        plane.Database.ScalarAsync<string>($"select security_stamp from users where id = {user}");

    [TestMethod]
    public async Task FirstLogin_IsOwner()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();

        await plane.AskAsync((CreateCustomerLogin create) => create.ExecuteAsync(new(customer.Id, Password), default));

        Assert.AreEqual(MemberRole.Owner, (await TeamAsync(plane, customer.Id)).Members.Single().Role);
    }

    [TestMethod]
    public async Task SetRole_Another_EndsSessionsAndTheSameChangesNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long customer = (await plane.CustomerAsync()).Id;
        var owner = new TeamActor(customer, await PersonAsync(plane, customer, "ann@example.com"));
        long bob = await PersonAsync(plane, customer, "bob@example.com", MemberRole.Viewer);
        string stamp = await StampAsync(plane, bob);

        Assert.IsFalse((await SetAsync(plane, owner, bob, MemberRole.Viewer)).Value);
        Assert.AreEqual(stamp, await StampAsync(plane, bob));
        Assert.IsTrue((await SetAsync(plane, owner, bob, MemberRole.Developer)).Value);

        Assert.AreNotEqual(stamp, await StampAsync(plane, bob));
        Assert.AreEqual(MemberRole.Developer,
            (await TeamAsync(plane, customer)).Members.Single(member => member.Id == bob).Role);
    }

    [TestMethod]
    [DataRow(MemberRole.Billing), DataRow(MemberRole.Developer), DataRow(MemberRole.Viewer)]
    public async Task Team_ChangedByOthersThanOwnersAndAdmins_IsRefused(MemberRole role)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long customer = (await plane.CustomerAsync()).Id;
        await PersonAsync(plane, customer, "ann@example.com");
        var actor = new TeamActor(customer, await PersonAsync(plane, customer, "bob@example.com", role));
        long other = await PersonAsync(plane, customer, "cid@example.com", MemberRole.Viewer);

        Assert.AreEqual("team.not_allowed", (await SetAsync(plane, actor, other, MemberRole.Admin)).Codes());
        Assert.AreEqual("team.not_allowed", (await SetAsync(plane, actor, actor.UserId, MemberRole.Owner)).Codes());
        Assert.AreEqual("team.not_allowed", (await RemoveAsync(plane, actor, other)).Codes());
        Assert.AreEqual("team.not_allowed", (await plane.AskAsync(
            (TeamSecondFactor factor) => factor.ExecuteAsync(new(actor, true), default))).Codes());
    }

    [TestMethod]
    public async Task Admin_TouchesOthersButNoOwners()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long customer = (await plane.CustomerAsync()).Id;
        long owner = await PersonAsync(plane, customer, "ann@example.com");
        await PersonAsync(plane, customer, "second@example.com");
        var admin = new TeamActor(customer, await PersonAsync(plane, customer, "bob@example.com", MemberRole.Admin));
        long viewer = await PersonAsync(plane, customer, "cid@example.com", MemberRole.Viewer);

        Assert.AreEqual("team.owners_only", (await SetAsync(plane, admin, owner, MemberRole.Viewer)).Codes());
        Assert.AreEqual("team.owners_only", (await SetAsync(plane, admin, viewer, MemberRole.Owner)).Codes());
        Assert.AreEqual("team.owners_only", (await SetAsync(plane, admin, admin.UserId, MemberRole.Owner)).Codes());
        Assert.AreEqual("team.owners_only", (await RemoveAsync(plane, admin, owner)).Codes());
        Assert.AreEqual("team.owners_only", (await plane.AskAsync(
            (TeamSecondFactor factor) => factor.ExecuteAsync(new(admin, true), default))).Codes());
        Assert.IsTrue((await SetAsync(plane, admin, viewer, MemberRole.Billing)).Value);
        Assert.AreEqual("cid@example.com", (await RemoveAsync(plane, admin, viewer)).Value);
    }

    [TestMethod]
    public async Task LastOwner_RemovedOrDemoted_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long customer = (await plane.CustomerAsync()).Id;
        var owner = new TeamActor(customer, await PersonAsync(plane, customer, "ann@example.com"));
        long bob = await PersonAsync(plane, customer, "bob@example.com", MemberRole.Admin);

        Assert.AreEqual("team.last_owner", (await RemoveAsync(plane, owner, owner.UserId)).Codes());
        Assert.AreEqual("team.last_owner", (await SetAsync(plane, owner, owner.UserId, MemberRole.Admin)).Codes());
        Assert.IsTrue((await SetAsync(plane, owner, bob, MemberRole.Owner)).Value);

        Assert.AreEqual("ann@example.com", (await RemoveAsync(plane, owner, owner.UserId)).Value);
        Assert.AreEqual("team.not_allowed", (await RemoveAsync(plane, owner, bob)).Codes(), "who is gone changes nothing");
    }

    [TestMethod]
    public async Task Owners_ThatLeaveAtOnce_LeaveOne()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long customer = (await plane.CustomerAsync()).Id;
        long[] owners = [await PersonAsync(plane, customer, "a@example.com"), await PersonAsync(plane, customer, "b@example.com"),
            await PersonAsync(plane, customer, "c@example.com")];

        var left = await Task.WhenAll(owners.Select(id => RemoveAsync(plane, new(customer, id), id)));

        Assert.AreEqual(1, left.Count(result => !result.IsSuccess));
        Assert.HasCount(1, (await TeamAsync(plane, customer)).Members);
    }

    [TestMethod]
    public async Task Removed_TheirAccountsMailsGoToWhoRemovedThem()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long customer = (await plane.CustomerAsync("ann@example.com")).Id;
        long ann = await PersonAsync(plane, customer, "ann@example.com");
        var bob = new TeamActor(customer, await PersonAsync(plane, customer, "bob@example.com"));
        Task<string> MailsGoTo() => plane.Database.ScalarAsync<string>($"select email from customers where id = {customer}");

        await RemoveAsync(plane, bob, await PersonAsync(plane, customer, "cid@example.com", MemberRole.Viewer));
        Assert.AreEqual("ann@example.com", await MailsGoTo());
        await RemoveAsync(plane, bob, ann);

        Assert.AreEqual("bob@example.com", await MailsGoTo());
    }

    [TestMethod]
    public async Task AnotherCustomersPeople_AreNotThere()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long mine = (await plane.CustomerAsync()).Id, theirs = (await plane.CustomerAsync("zoe@example.com")).Id;
        var me = new TeamActor(mine, await PersonAsync(plane, mine, "ann@example.com"));
        long zoe = await PersonAsync(plane, theirs, "zoe@example.com");
        await PersonAsync(plane, theirs, "zac@example.com");

        Assert.AreEqual("team.member_not_found", (await SetAsync(plane, me, zoe, MemberRole.Viewer)).Codes());
        Assert.AreEqual("team.member_not_found", (await RemoveAsync(plane, me, zoe)).Codes());
        Assert.AreEqual("team.not_allowed", (await RemoveAsync(plane, me with { CustomerId = theirs }, zoe)).Codes());
        Assert.IsNull(await plane.AskAsync((TeamQueries team) => team.FindAsync(mine, zoe, default)));
    }

    [TestMethod]
    public async Task SecondFactor_RequiredOfATeam_IsDueAfterItsGrace()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long customer = (await plane.CustomerAsync()).Id, other = (await plane.CustomerAsync("zoe@example.com")).Id;
        var owner = new TeamActor(customer, await PersonAsync(plane, customer, "ann@example.com"));
        long zoe = await PersonAsync(plane, other, "zoe@example.com");
        var since = plane.Time.GetUtcNow();
        Task<DateTimeOffset?> DueAsync(long id) => plane.AskAsync((SecondFactorRule rule) => rule.DueAsync(id, default));
        Task<Result<bool>> RequireAsync(bool required) =>
            plane.AskAsync((TeamSecondFactor factor) => factor.ExecuteAsync(new(owner, required), default));

        Assert.IsTrue((await RequireAsync(true)).Value);
        Assert.IsFalse((await RequireAsync(true)).Value);
        plane.Time.Advance(TimeSpan.FromDays(3));
        long later = await PersonAsync(plane, customer, "bob@example.com", MemberRole.Viewer);

        Assert.AreEqual(since + SecondFactorRule.Grace, await DueAsync(owner.UserId));
        Assert.AreEqual(since + TimeSpan.FromDays(3) + SecondFactorRule.Grace, await DueAsync(later));
        Assert.IsNull(await DueAsync(zoe));
        Assert.IsTrue((await RequireAsync(false)).Value);
        Assert.IsNull(await DueAsync(owner.UserId));
    }
}
