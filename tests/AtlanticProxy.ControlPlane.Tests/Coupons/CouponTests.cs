using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Coupons;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Tests.Invoices;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Coupons;

[TestClass]
public sealed class CouponTests
{
    private static readonly Money Price = new(2999, "EUR");

    private static async Task<string> CreateAsync(ControlPlaneTest plane, CreateCoupon.Request request) =>
        (await plane.AskAsync((CreateCoupon create) => create.ExecuteAsync(request, default))).Codes();

    private static Task<Result<CouponGrant>> RedeemAsync(
        ControlPlaneTest plane, long customer, string key = "checkout-1", string code = "welcome", Money? price = null) =>
        plane.AskAsync((RedeemCoupon redeem) =>
            redeem.ExecuteAsync(new(Scope.Of(customer), customer, code, price ?? Price, key), default));

    private static async Task<T> WithinAsync<T>(ControlPlaneTest plane, Func<CouponBook, Task<T>> act)
    {
        await using var scope = plane.Services.CreateAsyncScope();
        await using var transaction = await scope.ServiceProvider.GetRequiredService<AtlanticDb>().BeginTransactionAsync();
        var answer = await act(scope.ServiceProvider.GetRequiredService<CouponBook>());
        await transaction.CommitAsync();
        return answer;
    }

    private static async Task<CouponSummary> OnlyAsync(ControlPlaneTest plane) =>
        (await plane.AskAsync((CouponQueries queries) =>
            queries.ListAsync(new PageRequest(search: "wel"), default))).Items.Single();

    [TestMethod]
    [DataRow(CouponKind.Percent, 2500L, null, 750L, 0L)] // 749.75
    [DataRow(CouponKind.Percent, 10000L, null, 2999L, 0L)]
    [DataRow(CouponKind.Amount, 1000L, "eur", 1000L, 0L)]
    [DataRow(CouponKind.Amount, 5000L, "EUR", 2999L, 0L)] // never more than the price
    [DataRow(CouponKind.Traffic, 5_000_000_000L, null, 0L, 5_000_000_000L)]
    public async Task Coupon_Redeemed_TakesOffWhatItSays(CouponKind kind, long value, string? currency, long discount, long bytes)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        Assert.AreEqual("", await CreateAsync(plane, new("Welcome", kind, value, currency)));

        var grant = (await RedeemAsync(plane, ann.Id, code: " welcome ")).Value;

