using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using Npgsql;

namespace AtlanticProxy.EndToEnd.Tests.Faults;

/// <summary>
/// Faults between a byte and its place in the database: none may be lost beyond the published bounds, and none counted twice.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class UsageJournalTests
{
    /// <summary>
    /// What a kill may cost: UsageMeter.Interval. That nothing else adds to it is proved by itself, by the engine's
    /// MeterIntervalTests.
    /// </summary>
    private static readonly TimeSpan s_bound = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The meter's timer may come late on two loaded cores; the bound itself is of a machine that runs its threads. One that
    /// stands still for longer does not count: <see cref="Traffic.PassedBefore"/> leaves such pauses out, so that this can stay
    /// near the bound.
    /// </summary>
    private static readonly TimeSpan s_scheduling = TimeSpan.FromMilliseconds(500);

    [TestMethod]
    public async Task Kill9_UnderLoad_LosesAtMostAQuarterSecondAndCountsNothingTwice()
    {
        await using var appliance = await RunningAppliance.StartDemoAsync();
        var user = appliance.Ready.ProxyUser!;
        using var traffic = await Traffic.StartAsync(appliance, user, tunnels: 3);
        // Most of what has passed must be old enough to be on disk.
        await Poll.UntilAsync(() =>
            traffic.PassedBefore(TimeProvider.System.GetTimestamp(), s_bound + s_scheduling) > Sum(traffic.Passed) * 3 / 4);

        await appliance.KillAsync();
        long killed = TimeProvider.System.GetTimestamp();
        await traffic.StopAsync();
        await using var again = await appliance.StartAgainAsync();
        await Poll.UntilAsync(async () => (await JournalHealthPage.ReadAsync(again)).IsDelivered);
        var (up, down) = await again.BookedAsync(user.Username);

        long sure = traffic.PassedBefore(killed, s_bound + s_scheduling), passed = Sum(traffic.Passed);
        Assert.IsGreaterThan(passed / 2, sure, "the test saw enough before the kill");
        Assert.IsGreaterThanOrEqualTo(sure, up + down, $"{passed - up - down} of {passed} bytes are missing");
        Assert.IsLessThanOrEqualTo(passed + traffic.Unknown, up + down);
    }

    [TestMethod]
    public async Task PostgreSqlRestarted_InTheMiddleOfFlushes_EveryByteIsBookedOnce()
    {
        await using var appliance = await RunningAppliance.StartDemoAsync();
        var user = appliance.Ready.ProxyUser!;
        using var traffic = await Traffic.StartAsync(appliance, user, tunnels: 2);
        for (int round = 0; round < 2; round++)
        {
            // A flush cannot end while the table is locked, and the server goes away under it.
            await using var locker = appliance.OpenDatabase();
            await using var connection = await locker.OpenConnectionAsync();
            await using var locked = await connection.BeginTransactionAsync();
            await using var command = new NpgsqlCommand("lock table usage_daily in exclusive mode", connection);
            await command.ExecuteNonQueryAsync();
            await using var look =
                locker.CreateCommand("select count(*) from pg_locks where relation = 'usage_daily'::regclass and not granted");
            await Poll.UntilAsync(async () => await look.ExecuteScalarAsync() is > 0L);
            int old = appliance.PostmasterId!.Value;
            await RunningAppliance.SignalAsync(round == 0 ? "INT" : "KILL", old);
            await Poll.UntilAsync(() => appliance.PostmasterId is { } present && present != old, TimeSpan.FromSeconds(60));
            await Poll.UntilAsync(async () => await TryBookedAsync(appliance, user) > 0, TimeSpan.FromSeconds(60));
        }

        await traffic.StopAsync();

        var (up, down) = traffic.Passed;
        long booked = 0;
        await Poll.UntilAsync(async () =>
            (booked = await TryBookedAsync(appliance, user)) >= up + down, TimeSpan.FromSeconds(60));
        Assert.AreEqual(up + down, booked);
    }

    [TestMethod]
    public async Task DiskFull_UnderTraffic_HealthIsRedTrafficGoesOnAndEveryByteIsBooked()
    {
        using var disk = new TinyDisk("2m");
        await using var appliance = await RunningAppliance.StartDemoAsync("--Journal:Directory", disk.Folder);
        var user = appliance.Ready.ProxyUser!;
        Assert.AreEqual("Healthy", (await JournalHealthPage.ReadAsync(appliance)).Status);

        // Before the first byte: later, the rest of the segment's last page would take some seconds more.
        disk.Fill();
        using var traffic = await Traffic.StartAsync(appliance, user, tunnels: 2);
        await Poll.UntilAsync(async () => (await JournalHealthPage.ReadAsync(appliance)).Status == "Unhealthy");
        long before = traffic.Passed.Down;
        using (await ProxyClient.OpenTunnelAsync(appliance, user, $"127.0.0.1:{SharedAppliance.Origin.Port}"))
            await Poll.UntilAsync(() => traffic.Passed.Down > before, because: "traffic goes on");
        StringAssert.Contains(appliance.Output, "usage journal takes no more");
        disk.Free();
        await Poll.UntilAsync(async () => (await JournalHealthPage.ReadAsync(appliance)).Status == "Healthy");
        await traffic.StopAsync();

        var (up, down) = traffic.Passed;
        await Poll.UntilAsync(async () => await TryBookedAsync(appliance, user) >= up + down);
        Assert.AreEqual(up + down, await TryBookedAsync(appliance, user));
    }

    private static long Sum((long Up, long Down) bytes) => bytes.Up + bytes.Down;

    /// <summary>Both ways; -1 while the database does not answer.</summary>
    private static async Task<long> TryBookedAsync(RunningAppliance appliance, ProxyCredentials user)
    {
        try
        {
            var (up, down) = await appliance.BookedAsync(user.Username);
            return up + down;
        }
        catch (Exception away) when (away is NpgsqlException or InvalidOperationException)
        {
            return -1;
        }
    }
}
