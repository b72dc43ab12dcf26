using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;

namespace AtlanticProxy.ControlPlane.Tests.Customers;

[TestClass]
public sealed class CustomerTests
{
    private static Task<Result<CustomerSummary>> CreateAsync(
        ControlPlaneTest plane, string email, string name = "", long? plan = null) =>
        plane.AskAsync((CreateCustomer create) => create.ExecuteAsync(new(email, name, plan), default));

    [TestMethod]
    public async Task Create_Valid_IsStoredAndFound()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var plan = (await plane.AskAsync((CreatePlan create) =>
            create.ExecuteAsync(new("Starter", PlanKind.PerGb, 450, "usd"), default))).Value;

        var created = (await CreateAsync(plane, " Ann@Example.com ", " Ann & Co ", plan.Id)).Value;

        Assert.AreEqual(("ann@example.com", "Ann & Co", CustomerState.Active, "Starter", plane.Time.Now),
            (created.Email, created.Name, created.State, created.PlanName, created.CreatedAt));
        Assert.AreEqual(created,
            (await plane.AskAsync((CustomerQueries q) => q.FindAsync(Scope.Staff, created.Id, default))).Value);
        Assert.AreEqual(created,
            (await plane.AskAsync((CustomerQueries q) => q.FindByEmailAsync("ANN@example.com", default))).Value);
    }

    [TestMethod]
    public async Task Create_WithoutName_TakesTheEmail()
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        Assert.AreEqual("ann@example.com", (await plane.CustomerAsync()).Name);
    }

    [TestMethod]
    [DataRow("", "", "customer.email_invalid@Email")]
    [DataRow("ann", "", "customer.email_invalid@Email")]
    [DataRow("ann@", "", "customer.email_invalid@Email")]
    [DataRow("Ann <ann@example.com>", "", "customer.email_invalid@Email")]
    [DataRow("ann@example.com\nbcc: x@example.com", "", "customer.email_invalid@Email")]
    [DataRow("ann@example.com", "a\u0007b", "customer.name_invalid@Name")]
    [DataRow("ann", "a\0b", "customer.email_invalid@Email customer.name_invalid@Name")]
    public async Task Create_Invalid_SaysWhatIsWrong(string email, string name, string codes)
    {
        await using var plane = ControlPlaneTest.WithoutDatabase();

        var refusal = await CreateAsync(plane, email, name);

        Assert.AreEqual(codes, refusal.Codes());
        Assert.AreEqual(ErrorKind.Invalid, refusal.Errors[0].Kind);
    }

    [TestMethod]
    public async Task Create_TooLong_SaysSo()
    {
        await using var plane = ControlPlaneTest.WithoutDatabase();

        Assert.AreEqual("customer.email_invalid@Email customer.name_too_long@Name",
            (await CreateAsync(plane, new string('a', 250) + "@example.com", new string('n', 101))).Codes());
    }

    [TestMethod]
    public async Task Create_SameEmailInAnyCase_IsAConflict()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.CustomerAsync();

        var refusal = await CreateAsync(plane, "ANN@example.com");

        Assert.AreEqual("customer.email_taken@Email", refusal.Codes());
        Assert.AreEqual(ErrorKind.Conflict, refusal.Errors[0].Kind);
    }

    [TestMethod]
    public async Task Plan_UnknownOrWithdrawn_CannotBeAssigned()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var plan = (await plane.AskAsync((CreatePlan create) =>
            create.ExecuteAsync(new("Old", PlanKind.Hourly, 1, "EUR"), default))).Value;
        await plane.AskAsync((SetPlanState set) => set.ExecuteAsync(new(plan.Id, false), default));
        var customer = await plane.CustomerAsync();

        Assert.AreEqual("customer.plan_unknown@PlanId", (await CreateAsync(plane, "ben@example.com", "", plan.Id)).Codes());
        Assert.AreEqual("customer.plan_unknown@PlanId",
            (await plane.AskAsync((AssignPlan a) => a.ExecuteAsync(new(customer.Id, 999), default))).Codes());
        Assert.AreEqual("customer.not_found",
            (await plane.AskAsync((AssignPlan a) => a.ExecuteAsync(new(999, null), default))).Codes());
    }

    [TestMethod]
    public async Task Plan_AssignedAndTakenAway_ShowsOnTheCustomer()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var plan = (await plane.AskAsync((CreatePlan create) =>
            create.ExecuteAsync(new("New", PlanKind.Hourly, 1, "EUR"), default))).Value;
        var customer = await plane.CustomerAsync();

        Assert.IsTrue((await plane.AskAsync((AssignPlan a) => a.ExecuteAsync(new(customer.Id, plan.Id), default))).IsSuccess);
        Assert.AreEqual("New",
            (await plane.AskAsync((CustomerQueries q) => q.FindAsync(Scope.Staff, customer.Id, default))).Value.PlanName);
        Assert.IsTrue((await plane.AskAsync((AssignPlan a) => a.ExecuteAsync(new(customer.Id, null), default))).IsSuccess);
        Assert.IsNull(
            (await plane.AskAsync((CustomerQueries q) => q.FindAsync(Scope.Staff, customer.Id, default))).Value.PlanName);
    }

    [TestMethod]
    public async Task SetState_OfNobody_IsNotFound()
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        Assert.AreEqual("customer.not_found",
            (await plane.AskAsync((SetCustomerState s) => s.ExecuteAsync(new(1, CustomerState.Suspended), default))).Codes());
    }

    [TestMethod]
    public async Task Find_OutOfScope_IsNotFound()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var ben = await plane.CustomerAsync("ben@example.com");

        Assert.IsTrue((await plane.AskAsync((CustomerQueries q) => q.FindAsync(Scope.Of(ann.Id), ann.Id, default))).IsSuccess);
        Assert.AreEqual("customer.not_found",
            (await plane.AskAsync((CustomerQueries q) => q.FindAsync(Scope.Of(ann.Id), ben.Id, default))).Codes());
        Assert.AreEqual("customer.not_found",
            (await plane.AskAsync((CustomerQueries q) => q.FindAsync(default, ann.Id, default))).Codes());
    }

    [TestMethod]
    public async Task List_PagesAndSearches()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        for (int i = 0; i < 7; i++)
            await CreateAsync(plane, $"c{i}@example.com", i == 3 ? "100%_\\done" : "Someone");

        var second = await plane.AskAsync((CustomerQueries q) => q.ListAsync(new PageRequest(2, 3), default));
        CollectionAssert.AreEqual(new[] { "c3@example.com", "c4@example.com", "c5@example.com" },
            second.Items.Select(c => c.Email).ToList());
        Assert.AreEqual((7, 3, true, true), (second.Total, second.PageCount, second.HasNext, second.HasPrevious));

        foreach (string search in new[] { "C3@EX", "0%", "%_", "\\DONE" })
            Assert.AreEqual("c3@example.com",
                (await plane.AskAsync((CustomerQueries q) =>
                    q.ListAsync(new PageRequest(search: search), default))).Items.Single().Email);
        Assert.AreEqual(0,
            (await plane.AskAsync((CustomerQueries q) => q.ListAsync(new PageRequest(search: "' or 1=1 --"), default))).Total);
    }
}
