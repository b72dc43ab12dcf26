using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.ControlPlane.Tests.Quotas;

[TestClass]
public sealed class QuotaKeepingTests
{
    [TestMethod]
    public async Task Keeping_WhileItRuns_BeginsPeriodsAndEndsPlansThoughNobodyAsks()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1000), "alice");
        await alice.BookAsync("n", 700);
        await plane.Database.ExecuteAsync(
            $"update quota_accounts set anchor_at = anchor_at - interval '40 days', period_end = now() - interval '1 day' "
                + $"where id = {alice.AccountId}");
        var bob = await Metered.StartAsync(plane, Metered.Subscription(1000) with { Name = "Other" }, "bob");
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await plane.Database.ExecuteAsync(
            $"update customers set plan_ends_at = '{time.GetUtcNow().AddSeconds(25):O}' where id = {bob.Customer.Id}");
        var keeping = new QuotaKeeping(AtlanticDb.OptionsFor(plane.Database.Source), time);
        using var stop = new CancellationTokenSource();
        var running = keeping.RunAsync(stop.Token);

        await Poll.UntilAsync(async () => await alice.ColumnAsync("consumed") == 0, because: "the period begins");
        Assert.IsFalse(await plane.Database.ScalarAsync<bool>("select bool_or(plan_ended) from customers"));
        await Poll.UntilAsync(async () =>
        {
            time.Advance(TimeSpan.FromSeconds(5));
            return await plane.Database.ScalarAsync<bool>($"select plan_ended from customers where id = {bob.Customer.Id}");
        }, because: "the plan ends");

        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => running);
    }

    [TestMethod]
    public async Task Take_AnsweredWithAStateThatThisVersionDoesNotKnow_IsAFaultAndNoGrant()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, Metered.Subscription(1_000_000));
        await plane.Database.ExecuteAsync(
            """
            drop function lease_take;
            create function lease_take(text, bigint, bigint, interval, p_targeting integer, out bytes bigint,
                out minutes integer, out state text) language sql as $$ select 1::bigint, 1, 'frozen' $$
            """);

        var fault = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => alice.TakeAsync("n", 1000));

        StringAssert.Contains(fault.Message, "'frozen'");
    }
}
