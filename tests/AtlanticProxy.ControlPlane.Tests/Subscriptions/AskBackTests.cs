using System.Text.Json;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Subscriptions;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Subscriptions;

/// <summary>Customers who left. It is 22 November 2026.</summary>
[TestClass]
public sealed class AskBackTests
{
    [TestMethod]
    [DataRow(EndReason.Cancelled, 1), DataRow(EndReason.Unpaid, 1), DataRow(EndReason.TrialOver, 1)]
    [DataRow(EndReason.Refunded, 0), DataRow(EndReason.Disputed, 0), DataRow(EndReason.Staff, 0)]
    public async Task Ended_TwoWeeksAgo_IsAskedBackOnce(EndReason reason, int asked)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var running = await ann.BuyAsync(await Subscriber.PlanAsync(plane), 2900);
        await EndAsync(plane, running.Id, reason);

        plane.Time.Advance(TimeSpan.FromDays(13));
        Assert.AreEqual("0 customers asked back", (await Subscriber.RunAsync<AskBack>(plane)).Done);
        plane.Time.Advance(TimeSpan.FromDays(1));
        var both = await Task.WhenAll(Subscriber.RunAsync<AskBack>(plane), Subscriber.RunAsync<AskBack>(plane));
        await Subscriber.RunAsync<AskBack>(plane);

        Assert.AreEqual(asked, both.Sum(report => report.Done[0] - '0'));
        Assert.AreEqual(asked, await plane.Database.ScalarAsync<long>("""
            select count(*) from events where kind = 'win_back' and payload->>'plan' = 'Personal'
                and payload->>'endedOn' = '2026-11-22' and payload->>'coupon' is null
            """));
    }

    [TestMethod]
    [DataRow("back"), DataRow("plan"), DataRow("long ago"), DataRow("removed")]
    public async Task Ended_WithNothingToComeBackTo_IsNotAskedBack(string why)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        var plan = await Subscriber.PlanAsync(plane);
        await EndAsync(plane, (await ann.BuyAsync(plan, 2900)).Id, EndReason.Cancelled);
        if (why == "back")
            await ann.BuyAsync(plan, 2900);
        if (why == "plan")
            await plane.AskAsync((SetPlanState set) => set.ExecuteAsync(new(plan.Id, false), default));
        if (why == "removed")
            await plane.Database.ExecuteAsync("update customers set deleted_at = now(), state = 'suspended', plan_id = null");
        plane.Time.Advance(TimeSpan.FromDays(why == "long ago" ? 22 : 14));

        await Subscriber.RunAsync<AskBack>(plane);

        Assert.AreEqual(0L, await plane.Database.ScalarAsync<long>("select count(*) from events where kind = 'win_back'"));
    }

    [TestMethod]
    public async Task AskingBack_OffersTheCouponOfTheSettings_AndCanBeSwitchedOff()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var options = plane.Services.GetRequiredService<BillingOptions>();
        var ann = await Subscriber.StartAsync(plane);
        await EndAsync(plane, (await ann.BuyAsync(await Subscriber.PlanAsync(plane), 2900)).Id, EndReason.Cancelled);
        plane.Time.Advance(TimeSpan.FromDays(14));
        options.WinBack = TimeSpan.Zero;
        Assert.AreEqual("Switched off", (await Subscriber.RunAsync<AskBack>(plane)).Done);

        (options.WinBack, options.WinBackCoupon) = (TimeSpan.FromDays(14), "back-10");
        await Subscriber.RunAsync<AskBack>(plane);

        Assert.AreEqual("BACK-10", await plane.Database.ScalarAsync<string>(
            "select payload->>'coupon' from events where kind = 'win_back'"));
    }

    private static Task<int> EndAsync(ControlPlaneTest plane, long id, EndReason reason) => plane.Database.ExecuteAsync($"""
        update subscriptions set state = 'ended', ended_at = '{plane.Time.Now:O}',
            end_reason = '{JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString())}' where id = {id}
        """);
}
