using AtlanticProxy.ControlPlane.Plans;
using AtlanticProxy.ControlPlane.Quotas;
using AtlanticProxy.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AtlanticProxy.ControlPlane.Tests.Quotas;

[TestClass]
public sealed class QuotaKeepingTests
{
    [TestMethod]
    public async Task Keeping_WhileItRuns_ChargesWalletsAndForgetsWhatNobodyCountsAnyMore()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var alice = await Metered.StartAsync(plane, new("Plan", PlanKind.PerGb, 100, "USD"));
        await alice.CreditAsync(1000);
        await alice.TakeAsync("lost", 100_000);
        await alice.BookAsync("n", 3 * Metered.Gb);
        await plane.Database.ExecuteAsync("update quota_leases set expires_at = now() - interval '2 hours'; update quota_days set day = day - 500");
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        var keeping = new QuotaKeeping(plane.Database.Source, time);
        using var stop = new CancellationTokenSource();
        var running = keeping.RunAsync(stop.Token);

        // Wallets first, then what is forgotten: the last of it says that all is done.
        await Poll.UntilAsync(async () =>
        {
            time.Advance(TimeSpan.FromSeconds(30));
            return await plane.Database.ScalarAsync<long>("select count(*) from quota_days") == 0;
        });

        Assert.AreEqual(1000 - 300, await plane.Database.ScalarAsync<long>("select balance from ledger_accounts where kind = 'wallet'"));
        Assert.AreEqual(0L, await plane.Database.ScalarAsync<long>("select count(*) from quota_leases"));
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
            create function lease_take(text, bigint, bigint, out bytes bigint, out minutes integer, out state text)
                language sql as $$ select 1::bigint, 1, 'frozen' $$
            """);

        var fault = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => alice.TakeAsync("n", 1000));

        StringAssert.Contains(fault.Message, "'frozen'");
    }
}
