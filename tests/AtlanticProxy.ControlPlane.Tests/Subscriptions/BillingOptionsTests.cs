using AtlanticProxy.ControlPlane.Subscriptions;

namespace AtlanticProxy.ControlPlane.Tests.Subscriptions;

[TestClass]
public sealed class BillingOptionsTests
{
    private static readonly TimeSpan Below = TimeSpan.FromTicks(-1);

    [TestMethod]
    public void Defaults_AreValid() => Assert.IsEmpty(new BillingOptions().Validate());

    [TestMethod]
    [DataRow(), DataRow(0), DataRow(61), DataRow(3, 1), DataRow(1, 1), DataRow(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)]
    public void DunningDays_OutOfOrderOrBounds_AreNamed(params int[] days) => Assert.AreEqual(
        "Billing:DunningDays: give 1 to 10 days from 1 to 60, in order, each once.",
        new BillingOptions { DunningDays = days }.Validate().Single());

    [TestMethod]
    public void Times_OutOfBounds_AreNamedWithWhatWouldBeRight()
    {
        foreach (var (options, said) in new (BillingOptions, string)[]
        {
            (new() { OrderLife = TimeSpan.FromDays(31) }, "Billing:OrderLife: 31.00:00:00 is not between 0 and 30 days"),
            (new() { SuspensionLife = Below }, "Billing:SuspensionLife: -00:00:00.0000001 is not between 0 and 365 days"),
            (new() { DepositReturn = TimeSpan.FromDays(91) }, "Billing:DepositReturn: 91.00:00:00 is not between 0 and 90 days"),
            (new() { WinBack = TimeSpan.FromDays(366) }, "Billing:WinBack: 366.00:00:00 is not between 0 and 365 days"),
            (new() { Reminder = TimeSpan.FromDays(31) }, "Billing:Reminder: 31.00:00:00 is not between 0 and 30 days"),
        })
            Assert.AreEqual($"{said} (5.00:00:00 is 5 days).", options.Validate().Single());
        foreach (int days in new[] { -1, 366 })
            Assert.AreEqual($"Billing:PauseDays: {days} is not between 0 and 365.",
                new BillingOptions { PauseDays = days }.Validate().Single());
        foreach (int charges in new[] { 0, 17 })
            Assert.AreEqual($"Billing:ChargesAtOnce: {charges} is not between 1 and 16.",
                new BillingOptions { ChargesAtOnce = charges }.Validate().Single());
        Assert.AreEqual("Billing:WinBackCoupon: 'no code' is not a code of a coupon.",
            new BillingOptions { WinBackCoupon = "no code" }.Validate().Single());
        Assert.IsEmpty(new BillingOptions { WinBackCoupon = "back-10", ChargesAtOnce = 16 }.Validate());
    }
}
