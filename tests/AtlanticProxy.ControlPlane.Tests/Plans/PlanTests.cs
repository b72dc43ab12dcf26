using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Results;

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
    public async Task Create_Invalid_SaysWhatIsWrong(string name, PlanKind kind, long price, string currency, long? included, string codes)
    {
        await using var plane = ControlPlaneTest.WithoutDatabase();

        Assert.AreEqual(codes, (await CreateAsync(plane, new(name, kind, price, currency, included))).Codes());
    }

    [TestMethod]
    public async Task SetActive_OfNone_IsNotFound()
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        Assert.AreEqual("plan.not_found", (await plane.AskAsync((SetPlanActive set) => set.ExecuteAsync(new(1, false), default))).Codes());
    }
}