        Assert.AreEqual((discount, bytes), (grant.Discount, grant.Bytes));
        Assert.AreEqual(grant, (await RedeemAsync(plane, ann.Id)).Value, "asked again, it has what it has");
        var summary = await OnlyAsync(plane);
        Assert.AreEqual((1L, "WELCOME", kind, value, currency?.ToUpperInvariant(), plane.Time.Now),
            (summary.Id, summary.Code, summary.Kind, summary.Value, summary.Currency, summary.ValidFrom));
        Assert.AreEqual((null, null, 1, false, true, 0, 1), (summary.ValidUntil, summary.MaxRedemptions, summary.MaxPerCustomer,
            summary.FirstPurchaseOnly, summary.Enabled, summary.Used, summary.Reserved));
    }

    /// <summary>Business case 14.</summary>
    [TestMethod]
    public async Task Coupon_OneLeftAndTwentyCheckoutsAtOnce_OneHasItAndAFailedPaymentGivesItBack()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        await CreateAsync(plane, new("WELCOME", CouponKind.Percent, 1000, MaxRedemptions: 1));
        long[] customers = new long[20];
        for (int i = 0; i < customers.Length; i++)
            customers[i] = (await plane.CustomerAsync($"ann{i}@example.com")).Id;

        var answers = await Task.WhenAll(customers.Select(customer => RedeemAsync(plane, customer, $"checkout-{customer}")));

        Assert.AreEqual(1, answers.Count(answer => answer.IsSuccess));
        Assert.IsTrue(answers.Where(answer => !answer.IsSuccess).All(answer => answer.Codes() == "coupon.used_up@Code"));
        long redemption = answers.Single(answer => answer.IsSuccess).Value.RedemptionId;
        bool[] back = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            WithinAsync(plane, book => book.GiveBackAsync(redemption, default))));
        Assert.AreEqual(1, back.Count(given => given), "given back once");
        Assert.AreEqual(0, await plane.Database.ScalarAsync<int>("select taken from coupons"));

        var again = await Task.WhenAll(customers.Select(customer => RedeemAsync(plane, customer, $"again-{customer}")));
        long second = again.Single(answer => answer.IsSuccess).Value.RedemptionId;
        Assert.IsTrue(await WithinAsync(plane, book => book.UseAsync(second, default)));
        Assert.IsFalse(await WithinAsync(plane, book => book.UseAsync(second, default)));
        Assert.IsFalse(await WithinAsync(plane, book => book.UseAsync(redemption, default)), "what was given back is not used");
        Assert.AreEqual((1, 0), ((await OnlyAsync(plane)).Used, (await OnlyAsync(plane)).Reserved));
    }

    [TestMethod]
    public async Task Coupon_CheckoutThatNobodyEnds_GivesItBackAfterADay()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        await CreateAsync(plane, new("WELCOME", CouponKind.Percent, 1000, MaxRedemptions: 1));
        await RedeemAsync(plane, ann.Id);
        Task<string> ReleaseAsync() =>
            plane.AskAsync(async (ReleaseCoupons release) => (await release.ExecuteAsync(default)).Done);

        plane.Time.Jump(TimeSpan.FromHours(24));
        Assert.AreEqual("0 coupons given back", await ReleaseAsync());
        plane.Time.Jump(TimeSpan.FromHours(2));
        Assert.AreEqual("1 coupons given back", await ReleaseAsync());
        Assert.AreEqual("0 coupons given back", await ReleaseAsync());

        Assert.AreEqual("coupon.key_reused@Code", (await RedeemAsync(plane, ann.Id)).Codes());
        Assert.IsTrue((await RedeemAsync(plane, ann.Id, "checkout-2")).IsSuccess);
    }

    [TestMethod]
    public async Task Coupon_NotForThisCheckout_IsRefusedWithWords()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        var now = plane.Time.Now;
        await CreateAsync(plane, new("EARLY", CouponKind.Percent, 1000, ValidFrom: now.AddDays(1)));
        await CreateAsync(plane, new("LATE", CouponKind.Percent, 1000, ValidUntil: now.AddDays(1)));
        await CreateAsync(plane, new("USD", CouponKind.Amount, 1000, "USD"));
        await CreateAsync(plane, new("FIRST", CouponKind.Percent, 1000, FirstPurchaseOnly: true));
        await CreateAsync(plane, new("TWICE", CouponKind.Percent, 1000, MaxPerCustomer: 2));

        Assert.AreEqual("coupon.unknown@Code", (await RedeemAsync(plane, ann.Id, code: "nothing")).Codes());
        Assert.AreEqual("coupon.not_valid@Code", (await RedeemAsync(plane, ann.Id, code: "early")).Codes());
        Assert.AreEqual("coupon.other_currency@Code", (await RedeemAsync(plane, ann.Id, code: "usd")).Codes());
        Assert.IsTrue((await RedeemAsync(plane, ann.Id, "a", "first")).IsSuccess);
        Assert.AreEqual("coupon.used_by_customer@Code", (await RedeemAsync(plane, ann.Id, "b", "first")).Codes());
        Assert.AreEqual("coupon.key_reused@Code", (await RedeemAsync(plane, ann.Id, "a", "twice")).Codes());
        Assert.IsTrue((await RedeemAsync(plane, ann.Id, "c", "twice")).IsSuccess);
        Assert.IsTrue((await RedeemAsync(plane, ann.Id, "d", "twice")).IsSuccess);
        Assert.AreEqual("coupon.used_by_customer@Code", (await RedeemAsync(plane, ann.Id, "e", "twice")).Codes());
        Assert.AreEqual("customer.not_found", (await RedeemAsync(plane, 99, "f", "twice")).Codes());

        var ben = await plane.CustomerAsync("ben@example.com");
        await plane.FillWalletAsync(ben.Id, 1000);
        await plane.PayAsync(await plane.InvoiceAsync(ben.Id));
        Assert.AreEqual("coupon.not_first@Code", (await RedeemAsync(plane, ben.Id, "g", "first")).Codes());
        plane.Time.Jump(TimeSpan.FromDays(1));
        Assert.AreEqual("coupon.not_valid@Code", (await RedeemAsync(plane, ben.Id, "h", "late")).Codes());
        Assert.IsTrue((await RedeemAsync(plane, ben.Id, "i", "early")).IsSuccess);
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() =>
            plane.AskAsync((CouponBook book) => book.UseAsync(1, default)));
    }

    [TestMethod]
    public async Task Coupon_Stopped_IsRefusedUntilItGoesOn()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await plane.CustomerAsync();
        await CreateAsync(plane, new("WELCOME", CouponKind.Percent, 1000));
        async Task<string> SetAsync(bool enabled, long id = 1) =>
            await plane.AskAsync((SetCouponState set) => set.ExecuteAsync(new(id, enabled), default)) is { IsSuccess: true } done
                ? $"{done.Value}"
                : "coupon.not_found";

        Assert.AreEqual(("True", "False", "coupon.not_found"),
            (await SetAsync(false), await SetAsync(false), await SetAsync(false, 99)));
        Assert.AreEqual("coupon.not_valid@Code", (await RedeemAsync(plane, ann.Id)).Codes());
        Assert.AreEqual("True", await SetAsync(true));
        Assert.IsTrue((await RedeemAsync(plane, ann.Id)).IsSuccess);
    }

    [TestMethod]
    public async Task Coupon_Changed_IsGoodByItsNewTermsAndNeverBelowItsUse()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var (ann, ben) = (await plane.CustomerAsync(), await plane.CustomerAsync("ben@example.com"));
        await CreateAsync(plane, new("WELCOME", CouponKind.Percent, 1000, MaxRedemptions: 1));
        await RedeemAsync(plane, ann.Id, "a");
        var right = new ChangeCoupon.Request(1, plane.Time.Now, MaxRedemptions: 3, MaxPerCustomer: 2);
        Task<Result<bool>> ChangeAsync(ChangeCoupon.Request request) =>
            plane.AskAsync((ChangeCoupon change) => change.ExecuteAsync(request, default));

        Assert.AreEqual("coupon.used_up@Code", (await RedeemAsync(plane, ben.Id, "b")).Codes());
        Assert.IsTrue((await ChangeAsync(right)).Value);
        Assert.IsFalse((await ChangeAsync(right)).Value, "the same again changes nothing");
        Assert.IsTrue((await RedeemAsync(plane, ben.Id, "b")).IsSuccess);
        Assert.IsTrue((await RedeemAsync(plane, ann.Id, "c")).IsSuccess);

        Assert.AreEqual("coupon.not_found", (await ChangeAsync(right with { CouponId = 99 })).Codes());
        Assert.AreEqual("coupon.end_invalid@ValidUntil",
            (await ChangeAsync(right with { ValidUntil = right.ValidFrom })).Codes());
        Assert.AreEqual("coupon.limit_invalid@MaxRedemptions coupon.limit_invalid@MaxPerCustomer",
            (await ChangeAsync(right with { MaxRedemptions = 0, MaxPerCustomer = 0 })).Codes());
        var below = await ChangeAsync(right with { MaxRedemptions = 2 });
        Assert.AreEqual("coupon.limit_below_use@MaxRedemptions", below.Codes());
        Assert.Contains("It has been used or reserved 3 times", below.Errors[0].Message);
    }

    [TestMethod]
    public async Task Coupon_Wrong_SaysWhatWouldBeRight()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var right = new CreateCoupon.Request("WELCOME", CouponKind.Percent, 1000);

        Assert.AreEqual("coupon.code_invalid@Code", await CreateAsync(plane, right with { Code = "a b" }));
        Assert.AreEqual("coupon.value_invalid@Value", await CreateAsync(plane, right with { Value = 10_001 }));
        Assert.AreEqual("coupon.value_invalid@Value", await CreateAsync(plane, right with { Value = 0 }));
        Assert.AreEqual("coupon.currency_invalid@Currency", await CreateAsync(plane, right with { Currency = "EUR" }));
        Assert.AreEqual("coupon.currency_invalid@Currency", await CreateAsync(plane, right with { Kind = CouponKind.Amount }));
        Assert.AreEqual("coupon.currency_invalid@Currency",
            await CreateAsync(plane, right with { Kind = CouponKind.Amount, Currency = "XYZ" }));
        Assert.AreEqual("coupon.end_invalid@ValidUntil", await CreateAsync(plane, right with { ValidUntil = plane.Time.Now }));
        Assert.AreEqual("coupon.limit_invalid@MaxRedemptions", await CreateAsync(plane, right with { MaxRedemptions = 0 }));
        Assert.AreEqual("coupon.limit_invalid@MaxPerCustomer", await CreateAsync(plane, right with { MaxPerCustomer = 0 }));
        Assert.AreEqual("", await CreateAsync(plane, right));
        Assert.AreEqual("coupon.code_taken@Code", await CreateAsync(plane, right with { Code = "welcome" }));
    }
}
