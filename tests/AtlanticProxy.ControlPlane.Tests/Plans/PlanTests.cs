using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Pools;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Engine.Snapshot;

namespace AtlanticProxy.ControlPlane.Tests.Plans;

[TestClass]
public sealed class PlanTests
{
    private static Task<Result<PlanSummary>> CreateAsync(ControlPlaneTest plane, CreatePlan.Request request) =>
        plane.AskAsync((CreatePlan create) => create.ExecuteAsync(request, default));

    [TestMethod]
    public async Task Create_Valid_IsListedAndFoundByNameInAnyCase()
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        var plan = (await CreateAsync(plane, new(" Pro ", PlanKind.Subscription, 4_900, "eur", 50_000_000_000))).Value;

        Assert.AreEqual(("Pro", PlanKind.Subscription, 4_900L, "EUR", 50_000_000_000L, true),
            (plan.Name, plan.Kind, plan.Price, plan.Currency, plan.IncludedBytes, plan.Active));
        Assert.AreEqual(plan.Id, (await plane.AskAsync((PlanQueries q) => q.ListAsync(default))).Single().Id);
        Assert.AreEqual(plan.Id, (await plane.AskAsync((PlanQueries q) => q.FindByNameAsync("PRO", default))).Value.Id);
        Assert.AreEqual("plan.not_found", (await plane.AskAsync((PlanQueries q) => q.FindByNameAsync("Max", default))).Codes());
        Assert.AreEqual("plan.name_taken@Name", (await CreateAsync(plane, new("pro", PlanKind.PerGb, 1, "EUR"))).Codes());
    }

    [TestMethod]
    [DataRow("", PlanKind.PerGb, 1L, "USD", null, "plan.name_invalid@Name")]
    [DataRow("A\nB", PlanKind.PerGb, 1L, "USD", null, "plan.name_invalid@Name")]
    [DataRow("A", (PlanKind)9, 1L, "USD", null, "plan.kind_unknown@Kind")]
    [DataRow("A", PlanKind.PerGb, -1L, "USD", null, "plan.price_invalid@Price")]
    [DataRow("A", PlanKind.PerGb, 1L, "US", null, "plan.currency_invalid@Currency")]
    [DataRow("A", PlanKind.PerGb, 1L, "U$D", null, "plan.currency_invalid@Currency")]
    [DataRow("A", PlanKind.Subscription, 1L, "USD", 0L, "plan.included_invalid@IncludedBytes")]
    [DataRow("A", PlanKind.Hourly, 1L, "USD", 5L, "plan.included_not_sold@IncludedBytes")]
    public async Task Create_Invalid_SaysWhatIsWrong(
        string name, PlanKind kind, long price, string currency, long? included, string codes)
    {
        await using var plane = ControlPlaneTest.WithoutDatabase();

        Assert.AreEqual(codes, (await CreateAsync(plane, new(name, kind, price, currency, included))).Codes());
    }

    [TestMethod]
    public async Task SetActive_OfNone_IsNotFound()
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        Assert.AreEqual("plan.not_found",
            (await plane.AskAsync((SetPlanState set) => set.ExecuteAsync(new(1, false), default))).Codes());
    }

    [TestMethod]
    public async Task Change_TwiceAtOnce_SellsTheTermsOfOneRequest()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var plan = (await CreateAsync(plane, new("Pro", PlanKind.Subscription, 1000, "USD", 10_000))).Value;
        Func<Task<Result<PlanSummary>>> Change(long price, long included) =>
            () => plane.AskAsync((ChangePlan change) =>
                change.ExecuteAsync(new(plan.Id, price, included, PlanLimits.None), default));

        await plane.Database.MeetAsync("lock table plans in share mode", Change(500, 10_000), Change(1000, 20_000));

        var found = (await plane.AskAsync((PlanQueries q) => q.FindAsync(plan.Id, default))).Value;
        Assert.AreNotEqual((500L, 20_000L), (found.Price, found.IncludedBytes), "twice as much at half the price");
    }

    [TestMethod]
    public async Task SetRouting_TwiceAtOnce_LeavesThatOfOneRequest()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.ProviderAsync();
        await plane.AskAsync((AddPool add) => add.ExecuteAsync(new("fast", new(PoolPolicy.Priority, [new("acme")])), default));
        var plan = (await CreateAsync(plane, new("Pro", PlanKind.PerGb, 1000, "USD"))).Value;
        Func<Task<Result<bool>>> Set(string? pool, params string[] includes) =>
            () => plane.AskAsync((SetPlanRouting set) => set.ExecuteAsync(new(plan.Id, pool, includes), default));

        await plane.Database.MeetAsync("lock table plans in share mode", Set("fast", [.. plan.Includes]), Set(null, "country"));

        var found = (await plane.AskAsync((PlanQueries q) => q.FindAsync(plan.Id, default))).Value;
        Assert.AreNotEqual(("fast", "country"), (found.PoolName, string.Join(',', found.Includes)));
    }
}
