using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Customers;
using AtlanticProxy.ControlPlane.Grants;
using AtlanticProxy.ControlPlane.ProxyUsers;
using AtlanticProxy.ControlPlane.Resale;
using AtlanticProxy.ControlPlane.Tests.Quotas;
using AtlanticProxy.Engine.Usage.Leases;

namespace AtlanticProxy.ControlPlane.Tests.Resale;

/// <summary>Traffic that a reseller's customers have is the reseller's, and comes back.</summary>
[TestClass]
public sealed class ResaleTests
{
    private const long Gb = Reselling.Gb;

    private static readonly Func<DateTimeOffset> s_now = TimeProvider.System.GetUtcNow; // leases go by the database's clock

    [TestMethod]
    public async Task Traffic_SoldUsedAndTakenBack_AddsUpAtEachStep()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var rita = await plane.ResellerAsync(10);
        var sam = await plane.SoldAsync(rita, 3 * Gb);
        Assert.AreEqual($"Period 0/{7 * Gb}+{3 * Gb}", await plane.GrantsAsync(rita));
        Assert.AreEqual($"Resale 0/{3 * Gb}", await plane.GrantsAsync(sam));

        await sam.BookAsync("n", Gb);
        await rita.BookAsync("n", 2 * Gb);
        Assert.AreEqual($"Period {2 * Gb}/{7 * Gb}+{3 * Gb}", await plane.GrantsAsync(rita));
        var figures = await plane.FiguresAsync(rita);
        Assert.AreEqual((5 * Gb, 2 * Gb, 3 * Gb, 1), (figures.Stock, figures.Reserved, figures.Sold, figures.Customers));
        await plane.AssertBooksAsync();

