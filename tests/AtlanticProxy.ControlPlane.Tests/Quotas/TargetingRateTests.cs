using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.Engine.Usage.Leases;

namespace AtlanticProxy.ControlPlane.Tests.Quotas;

/// <summary>Minutes of plans by the hour that cost more with finer targeting.</summary>
[TestClass]
public sealed class TargetingRateTests
{
    private const PricedTargeting City = PricedTargeting.City, State = PricedTargeting.State, Asn = PricedTargeting.Asn;

    [TestMethod]
    public async Task Minute_WithACity_CostsItsSurcharge_AndFractionsAreCarried()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await StartAsync(plane, new(City: 50));
        var at = plane.Time.Now;

        Assert.AreEqual(("granted", 1L), await TakeAsync(alice, plane, "n", at, City));
        Assert.AreEqual(("granted", 3L), await TakeAsync(alice, plane, "n", at.AddMinutes(1), City), "1.5 twice");
        Assert.AreEqual(("granted", 4L), await TakeAsync(alice, plane, "n", at.AddMinutes(2)), "without a city");
        Assert.AreEqual(("granted", 5L), await TakeAsync(alice, plane, "n", at.AddMinutes(3), City));
    }

    [TestMethod]
    public async Task Targeting_OfOneMinute_AddsUp_EachOnce_WhicheverNodeAsks()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await StartAsync(plane, new(City: 100, State: 200, Asn: 300));
        var at = plane.Time.Now;

        Assert.AreEqual(1L, (await TakeAsync(alice, plane, "n", at)).Used);
        Assert.AreEqual(2L, (await TakeAsync(alice, plane, "m", at.AddSeconds(1), City)).Used);
        Assert.AreEqual(2L, (await TakeAsync(alice, plane, "n", at.AddSeconds(2), City)).Used);
        Assert.AreEqual(7L, (await TakeAsync(alice, plane, "n", at.AddSeconds(3), City | State | Asn)).Used);
        Assert.AreEqual(7L, (await TakeAsync(alice, plane, "m", at.AddSeconds(4), State)).Used);
        Assert.AreEqual(7L, (await TakeAsync(alice, plane, "m", at.AddMinutes(-1), City)).Used, "the clock went back");
        Assert.AreEqual(10L, (await TakeAsync(alice, plane, "m", at.AddMinutes(1), State)).Used);
    }

    [TestMethod]
    public async Task Minutes_TooFewForTheTargeting_AreLeftForWhoAsksForLess()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await StartAsync(plane, new(Asn: 100), minutes: 3);
        var at = plane.Time.Now;

        Assert.AreEqual(("granted", 2L), await TakeAsync(alice, plane, "n", at, Asn));
        Assert.AreEqual(("balance_exhausted", 2L), await TakeAsync(alice, plane, "n", at.AddMinutes(1), Asn));
        Assert.AreEqual(("granted", 3L), await TakeAsync(alice, plane, "n", at.AddMinutes(1)));
        Assert.AreEqual(("balance_exhausted", 3L), await TakeAsync(alice, plane, "n", at.AddMinutes(1).AddSeconds(1), Asn));
        Assert.AreEqual(("granted", 3L), await TakeAsync(alice, plane, "n", at.AddMinutes(1).AddSeconds(2)), "it is paid");
    }

    [TestMethod]
    public async Task Node_AsksForWhatItsTunnelsAskFor()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await StartAsync(plane, new(State: 100));

        var part = await alice.Node("n").TakeAsync(new(alice.AccountId, alice.ProxyUserId, 1000, 1, State), default);

        Assert.AreEqual((LeaseState.Granted, 2L), (part.State, await alice.ColumnAsync("consumed")));
    }

    [TestMethod]
    public async Task Surcharges_OfANewVersion_HoldForWhoIsGivenIt()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await StartAsync(plane, new(City: 100));
        var changed = await plane.AskAsync((ChangePlan change) => change.ExecuteAsync(
            new(alice.Plan.Id, 60, null, alice.Plan.Limits, alice.Plan.Offer with { Surcharges = new(City: 300) }), default));
        Assert.IsTrue(changed.IsSuccess, changed.Codes());
        Assert.AreEqual(100L, await alice.ColumnAsync("city_surcharge"), "as it was bought");

        await plane.AskAsync((ControlPlane.Customers.AssignPlan assign) =>
            assign.ExecuteAsync(new(alice.Customer.Id, alice.Plan.Id), default));

        Assert.AreEqual(300L, await alice.ColumnAsync("city_surcharge"));
    }

    [TestMethod]
    [DataRow("", 0, 0, 0), DataRow("city=50", 50, 0, 0), DataRow(" ASN=1000% , state=1", 0, 1, 1000)]
    public void Surcharges_AsText_AreReadAndWritten(string text, int city, int state, int asn)
    {
        var read = TargetingSurcharges.Parse(text);

        Assert.AreEqual(new TargetingSurcharges(city, state, asn), read.Value);
        Assert.AreEqual(read.Value, TargetingSurcharges.Parse($"{read.Value}").Value);
    }

    [TestMethod]
    [DataRow("city"), DataRow("city=-1"), DataRow("town=5"), DataRow("city=5=6"), DataRow("city=1.5"), DataRow("50")]
    public void Surcharges_ThatAreNone_AreSaid(string text) =>
        Assert.AreEqual($"'{text}' is not a surcharge: write city=50,state=20,asn=100, in percent of the price.",
            TargetingSurcharges.Parse(text).Errors.Single().Message);

    [TestMethod]
    [DataRow(PlanKind.PerGb, 10), DataRow(PlanKind.Subscription, 10)]
    [DataRow(PlanKind.Hourly, 1001), DataRow(PlanKind.Hourly, -1)]
    public async Task Surcharges_OfOtherPlansOrBeyondReason_AreRefused(PlanKind kind, int percent)
    {
        await using var plane = await ControlPlaneTest.StartAsync();

        var refused = await plane.AskAsync((CreatePlan create) => create.ExecuteAsync(new("Plan", kind, 100, "USD",
            Offer: new PlanOffer { Surcharges = new(Asn: percent) }), default));

        Assert.AreEqual("plan.surcharges_invalid@Surcharges", refused.Codes());
    }

    private static async Task<Metered> StartAsync(ControlPlaneTest plane, TargetingSurcharges surcharges, long minutes = 1000)
    {
        var alice = await Metered.StartAsync(plane, new("Plan", PlanKind.Hourly, 60, "EUR",
            Offer: new PlanOffer { Surcharges = surcharges }));
        await alice.CreditAsync(minutes); // a cent each
        return alice;
    }

    private static async Task<(string State, long Used)> TakeAsync(Metered alice, ControlPlaneTest plane, string node,
        DateTimeOffset at, PricedTargeting targeting = PricedTargeting.None)
    {
        string state = await plane.Database.ScalarAsync<string>(
            $"select state from lease_take('{node}', {alice.AccountId}, 1000, '15 minutes', '{at:O}', {(int)targeting})");
        return (state, await alice.ColumnAsync("consumed"));
    }
}
