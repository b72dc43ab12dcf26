using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Providers;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Tests.Customers;

[TestClass]
public sealed class RemovalTests
{
    private const string Password = "a long enough phrase";

    private static Task<Result<RemovedCustomer>> RemoveAsync(ControlPlaneTest plane, long id) =>
        plane.AskAsync((RemoveCustomer remove) => remove.ExecuteAsync(new(id), default));

    private static async Task<PlanSummary> PlanAsync(ControlPlaneTest plane, string name = "Metered") =>
        (await plane.AskAsync((CreatePlan create) => create.ExecuteAsync(new(name, PlanKind.PerGb, 500, "USD"), default))).Value;

    [TestMethod]
    public async Task Customer_Removed_LeavesItsBooksAndNothingThatLetsIn()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var plan = await PlanAsync(plane);
        var customer =
            (await plane.AskAsync((CreateCustomer create) =>
                create.ExecuteAsync(new("ann@example.com", "Ann", plan.Id, Password), default))).Value;
        var user = await plane.ProxyUserAsync(customer.Id);
        await plane.AskAsync((AddShadowsocksKey add) =>
            add.ExecuteAsync(new(Scope.Staff, user.ProxyUserId, "aes-256-gcm", ""), default));
        await plane.AskAsync((CreditWallet credit) => credit.ExecuteAsync(new(customer.Id, 2500, "USD"), default));

        var removed = (await RemoveAsync(plane, customer.Id)).Value;