        Assert.AreEqual(2 * Gb, (await plane.ReturnAsync(rita, sam.Customer.Id)).Value);
        Assert.AreEqual(0L, (await plane.ReturnAsync(rita, sam.Customer.Id)).Value);
        Assert.AreEqual($"Period {2 * Gb}/{9 * Gb}+{Gb}", await plane.GrantsAsync(rita));
        Assert.AreEqual($"Resale {Gb}/{Gb}", await plane.GrantsAsync(sam));
        Assert.AreEqual(Standing.QuotaExhausted, await plane.StandingAsync(sam));
        Assert.AreEqual(LeaseState.QuotaExhausted, (await sam.TakeAsync("n", 1)).State);
        await plane.AssertBooksAsync();
    }

    [TestMethod]
    public async Task Traffic_IsTakenInTheOrderOfDrawing_AndEndsWithWhatItIsOf()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var rita = await plane.ResellerAsync(2);
        await GiveAsync(plane, rita, 5, null);
        await GiveAsync(plane, rita, 1, s_now().AddDays(3));

        var sam = await plane.SoldAsync(rita, 4 * Gb, until: s_now().AddDays(5));
        Assert.AreEqual($"Staff 0/0+{Gb}, Staff 0/{2 * Gb}+{3 * Gb}, Period 0/{2 * Gb}", await plane.GrantsAsync(rita));
        Assert.AreEqual($"Resale 0/{Gb}, Resale 0/{3 * Gb}", await plane.GrantsAsync(sam));
        var ends = (await plane.AskAsync((GrantQueries q) => q.ListAsync(Scope.Staff, sam.Customer.Id, default)))
            .Select(grant => (int)Math.Round((grant.ValidUntil! - s_now()).Value.TotalDays));
        CollectionAssert.AreEqual(new[] { 3, 5 }, ends.ToArray());

        await plane.Database.ExecuteAsync(
            $"update grants set valid_until = clock_timestamp() where customer_id = {rita.Customer.Id} and valid_until is null");
        Assert.AreEqual(Gb, (await sam.QuotaAsync()).Left, "a grant that is closed closes what was reserved of it");
        await plane.AssertBooksAsync();
    }

    [TestMethod]
    public async Task Traffic_ThatNodesHoldOrThatIsNotThere_IsNotSold()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var rita = await plane.ResellerAsync(1);
        var sam = await plane.SoldAsync(rita, 0);
        long held = (await rita.TakeAsync("n", Gb / 2)).Bytes;

        Assert.AreEqual("resale.not_enough@Bytes", (await plane.SellAsync(rita, sam.Customer.Id, Gb - held + 1)).Codes());
        Assert.AreEqual($"Period 0/{Gb}", await plane.GrantsAsync(rita), "nothing stays moved");
        Assert.AreEqual(Gb - held, (await plane.SellAsync(rita, sam.Customer.Id, Gb - held)).Value);
        Assert.AreEqual("resale.amount_invalid@Bytes resale.over@Until", (await plane.SellAsync(rita, sam.Customer.Id, 0,
            plane.Time.Now)).Codes());

        long used = (await sam.TakeAsync("n", 65_536)).Bytes;
        Assert.AreEqual(Gb - held - used, (await plane.ReturnAsync(rita, sam.Customer.Id)).Value, "what nodes hold stays");
        await sam.BookAsync("n", used);
        await plane.AssertBooksAsync();
    }

    [TestMethod]
    public async Task Sales_AtOnce_NeverReserveMoreThanIsLeft()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var rita = await plane.ResellerAsync(10);
        var sam = await plane.SoldAsync(rita, 0);
        var sue = await plane.SoldAsync(rita, 0, "sue");

        var sold = await plane.Database.MeetAsync(
            $"select 1 from quota_accounts where customer_id = {rita.Customer.Id} for update",
            [.. new[] { sam, sue, sam, sue }.Select(buyer => (Func<Task<ControlPlane.Results.Result<long>>>)(() =>
                plane.SellAsync(rita, buyer.Customer.Id, 4 * Gb)))]);

        Assert.AreEqual(2, sold.Count(each => each.IsSuccess));
        Assert.IsTrue(sold.Where(each => !each.IsSuccess).All(each => each.Codes() == "resale.not_enough@Bytes"));
        Assert.AreEqual($"Period 0/{2 * Gb}+{8 * Gb}", await plane.GrantsAsync(rita));
        await plane.AssertBooksAsync();
    }

    [TestMethod]
    public async Task SubReseller_SellsOnWhatItHas_AndItComesBackLevelByLevel()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var rita = await plane.ResellerAsync(10);
        var sub = await plane.SoldAsync(rita, 4 * Gb, "sub");
        Assert.AreEqual("", (await plane.SetResellerAsync(Scope.Of(rita.Customer.Id), sub.Customer.Id)).Codes());
        var last = await plane.SoldAsync(sub, 3 * Gb, "last");
        await last.BookAsync("n", Gb);
        Assert.AreEqual($"Resale 0/{Gb}+{3 * Gb}", await plane.GrantsAsync(sub));
        Assert.AreEqual($"Period 0/{6 * Gb}+{4 * Gb}", await plane.GrantsAsync(rita));
        Assert.AreEqual("reseller.too_deep", (await plane.SetResellerAsync(Scope.Staff, last.Customer.Id)).Codes());

        Assert.AreEqual("customer.not_found", (await plane.SellAsync(rita, last.Customer.Id, 1)).Codes(), "not its customer");
        Assert.AreEqual("reseller.has_customers", (await RemoveAsync(plane, rita, sub)).Codes());
        Assert.AreEqual("", (await RemoveAsync(plane, sub, last)).Codes());
        Assert.AreEqual($"Resale 0/{3 * Gb}+{Gb}", await plane.GrantsAsync(sub));
        Assert.AreEqual("", (await RemoveAsync(plane, rita, sub)).Codes());
        Assert.AreEqual($"Period 0/{9 * Gb}+{Gb}", await plane.GrantsAsync(rita), "all but what was used");
        await plane.AssertBooksAsync();
    }

    [TestMethod]
    public async Task Traffic_NotUsedInTime_GoesBackToGrantsThatAreStillGood()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var rita = await plane.ResellerAsync(10);
        var sub = await plane.SoldAsync(rita, 5 * Gb, "sub", s_now().AddDays(1));
        await plane.SetResellerAsync(Scope.Of(rita.Customer.Id), sub.Customer.Id);
        var last = await plane.SoldAsync(sub, 3 * Gb, "last");
        await last.BookAsync("n", Gb);
        Assert.IsTrue((await plane.AskAsync((ShareTraffic share) =>
            share.ExecuteAsync(new(Scope.Staff, last.ProxyUserId, Gb), default))).IsSuccess);

        plane.Time.Jump(s_now().AddDays(1).AddMinutes(10) - plane.Time.Now);
        Assert.AreEqual("Traffic of 0 customers returned", (await ReturnEndedAsync(plane)).Done, "leases may be out still");
        plane.Time.Jump(TimeSpan.FromMinutes(10));
        Assert.AreEqual("Traffic of 2 customers returned", (await ReturnEndedAsync(plane)).Done);
        Assert.AreEqual($"Period 0/{9 * Gb}+{Gb}", await plane.GrantsAsync(rita));
        Assert.AreEqual("Traffic of 0 customers returned", (await ReturnEndedAsync(plane)).Done);
        await plane.AssertBooksAsync();
    }

    [TestMethod]
    public async Task Traffic_OfAGrantThatIsOver_StaysWhereItIs()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var rita = await plane.ResellerAsync(10);
        await plane.SoldAsync(rita, 5 * Gb);

        plane.Time.Jump(s_now().AddDays(40) - plane.Time.Now);
        Assert.AreEqual("Traffic of 0 customers returned", (await ReturnEndedAsync(plane)).Done);
        Assert.AreEqual($"Period 0/{5 * Gb}+{5 * Gb}", await plane.GrantsAsync(rita));
    }

    [TestMethod]
    [DataRow("update grants set reserved = 7 where origin = 'period'",
        "Grant 1 of rita@example.com (customer 1) has reserved 0.000000007 GB, and what was made of it has 1 GB: "
            + "they differ by 0.999999993 GB.")]
    [DataRow("update grants set customer_id = 1 where origin = 'resale'",
        "Grant 2 of rita@example.com (customer 1) has 1 GB of somebody's grant who is not their seller.")]
    [DataRow("update grants set valid_until = null where origin = 'resale'",
        "Grant 2 of sam@example.com (customer 2) gives 1 GB for longer than the grant that it is of.")]
    public async Task Books_ThatSomebodyChangedByHand_AreToldOf(string change, string said)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await plane.SoldAsync(await plane.ResellerAsync(10), Gb);
        await plane.AssertBooksAsync();

        await plane.Database.ExecuteAsync(change);
        var found = await plane.AskAsync((ControlPlane.Ledger.VerifyBooks verify) => verify.ExecuteAsync(default));
        Assert.AreEqual(said, string.Join('\n', found.Select(each => each.What)));
    }

    private static Task<ControlPlane.Jobs.JobReport> ReturnEndedAsync(ControlPlaneTest plane) =>
        plane.AskAsync((ReturnResold job) => job.ExecuteAsync(default));

    private static Task<ControlPlane.Results.Result<RemovedCustomer>> RemoveAsync(
        ControlPlaneTest plane, Metered seller, Metered customer) => plane.AskAsync((RemoveSoldCustomer remove) =>
        remove.ExecuteAsync(new(Scope.Of(seller.Customer.Id), customer.Customer.Id), default));

    private static Task<ControlPlane.Results.Result<long>> GiveAsync(
        ControlPlaneTest plane, Metered to, long gb, DateTimeOffset? until) =>
        plane.AskAsync((GiveGrant give) => give.ExecuteAsync(new(to.Customer.Id, gb * Gb, Until: until), default));
}
