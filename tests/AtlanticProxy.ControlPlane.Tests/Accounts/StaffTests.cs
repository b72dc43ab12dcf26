using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Results;
using Microsoft.AspNetCore.Identity;

namespace AtlanticProxy.ControlPlane.Tests.Accounts;

[TestClass]
public sealed class StaffTests
{
    private const string Password = "a long enough phrase", NewPassword = "another long phrase";

    private static async Task<long> StaffAsync(ControlPlaneTest plane, string email, string role = Roles.Owner) =>
        (await plane.AskAsync((CreateStaffUser create) => create.ExecuteAsync(new(email, Password, role), default))).Value;

    private static Task<Result<bool>> SetRoleAsync(ControlPlaneTest plane, long id, string role) =>
        plane.AskAsync((SetStaffRole set) => set.ExecuteAsync(new(id, role), default));

    private static Task<Result> RemoveAsync(ControlPlaneTest plane, long id) =>
        plane.AskAsync((RemoveStaffUser remove) => remove.ExecuteAsync(new(id), default));

    private static Task<string> StampAsync(ControlPlaneTest plane, long id) =>
        plane.Database.ScalarAsync<string>($"select security_stamp from users where id = {id}")!;

    private static Task<bool> IsPasswordAsync(ControlPlaneTest plane, string email, string password) => plane.AskAsync(
        async (UserManager<AppUser> users) =>
        await users.FindByEmailAsync(email) is { } user && await users.CheckPasswordAsync(user, password));

    [TestMethod]
    public async Task SetPassword_Another_IsTheOneThatCountsAndEndsSessionsAndLocks()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long id = await StaffAsync(plane, "boss@example.com");
        string stamp = await StampAsync(plane, id);
        await plane.Database.ExecuteAsync("update users set access_failed_count = 7, lockout_end = now() + interval '1 hour'");

        var set = await plane.AskAsync((SetPassword command) => command.ExecuteAsync(new(id, NewPassword), default));

        Assert.AreEqual("", set.Codes());
        Assert.IsTrue(await IsPasswordAsync(plane, "boss@example.com", NewPassword));
        Assert.IsFalse(await IsPasswordAsync(plane, "boss@example.com", Password));
        Assert.AreNotEqual(stamp, await StampAsync(plane, id));
        Assert.AreEqual(1,
            await plane.Database.ScalarAsync<long>(
                "select count(*) from users where access_failed_count = 0 and lockout_end is null"));
    }

    [TestMethod]
    public async Task SetPassword_WeakOrOfNobody_ChangesNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long id = await StaffAsync(plane, "boss@example.com");

        var weak = await plane.AskAsync((SetPassword set) => set.ExecuteAsync(new(id, "short"), default));
        var nobody = await plane.AskAsync((SetPassword set) => set.ExecuteAsync(new(id + 1, NewPassword), default));

        StringAssert.StartsWith(weak.Codes(), "account.password_weak@Password");
        Assert.AreEqual("account.not_found", nobody.Codes());
        Assert.IsTrue(await IsPasswordAsync(plane, "boss@example.com", Password));
        Assert.DoesNotContain(NewPassword, new SetPassword.Request(id, NewPassword).ToString());
    }

    [TestMethod]
    public async Task SetCustomerPassword_WithAndWithoutLogin_SetsOrMakesIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();
        Task<Result<bool>> SetAsync(long id, string password, string? email = null) =>
            plane.AskAsync((SetCustomerPassword set) => set.ExecuteAsync(new(id, password, email), default));

        Assert.IsTrue((await SetAsync(customer.Id, Password)).Value, "made");
        Assert.IsFalse((await SetAsync(customer.Id, NewPassword)).Value, "set");
        Assert.IsTrue((await SetAsync(customer.Id, Password, "Second@Example.com")).Value, "made");

        Assert.IsTrue(await IsPasswordAsync(plane, "ann@example.com", NewPassword));
        Assert.IsTrue(await IsPasswordAsync(plane, "second@example.com", Password));
        Assert.AreEqual("customer.not_found", (await SetAsync(customer.Id + 1, Password)).Codes());
        Assert.AreEqual("account.email_invalid@Email", (await SetAsync(customer.Id, Password, "nobody")).Codes());
        Assert.DoesNotContain(NewPassword, new SetCustomerPassword.Request(1, NewPassword).ToString());
    }

    [TestMethod]
    public async Task SetRole_Another_EndsSessionsAndTheSameChangesNothing()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await StaffAsync(plane, "boss@example.com");
        long id = await StaffAsync(plane, "helper@example.com", Roles.Support);
        string stamp = await StampAsync(plane, id);

        Assert.IsFalse((await SetRoleAsync(plane, id, Roles.Support)).Value);
        Assert.AreEqual(stamp, await StampAsync(plane, id));
        Assert.IsTrue((await SetRoleAsync(plane, id, Roles.Operator)).Value);

        Assert.AreNotEqual(stamp, await StampAsync(plane, id));
        Assert.AreEqual(Roles.Operator,
            (await plane.AskAsync((AccountQueries q) => q.FindStaffAsync("HELPER@example.com", default))).Value.Role);
        Assert.AreEqual("account.role_unknown@Role", (await SetRoleAsync(plane, id, Roles.Customer)).Codes());
        Assert.AreEqual("account.not_found", (await SetRoleAsync(plane, id + 1, Roles.Support)).Codes());
    }

    [TestMethod]
    public async Task LastOwner_RemovedOrDemoted_IsRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long first = await StaffAsync(plane, "boss@example.com");

        Assert.AreEqual("account.last_owner", (await RemoveAsync(plane, first)).Codes());
        Assert.AreEqual("account.last_owner", (await SetRoleAsync(plane, first, Roles.Operator)).Codes());
        Assert.IsFalse((await SetRoleAsync(plane, first, Roles.Owner)).Value, "it is an owner already");

        long second = await StaffAsync(plane, "second@example.com");
        Assert.AreEqual("", (await RemoveAsync(plane, first)).Codes());
        Assert.AreEqual("account.not_found", (await RemoveAsync(plane, first)).Codes());
        Assert.AreEqual("account.last_owner", (await RemoveAsync(plane, second)).Codes());
        Assert.AreEqual("account.not_found",
            (await plane.AskAsync((AccountQueries q) => q.FindStaffAsync("boss@example.com", default))).Codes());
    }

    [TestMethod]
    public async Task Owners_ThatLeaveAtOnce_LeaveOne()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        long[] owners = [await StaffAsync(plane, "a@example.com"), await StaffAsync(plane, "b@example.com"),
            await StaffAsync(plane, "c@example.com")];

        var left = await Task.WhenAll(owners.Select(id => RemoveAsync(plane, id)));

        Assert.AreEqual(1, left.Count(result => !result.IsSuccess));
        Assert.AreEqual(1, await plane.Database.ScalarAsync<long>("select count(*) from users where role = 'Owner'"));
    }

    [TestMethod]
    public async Task CustomersLogin_IsNoStaff()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await StaffAsync(plane, "boss@example.com");
        var customer = await plane.CustomerAsync();
        await plane.AskAsync((CreateCustomerLogin create) => create.ExecuteAsync(new(customer.Id, Password), default));
        long login = await plane.Database.ScalarAsync<long>("select id from users where role = 'Customer'");

        Assert.AreEqual("account.not_found", (await RemoveAsync(plane, login)).Codes());
        Assert.AreEqual("account.not_found", (await SetRoleAsync(plane, login, Roles.Owner)).Codes());
    }
}
