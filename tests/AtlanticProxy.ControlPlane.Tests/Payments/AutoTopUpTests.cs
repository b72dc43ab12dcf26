using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Payments;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.Simulator.Gateways;

namespace AtlanticProxy.ControlPlane.Tests.Payments;

[TestClass]
public sealed class AutoTopUpTests
{
    private static Task<Result> SetAsync(
        Till till, long threshold = 500, long amount = 2000, string currency = "USD", int daily = 3, long monthly = 100_000,
        bool enabled = true, long? scope = null) =>
        till.Plane.AskAsync((SetAutoTopUp set) => set.ExecuteAsync(new(Scope.Of(scope ?? till.Ann), till.Ann, threshold, amount,
            currency, daily, monthly, enabled), default));

    private static async Task<Till> WithACardAsync(long wallet = 1000)
    {
        var till = await Till.StartAsync(GatewayKind.Paystack);
        await till.PaidAsync(wallet);
        return till;
    }

    private static async Task SpendAsync(Till till, long amount) =>
        Assert.IsTrue((await till.Plane.AskAsync((ChargeWallet charge) =>
            charge.ExecuteAsync(new(till.Ann, amount, "USD", $"sale/{Guid.CreateVersion7()}"), default))).IsSuccess);

    [TestMethod]
    public async Task AutoTopUp_FillsBelowTheThreshold_AndNotBefore()
    {
        await using var till = await WithACardAsync();
        Assert.IsTrue((await SetAsync(till)).IsSuccess);
        Assert.AreEqual("0 wallets filled", (await till.RunAsync<AutoTopUps>()).Done);
        await SpendAsync(till, 501);

        Assert.AreEqual("1 wallets filled", (await till.RunAsync<AutoTopUps>()).Done);
        Assert.AreEqual("0 wallets filled", (await till.RunAsync<AutoTopUps>()).Done);

        Assert.AreEqual(2499, await till.WalletAsync());
        await SetAsync(till, enabled: false);
        await SpendAsync(till, 2499);
        await till.RunAsync<AutoTopUps>();
        Assert.AreEqual(0, await till.WalletAsync(), "off is off");
    }

    [TestMethod]
    public async Task AutoTopUp_Limits_OfTheDayAndTheMonth()
    {
        await using var till = await WithACardAsync(); // it is 22 November
        await SetAsync(till, daily: 2, monthly: 6000);
        async Task<long> EmptyAndRunAsync()
        {
            await SpendAsync(till, await till.WalletAsync());
            await till.RunAsync<AutoTopUps>();
            return await till.WalletAsync();
        }
        Assert.AreEqual(2000, await EmptyAndRunAsync());
        Assert.AreEqual(2000, await EmptyAndRunAsync());
        Assert.AreEqual(0, await EmptyAndRunAsync(), "two a day");
        till.Plane.Time.Advance(TimeSpan.FromDays(1));
        await till.RunAsync<AutoTopUps>();
        Assert.AreEqual(2000, await till.WalletAsync());
        Assert.AreEqual(0, await EmptyAndRunAsync(), "60 a month");
        till.Plane.Time.Advance(TimeSpan.FromDays(8));
        await till.RunAsync<AutoTopUps>();
        Assert.AreEqual(2000, await till.WalletAsync(), "December");
    }

    [TestMethod]
    public async Task AutoTopUp_ThreeFailuresInARow_SwitchItOff()
    {
        await using var till = await WithACardAsync(400);
        await SetAsync(till, daily: 50);
        till.Simulator!.Outcome = ChargeOutcome.Declined;
        for (int failures = 1; failures <= 3; failures++)
        {
            StringAssert.Contains((await till.RunAsync<AutoTopUps>()).Failures.Single(), "was not charged: Declined.");
            Assert.IsEmpty((await till.RunAsync<AutoTopUps>()).Failures, "not again at once");
            till.Plane.Time.Advance(TimeSpan.FromHours(failures));
        }
        Assert.IsEmpty((await till.RunAsync<AutoTopUps>()).Failures);
        Assert.AreEqual("payment_settled payment_failed payment_failed payment_failed auto_top_up_off", await till.EventsAsync());
        till.Simulator.Outcome = ChargeOutcome.Success;
        till.Plane.Time.Advance(TimeSpan.FromDays(2));
        await till.RunAsync<AutoTopUps>();
        Assert.AreEqual(400, await till.WalletAsync());

        Assert.IsTrue((await SetAsync(till)).IsSuccess);
        await till.RunAsync<AutoTopUps>();
        Assert.AreEqual(2400, await till.WalletAsync(), "switched on again, it begins anew");
    }

    [TestMethod]
    public async Task AutoTopUp_Undecided_ChargesNothingElseMeanwhile()
    {
        await using var till = await WithACardAsync(400);
        await SetAsync(till, daily: 1);
        (till.Simulator!.Fault, till.Simulator.FaultMethod) = (GatewayFault.CutAfterWork, "POST");
        await till.RunAsync<AutoTopUps>();
        (till.Simulator.Fault, till.Simulator.FaultMethod) = (GatewayFault.Unauthorized, null);
        await till.RunAsync<AutoTopUps>();
        Assert.AreEqual(2, await till.CountAsync("payments"));
        till.Simulator.Fault = GatewayFault.None;

        Assert.AreEqual("1 wallets filled", (await till.RunAsync<AutoTopUps>()).Done);

        Assert.AreEqual(2, till.Charges);
        Assert.AreEqual(2400, await till.WalletAsync());
    }

    [TestMethod]
    public async Task AutoTopUp_FourRunsAtOnce_ChargeOnce()
    {
        await using var till = await WithACardAsync(400);
        await SetAsync(till);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => till.RunAsync<AutoTopUps>()));
        await till.RunAsync<AutoTopUps>();
        Assert.AreEqual(2, till.Charges);
        Assert.AreEqual(2400, await till.WalletAsync());
    }

    [TestMethod]
    public async Task AutoTopUp_MethodRemovedMeanwhile_IsAFailure()
    {
        await using var till = await WithACardAsync(400);
        await SetAsync(till);
        long method = await till.Plane.Database.ScalarAsync<long>("select id from payment_methods");
        await till.Plane.AskAsync((RemoveMethod remove) => remove.ExecuteAsync(new(Scope.Staff, till.Ann, method), default));
        StringAssert.Contains((await till.RunAsync<AutoTopUps>()).Failures.Single(), "No payment method is saved");
    }

    [TestMethod]
    public async Task Set_Invalid_IsRefused()
    {
        await using var till = await Till.StartAsync(GatewayKind.Paystack);
        Assert.AreEqual("auto_top_up.no_method@Enabled", (await SetAsync(till)).Codes());
        await till.PaidAsync();
        Assert.AreEqual("customer.not_found", (await SetAsync(till, scope: till.Ann + 1)).Codes());
        Assert.AreEqual("auto_top_up.threshold_invalid@Threshold auto_top_up.amount_invalid@Amount "
            + "auto_top_up.currency_invalid@Currency auto_top_up.daily_limit_invalid@DailyLimit "
            + "auto_top_up.monthly_limit_invalid@MonthlyLimit", (await SetAsync(till, 0, 0, "EUR", 0, -1)).Codes());
    }
}
