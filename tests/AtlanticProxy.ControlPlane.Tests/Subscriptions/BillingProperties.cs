using System.Globalization;
using AtlanticProxy.ControlPlane.Accounts;
using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Subscriptions;

namespace AtlanticProxy.ControlPlane.Tests.Subscriptions;

/// <summary>Any interleaving of purchases, use, renewals, changes and the clock, on two nodes, keeps the books right.</summary>
[TestClass]
public sealed class BillingProperties
{
    private const int Steps = 150;

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    public async Task AnyInterleaving_KeepsBooksAndGrantsRight(int seed)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var random = new Random(seed);
        var ann = await Subscriber.StartAsync(plane);
        var offer = new PlanOffer(TopUpPrice: 75, SeatPrice: 500, Pausable: true, OveragePrice: 100, TrialDays: 2,
            TrialBytes: Subscriber.Gb, Deposit: 100, CarryOverBytes: 5 * Subscriber.Gb);
        PlanSummary[] plans =
        [
            await Subscriber.PlanAsync(plane, "Day", 333, 3, offer, new PlanLimits(PeriodUnit.Day)),
            await Subscriber.PlanAsync(plane, "Week", 699, 10, offer, new PlanLimits(PeriodUnit.Week)),
            await Subscriber.PlanAsync(plane, "Month", 2900, 50, offer),
        ];
        var user = await plane.ProxyUserAsync(ann.Id);
        long used = 0;
        var said = new List<string>();
        for (int step = 0; step < Steps; step++)
        {
            int choice = random.Next(11);
            said.Add($"{step}:{choice}");
            var plan = plans[random.Next(plans.Length)];
            var running = await ann.RunningAsync();
            switch (choice)
            {
                case 0 or 1:
                    await ann.CreditAsync(random.Next(1, 6000));
                    break;
                case 2:
                    await Task.WhenAll(ann.OrderAsync(random.Next(4) == 0 ? OrderKind.Trial : OrderKind.Subscription, plan.Id),
                        ann.OrderAsync(OrderKind.Subscription, plan.Id));
                    break;
                case 3:
                    await ann.OrderAsync(random.Next(2) == 0 ? OrderKind.TopUp : OrderKind.Seats, amount: random.Next(1, 4));
                    await ann.OrderAsync(OrderKind.TopUp, amount: Subscriber.Gb * random.Next(1, 4));
                    break;
                case 4 or 5 or 6:
                    used += await UseAsync(plane, user.ProxyUserId, random.NextInt64(1, 6 * Subscriber.Gb), random.Next(2));
                    break;
                case 7:
                    plane.Time.Advance(TimeSpan.FromMinutes(random.Next(1, 15_000)));
                    await JobsAsync(plane);
                    break;
                case 8 when running is not null:
                    await plane.AskAsync((ChangeSubscription change) =>
                        change.ExecuteAsync(new(ann.Scope, running.Id, plan.Id, random.Next(2) == 0), default));
                    break;
                case 9 when running is not null:
                    await plane.AskAsync((CancelSubscription cancel) =>
                        cancel.ExecuteAsync(new(ann.Scope, running.Id, random.Next(2) == 0), default));
                    break;
                case 10 when running is not null:
                    await plane.AskAsync((PauseSubscription pause) =>
                        pause.ExecuteAsync(new(ann.Scope, running.Id, running.State == SubscriptionState.Paused), default));
                    break;
            }
            plane.Time.Advance(TimeSpan.FromSeconds(1));
            await Subscriber.ProveAsync(plane);
            string history = string.Join(' ', said);
            Assert.AreEqual(0L, await plane.Database.ScalarAsync<long>("select count(*) from grants where used > amount"),
                history);
            Assert.AreEqual(used, await plane.Database.ScalarAsync<long>("""
                select coalesce((select sum(used) from grants), 0)::bigint
                    + coalesce((select sum(unsettled) from quota_accounts where source = 'grants'), 0)::bigint
                    + coalesce((select sum(split_part(memo, ' ', 1)::bigint) from ledger_transactions
                        where kind = 'usage'), 0)::bigint
                """), $"each byte is on a grant or on the wallet, once: {history}");
        }
        Assert.IsGreaterThan(0L, used);
        Assert.IsGreaterThan(3L, await plane.Database.ScalarAsync<long>("select count(*) from subscription_periods"));
    }

    /// <summary>As a node does: a lease, then what was used of it, then the rest back. The value is what was used.</summary>
    private static async Task<long> UseAsync(ControlPlaneTest plane, long proxyUser, long wanted, int node)
    {
        string at = plane.Time.Now.ToString("O", CultureInfo.InvariantCulture);
        if (await plane.Database.ScalarAsync<long>(
            "select coalesce((select q.id from quota_accounts q join proxy_users u on u.customer_id = q.customer_id "
                + $"where u.id = {proxyUser} and q.proxy_user_id is null), 0)")
            is not (> 0 and var account))
            return 0;
        long taken = await plane.Database.ScalarAsync<long>(
            $"select bytes from lease_take('n{node}', {account}, {wanted}, '15 minutes', '{at}')");
        long used = taken / 3 * 2;
        if (used > 0)
            await plane.Database.ExecuteAsync($"select book_consumption('n{node}', '{{{proxyUser}}}', '{{{used}}}', '{at}')");
        await plane.Database.ExecuteAsync($"select lease_return('n{node}', {account}, {taken - used})");
        return used;
    }

    private static async Task JobsAsync(ControlPlaneTest plane)
    {
        var failures = new List<string>();
        // Two nodes at the same moment, as far as Hangfire's locks lapse.
        foreach (var reports in new[]
        {
            await Task.WhenAll(Subscriber.RunAsync<RenewSubscriptions>(plane), Subscriber.RunAsync<RenewSubscriptions>(plane)),
            await Task.WhenAll(Subscriber.RunAsync<CollectUnpaid>(plane), Subscriber.RunAsync<CollectUnpaid>(plane)),
            await Task.WhenAll(Subscriber.RunAsync<SettleOrders>(plane), Subscriber.RunAsync<SettleOrders>(plane)),
            await Task.WhenAll(Subscriber.RunAsync<ReturnDeposits>(plane), Subscriber.RunAsync<ReturnDeposits>(plane)),
            await Task.WhenAll(Subscriber.RunAsync<ControlPlane.Quotas.SettleWallets>(plane),
                Subscriber.RunAsync<RemindOfRenewals>(plane)),
        })
            failures.AddRange(reports.SelectMany(report => report.Failures));
        Assert.AreEqual("", string.Join('\n', failures));
    }
}
