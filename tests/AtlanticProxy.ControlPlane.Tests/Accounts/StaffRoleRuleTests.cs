using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Testing;

namespace AtlanticProxy.ControlPlane.Tests.Accounts;

[TestClass]
public sealed class StaffRoleRuleTests
{
    private const string Password = "a long enough phrase";

    private static readonly StaffRights Looks = StaffRights.Of([new(Area.Money, Access.Read)]);

    [TestMethod]
    public void Rights_InDocs_AreThoseOfTheCode()
    {
        var rows = File.ReadLines(Path.Combine(Checkout.Root, "docs", "roles.md"))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .SkipWhile(cells => cells is not [_, "area", ..]).Skip(2).TakeWhile(cells => cells.Length > 7).ToList();
        string[] roles = [Roles.Owner, Roles.Operator, Roles.Finance, Roles.Support];
        var said = rows.Select(cells => string.Join(' ', cells[1], cells[3], cells[4], cells[5], cells[6]));
        var known = Enum.GetValues<Area>().Select(area => string.Join(' ', [$"{area}".ToLowerInvariant(),
            .. roles.Select(role => StaffRights.Shipped(role)![area] switch
            {
                Access.None => "",
                Access.Write when StaffRights.LevelsOf(area).Count == 2 => "yes",
                var access => $"{access}".ToLowerInvariant(),
            })]));

        Assert.AreEqual(string.Join('\n', known), string.Join('\n', said));
    }

    [TestMethod]
    public void Rights_ReadAndWritten_AreTheSame_AndWhatIsUnknownGivesNothing()
    {
        foreach (string role in Roles.Shipped)
            CollectionAssert.AreEqual(StaffRights.Shipped(role)!.ToWords(),
                StaffRights.Parse(StaffRights.Shipped(role)!.ToWords()).ToWords());
        Assert.IsEmpty(StaffRights.Parse(["audit:write", "money:all", "moon:read", "", "money:none"]).ToWords());
        Assert.IsEmpty(StaffRights.Of([new(Area.Audit, Access.Write)]).ToWords());
        Assert.IsNull(StaffRights.Shipped("Night"));
        Assert.IsTrue(Looks.Allows(Area.Money, Access.Read) && !Looks.Allows(Area.Money, Access.Write));
    }

    [TestMethod]
    public async Task Role_Added_CanBeGiven_AndItsNameIsUniqueInAnyCase()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        Task<Results.Result<long>> AddAsync(string name) =>
            plane.AskAsync((AddStaffRole add) => add.ExecuteAsync(new(name, Looks), default));

        Assert.IsTrue((await AddAsync("  Night shift ")).IsSuccess);
        foreach (string taken in (string[])["night SHIFT", "OWNER", "finance", "customer"])
            Assert.AreEqual("role.name_taken@Name", (await AddAsync(taken)).Codes());
        foreach (string wrong in (string[])["", " ", new string('x', 41)])
            Assert.AreEqual("role.name_invalid@Name", (await AddAsync(wrong)).Codes());
        Assert.IsTrue((await plane.AskAsync((CreateStaffUser create) =>
            create.ExecuteAsync(new("ann@example.com", Password, "night shift"), default))).IsSuccess);
        Assert.AreEqual("Night shift", (await plane.AskAsync((AccountQueries q) => q.FindStaffAsync("ann@example.com", default)))
            .Value.Role);
    }

    [TestMethod]
    public async Task Role_Changed_EndsTheSessionsOfItsPeople_AndRenamesTheirs()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long id = (await plane.AskAsync((AddStaffRole add) => add.ExecuteAsync(new("Night", Looks), default))).Value;
        foreach (var (email, role) in new[] { ("ann@example.com", "Night"), ("boss@example.com", Roles.Owner) })
            await plane.AskAsync((CreateStaffUser create) => create.ExecuteAsync(new(email, Password, role), default));
        Task<Results.Result<bool>> ChangeAsync(long role, string name, StaffRights rights) =>
            plane.AskAsync((ChangeStaffRole change) => change.ExecuteAsync(new(role, name, rights), default));
        Task<string> StampsAsync() => plane.Database.ScalarAsync<string>(
            "select string_agg(security_stamp, ' ' order by email) from users")!;
        string[] before = (await StampsAsync()).Split(' ');

        Assert.IsFalse((await ChangeAsync(id, "Night", Looks)).Value);
        Assert.IsTrue((await ChangeAsync(id, "Late", StaffRights.None)).Value);

        string[] after = (await StampsAsync()).Split(' ');
        Assert.AreNotEqual(before[0], after[0]);
        Assert.AreEqual(before[1], after[1]);
        Assert.AreEqual(1, await plane.Database.ScalarAsync<long>("select count(*) from users where role = 'Late'"));
        Assert.AreEqual("role.name_taken@Name", (await ChangeAsync(id, "support", Looks)).Codes());
        Assert.AreEqual("role.name_invalid@Name", (await ChangeAsync(id, "", Looks)).Codes());
        long shipped = await plane.Database.ScalarAsync<long>("select id from roles where name = 'Support'");
        Assert.AreEqual("role.not_found", (await ChangeAsync(shipped, "Helpers", Looks)).Codes());
        Assert.AreEqual("role.not_found",
            (await plane.AskAsync((StaffRoleBook book) => book.FindAsync(shipped, default))).Codes());
    }

    [TestMethod]
    public async Task Role_Removed_UnlessSomebodyHasItOrItIsShipped()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long id = (await plane.AskAsync((AddStaffRole add) => add.ExecuteAsync(new("Night", Looks), default))).Value;
        long user = (await plane.AskAsync((CreateStaffUser create) =>
            create.ExecuteAsync(new("ann@example.com", Password, "Night"), default))).Value;
        Task<Results.Result<string>> RemoveAsync(long role) =>
            plane.AskAsync((RemoveStaffRole remove) => remove.ExecuteAsync(new(role), default));
        long shipped = await plane.Database.ScalarAsync<long>("select id from roles where name = 'Support'");

        Assert.AreEqual("role.in_use", (await RemoveAsync(id)).Codes());
        await plane.AskAsync((SetStaffRole set) => set.ExecuteAsync(new(user, Roles.Support), default));
        Assert.AreEqual("Night", (await RemoveAsync(id)).Value);
        Assert.AreEqual("role.not_found", (await RemoveAsync(id)).Codes());
        Assert.AreEqual("role.not_found", (await RemoveAsync(shipped)).Codes());
    }
}