        Assert.AreEqual((1, "25.00 USD"), (removed.ProxyUsers, string.Join(' ', removed.Balances)));
        Assert.AreEqual("customer.not_found",
            (await plane.AskAsync((CustomerQueries q) => q.FindByEmailAsync("ann@example.com", default))).Codes());
        Assert.AreEqual(0, (await plane.AskAsync((CustomerQueries q) => q.ListAsync(new PageRequest(), default))).Total);
        Assert.AreEqual("proxy_user.not_found",
            (await plane.AskAsync((ProxyUserQueries q) => q.FindByNameAsync(Scope.Staff, "alice", default))).Codes());
        Assert.AreEqual(0, await plane.Database.ScalarAsync<long>(
            "select (select count(*) from users) + (select count(*) from shadowsocks_keys) + (select count(*) from "
                + "quota_accounts)"));
        Assert.AreEqual(2500,
            await plane.Database.ScalarAsync<long>($"select balance from ledger_accounts where customer_id = {customer.Id}"));
        Assert.AreEqual("Ann", await plane.Database.ScalarAsync<string>("select name from customers"),
            "invoices and usage refer to it");
        Assert.IsEmpty(await plane.AskAsync((VerifyBalances verify) => verify.ExecuteAsync(default)));
    }

    [TestMethod]
    public async Task Customer_Removed_FreesItsAddressAndNamesAndIsGoneForEveryCommand()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();
        await plane.ProxyUserAsync(customer.Id);
        await RemoveAsync(plane, customer.Id);

        Assert.AreEqual("customer.not_found", (await RemoveAsync(plane, customer.Id)).Codes());
        Assert.AreEqual("customer.not_found",
            (await plane.AskAsync((CreditWallet c) => c.ExecuteAsync(new(customer.Id, 1, "USD"), default))).Codes());
        Assert.AreEqual("customer.not_found",
            (await plane.AskAsync((CreateProxyUser c) => c.ExecuteAsync(new(Scope.Staff, customer.Id, "bobby"), default)))
                .Codes());
        Assert.AreEqual("customer.not_found",
            (await plane.AskAsync((SetCustomerState c) => c.ExecuteAsync(new(customer.Id, CustomerState.Active), default)))
                .Codes());
        var again = await plane.CustomerAsync();
        Assert.AreNotEqual(customer.Id, again.Id);
        await plane.ProxyUserAsync(again.Id);
    }

    [TestMethod]
    public async Task Customer_WithALoginThatIsTaken_IsNotAddedEither()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.AskAsync((CreateStaffUser create) =>
            create.ExecuteAsync(new("boss@example.com", Password, Roles.Owner), default));

        var refused = await plane.AskAsync((CreateCustomer create) =>
            create.ExecuteAsync(new("boss@example.com", "", null, Password), default));

        Assert.AreEqual("account.email_taken@Email", refused.Codes());
        Assert.AreEqual(0, await plane.Database.ScalarAsync<long>("select count(*) from customers"));
        Assert.DoesNotContain(Password, new CreateCustomer.Request("a", "", null, Password).ToString());
    }

    [TestMethod]
    public async Task Rename_ToANameOrNone_IsDoneOrRefused()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();
        Task<Result<bool>> RenameAsync(long id, string name) =>
            plane.AskAsync((RenameCustomer rename) => rename.ExecuteAsync(new(id, name), default));

        Assert.IsTrue((await RenameAsync(customer.Id, " Ann & Co ")).Value);
        Assert.IsFalse((await RenameAsync(customer.Id, "Ann & Co")).Value);
        Assert.AreEqual("customer.name_missing@Name", (await RenameAsync(customer.Id, " ")).Codes());
        Assert.AreEqual("customer.not_found", (await RenameAsync(customer.Id + 1, "x")).Codes());
    }

    [TestMethod]
    public async Task Plan_Removed_IsGoneUnlessACustomerHasIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var plan = await PlanAsync(plane);
        Task<Result> RemovePlanAsync() => plane.AskAsync((RemovePlan remove) => remove.ExecuteAsync(new(plan.Id), default));
        var ann = (await plane.AskAsync((CreateCustomer create) =>
            create.ExecuteAsync(new("ann@example.com", "", plan.Id), default))).Value;
        var ben = (await plane.AskAsync((CreateCustomer create) =>
            create.ExecuteAsync(new("ben@example.com", "", plan.Id), default))).Value;

        Assert.Contains("2 customers have this plan", (await RemovePlanAsync()).Errors[0].Message);
        await plane.AskAsync((AssignPlan assign) => assign.ExecuteAsync(new(ann.Id, null), default));
        Assert.Contains("1 customer has this plan", (await RemovePlanAsync()).Errors[0].Message);
        await RemoveAsync(plane, ben.Id);

        Assert.AreEqual("", (await RemovePlanAsync()).Codes());
        Assert.AreEqual("plan.not_found", (await RemovePlanAsync()).Codes());
        Assert.AreEqual(0,
            await plane.Database.ScalarAsync<long>("select (select count(*) from plans) + (select count(*) from plan_versions)"));
        await PlanAsync(plane);
    }

    [TestMethod]
    public async Task States_SetTwice_SayWhetherThatChangedAnything()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var customer = await plane.CustomerAsync();
        var user = await plane.ProxyUserAsync(customer.Id);
        var provider = await plane.ProviderAsync();
        var plan = await PlanAsync(plane);
        var setters = new (string Of, Func<long, Task<Result<bool>>> Set, long Id)[]
        {
            ("customer", id =>
                plane.AskAsync((SetCustomerState set) => set.ExecuteAsync(new(id, CustomerState.Suspended), default)),
                customer.Id),
            ("proxy_user", id =>
                plane.AskAsync((SetProxyUserState set) => set.ExecuteAsync(new(Scope.Staff, id, false), default)),
                user.ProxyUserId),
            ("provider", id => plane.AskAsync((SetProviderState set) => set.ExecuteAsync(new(id, false), default)), provider.Id),
            ("plan", id => plane.AskAsync((SetPlanState set) => set.ExecuteAsync(new(id, false), default)), plan.Id),
        };

        foreach (var (of, set, id) in setters)
        {
            Assert.IsTrue((await set(id)).Value, of);
            Assert.IsFalse((await set(id)).Value, of);
            Assert.AreEqual($"{of}.not_found", (await set(id + 1000)).Codes());
        }
    }
}
