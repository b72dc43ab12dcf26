using AtlanticProxy.ControlPlane.Business;
using AtlanticProxy.ControlPlane.Ledger;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Tests.Subscriptions;

namespace AtlanticProxy.ControlPlane.Tests.Business;

[TestClass]
public sealed class BusinessTests
{
    [TestMethod]
    public async Task Figures_AreRevenueCostSignUpsAndThoseWhoLeft()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        await ann.BuyAsync(await Subscriber.PlanAsync(plane), credit: 5000);
        await plane.CustomerAsync("bob@example.com");
        var provider = await plane.ProviderAsync();
        var user = await plane.ProxyUserAsync(ann.Id);
        var now = plane.Time.GetUtcNow();
        await plane.Database.ExecuteAsync($"""
            update providers set cost_per_gb = 150;
            insert into usage_daily (proxy_user_id, day, provider_id, country, bytes_up, bytes_down, connections)
            values ({user.ProxyUserId}, '{now:yyyy-MM-dd} 00:00Z', {provider.Id}, '', 500000000, 1500000000, 3)
            """);

        var today = await FiguresAsync(plane, now.AddDays(-1), now.AddDays(1));

        Assert.AreEqual("29.00 USD", string.Join(' ', today.Revenue));
        Assert.AreEqual((new Money(300, "USD"), new Money(2600, "USD"), 2, 0),
            (today.Cost, today.Margin, today.SignUps, today.Left));
        var before = await FiguresAsync(plane, now.AddDays(-9), now.AddDays(-2));
        Assert.IsEmpty(before.Revenue);
        Assert.AreEqual((new Money(0, "USD"), new Money(0, "USD"), 0), (before.Cost, before.Margin, before.SignUps));
        await plane.Database.ExecuteAsync(
            $"update subscriptions set state = 'ended', ended_at = '{now:O}', end_reason = 'cancelled'");
        Assert.AreEqual(1, (await FiguresAsync(plane, now.AddDays(-1), now.AddDays(1))).Left);
        await plane.Database.ExecuteAsync("update subscriptions set end_reason = 'replaced'");
        Assert.AreEqual(0, (await FiguresAsync(plane, now.AddDays(-1), now.AddDays(1))).Left);
    }

    [TestMethod]
    public void Margin_WithCostButRevenueInOtherCurrencies_IsNotKnown()
    {
        Assert.IsNull(new BusinessFigures([new Money(900, "EUR")], new Money(100, "USD"), 0, 0).Margin);
        Assert.AreEqual(new Money(0, "USD"), new BusinessFigures([new Money(900, "EUR")], new Money(0, "USD"), 0, 0).Margin);
    }

    [TestMethod]
    public async Task Subscriptions_BringWhatTheyPayInAMonth()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        await ann.BuyAsync(await Subscriber.PlanAsync(plane), credit: 5000);

        var all = await plane.AskAsync((BusinessQueries business) => business.SubscriptionsAsync(default));

        Assert.AreEqual((1, 0, 0, "29.00 USD"), (all.Running, all.Trials, all.PastDue, string.Join(' ', all.Recurring)));
        await plane.Database.ExecuteAsync(
            "update subscriptions set state = 'past_due', past_due_since = now(), next_try_at = now()");
        all = await plane.AskAsync((BusinessQueries business) => business.SubscriptionsAsync(default));
        Assert.AreEqual((1, 1, "29.00 USD"), (all.Running, all.PastDue, string.Join(' ', all.Recurring)));
        await plane.Database.ExecuteAsync("update subscriptions set state = 'trialing', cancel_at_end = true");
        all = await plane.AskAsync((BusinessQueries business) => business.SubscriptionsAsync(default));
        Assert.AreEqual((0, 1, ""), (all.Running, all.Trials, string.Join(' ', all.Recurring)));
    }

    [TestMethod]
    public async Task Days_HaveEachDay_TheEmptyOnesAsZeros()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var ann = await Subscriber.StartAsync(plane);
        await ann.BuyAsync(await Subscriber.PlanAsync(plane), credit: 5000);
        var today = DateOnly.FromDateTime(plane.Time.GetUtcNow().UtcDateTime);

        var days = await plane.AskAsync((BusinessQueries business) => business.DaysAsync(today.AddDays(-2), today, default));

        Assert.AreEqual("0 0 2900", string.Join(' ', days.Select(day => day.Revenue)));
        Assert.AreEqual($"{today.AddDays(-2):o} {today:o}", $"{days[0].Day:o} {days[^1].Day:o}");
    }

    [TestMethod]
    public async Task OpenMatters_AreCounted()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        Assert.AreEqual(new OpenMatters(0, 0, 0, 0, 0, 0),
            await plane.AskAsync((BusinessQueries business) => business.OpenMattersAsync(default)));
        await plane.Database.ExecuteAsync("""
            insert into findings (check_name, found, found_at) values ('books', '[{}, {}]', now());
            insert into gateways (kind, name, secrets_sealed, created_at, currencies) values ('bank', 'bank', '', now(), '{USD}');
            insert into unallocated_money (gateway_id, receipt_key, amount, currency, why, state, received_at)
            select id, 'r1', 100, 'USD', 'unknown_reference', 'open', now() from gateways
            """);
        Assert.AreEqual(new OpenMatters(1, 0, 0, 2, 0, 0),
            await plane.AskAsync((BusinessQueries business) => business.OpenMattersAsync(default)));
    }

    private static Task<BusinessFigures> FiguresAsync(ControlPlaneTest plane, DateTimeOffset from, DateTimeOffset to) =>
        plane.AskAsync((BusinessQueries business) => business.FiguresAsync(from, to, default));
}
