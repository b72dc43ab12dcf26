using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Metering;

/// <summary>Quotas and wallets through real processes: two nodes on one database.</summary>
[TestClass]
[DoNotParallelize]
public sealed class QuotaTests
{
    private const long Megabyte = 1_000_000, Quota = 100 * Megabyte, Download = 1_000 * Megabyte;

    /// <summary>What we publish: the most that a node lets through beyond a quota.</summary>
    private const long BoundOfANode = 1 * Megabyte;

    private const int DownloadsOfANode = 4;

    private static readonly string[] s_settings = ["--Engine:AllowedPrivateNetworks:0", "127.0.0.0/8", "--Engine:ProbeUrl", ""];

    private static string Origin => $"127.0.0.1:{SharedAppliance.Origin.Port}";

    [TestMethod]
    public async Task TwoNodes_ParallelDownloadsOfAGigabyteAgainst100Megabytes_EndWithinThePublishedBound()
    {
        await using var first = await RunningAppliance.StartEmptyAsync(s_settings);
        await first.CliAsync(["provider", "add", "own", "--endpoint", "direct://"]);
        await first.CliAsync(
            ["plan", "add", "small", "--kind", "subscription", "--price", "1", "--currency", "USD", "--included-gb", "0.1"]);
        await first.CliAsync(["customer", "add", "metered@example.test", "--plan", "small"]);
        var user = await first.AddProxyUserAsync("metered@example.test", "metered");
        await using var second = await first.StartBesideAsync(s_settings);

        // All are open before the first begins: the quota may not last until the others are.
        var tunnels =
            await Task.WhenAll(Enumerable.Range(0, 2 * DownloadsOfANode)
                .Select(i => ProxyClient.OpenTunnelAsync(i % 2 == 0 ? first : second, user, Origin)));
        long delivered = (await Task.WhenAll(tunnels.Select(tunnel => DownloadAsync(tunnel)))).Sum();
        foreach (var node in new[] { first, second })
            delivered += await UseUpAsync(node, user, "QuotaExhausted");
        Assert.IsLessThanOrEqualTo(Quota + 2 * BoundOfANode, delivered, "what clients have read");

        // Booked is what the far side's socket has taken, read or not: all of the quota, and hardly more.
        long booked = 0;
        await Poll.UntilAsync(async () =>
            (booked = await BookedAsync(first)) >= Quota - 2 * BoundOfANode, because: $"{booked} of {Quota} are booked");
        await second.StopAsync(); // before the first, whose database takes the last of what it counted
        await first.StopAsync();
        await using var again = await first.StartAgainAsync(s_settings);
        booked = await BookedAsync(again);
        Assert.IsTrue(booked > Quota - BoundOfANode && booked <= Quota + 2 * BoundOfANode, $"{booked} of {Quota} are booked");
        Assert.IsGreaterThanOrEqualTo(delivered, booked);
    }

    [TestMethod]
    public async Task Wallet_ToppedUp_AdmitsAgainWithinASecond_AndIsChargedForWhatFlowed()
    {
        await using var appliance = await RunningAppliance.StartEmptyAsync(s_settings);
        await appliance.CliAsync(["provider", "add", "own", "--endpoint", "direct://"]);
        await appliance.CliAsync(["plan", "add", "metered", "--kind", "per-gb", "--price", "100", "--currency", "USD"]);
        ProxyCredentials user = null!;
        await Promise.IsKeptAsync(TimeSpan.FromSeconds(1), async payer =>
        {
            await appliance.CliAsync(["customer", "add", $"payer{payer}@example.test", "--plan", "metered"]);
            user = await appliance.AddProxyUserAsync($"payer{payer}@example.test", $"payer{payer}");
            StringAssert.Contains(await ProxyClient.ConnectAsync(appliance, user, Origin), "BalanceExhausted");

            await appliance.CliAsync(["customer", "credit", $"payer{payer}@example.test", "1"]); // 10 MB at 100 USD a GB
            long topped = TimeProvider.System.GetTimestamp();
            await Poll.UntilAsync(async () =>
                (await ProxyClient.ConnectAsync(appliance, user, Origin)).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal));
            return TimeProvider.System.GetElapsedTime(topped);
        });

        await DownloadAsync(await ProxyClient.OpenTunnelAsync(appliance, user, Origin));
        await UseUpAsync(appliance, user, "BalanceExhausted");
        await Poll.UntilAsync(async () => await BookedAsync(appliance) >= 10 * Megabyte - 100_000);
        Assert.IsLessThanOrEqualTo(10 * Megabyte + BoundOfANode, await BookedAsync(appliance));
    }

    [TestMethod]
    public async Task Node_KilledAndStartedAgain_HasTheRestOfTheQuotaAtOnce()
    {
        const long Small = 8 * Megabyte;
        await using var killed = await RunningAppliance.StartEmptyAsync(s_settings);
        await killed.CliAsync(["provider", "add", "own", "--endpoint", "direct://"]);
        // At 2 MB a second: it is killed in the midst, with much of the quota in its hands.
        await killed.CliAsync(
            ["plan", "add", "slow", "--kind", "subscription", "--price", "1", "--currency", "USD", "--included-gb", "0.008",
                "--speed-down-mbps", "16"]);
        await killed.CliAsync(["customer", "add", "killed@example.test", "--plan", "slow"]);
        var user = await killed.AddProxyUserAsync("killed@example.test", "killed");
        await DownloadAsync(await ProxyClient.OpenTunnelAsync(killed, user, Origin), atLeast: 2 * Megabyte);
        await killed.KillAsync();

        await using var again = await killed.StartAgainAsync(s_settings);
        await Poll.UntilAsync(async () =>
            (await ProxyClient.ConnectAsync(again, user, Origin)).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal));
        long after = await DownloadAsync(await ProxyClient.OpenTunnelAsync(again, user, Origin));
        after += await UseUpAsync(again, user, "QuotaExhausted");

        // What clients have read is more by what the kill lost, which UsageJournalTests holds against the clock, and less by what
        // was on its way to them then.
        Assert.IsLessThanOrEqualTo(Small + BoundOfANode, after);
        long booked = 0;
        await Poll.UntilAsync(async () =>
            (booked = await BookedAsync(again)) >= Small - 100_000, because: $"{booked} of {Small} are booked");
        Assert.IsLessThanOrEqualTo(Small + BoundOfANode, booked);
        await using var database = again.OpenDatabase();
        await using var held =
            database.CreateCommand(
                "select count(*) from quota_leases l where l.amount > 0 and l.node not in (select node from quota_leases order "
                    + "by expires_at desc limit 1)");
        Assert.AreEqual(0L, await held.ExecuteScalarAsync(), "nothing is left with the run that was killed");
    }

    /// <summary>Bytes that came of a gigabyte before the tunnel was cut, or, so many having come, of no more interest.</summary>
    private static async Task<long> DownloadAsync(RawClient opened, long atLeast = long.MaxValue)
    {
        using var tunnel = opened;
        await tunnel.SendAsync($"GET /bytes/{Download} HTTP/1.1\r\nHost: x\r\n\r\n");
        var buffer = new byte[256 * 1024];
        long total = 0;
        for (int read; total < atLeast && (read = await tunnel.ReadSomeAsync(buffer)) > 0;)
            total += read;
        return total;
    }

    /// <summary>
    /// Sees that nobody is admitted any more, and why: tunnels that were cut at a quota's end gave back what they had in hand,
    /// which late clients use up first.
    /// </summary>
    /// <returns>Bytes that came of that.</returns>
    private static async Task<long> UseUpAsync(RunningAppliance node, ProxyCredentials user, string reason)
    {
        string answer = "";
        long total = 0;
        await Poll.UntilAsync(async () =>
        {
            using var client = await RawClient.ConnectAsync(node.Proxy);
            // All at once: one that is admitted for the last bytes may be cut before it can ask.
            await client.SendAsync(
                $"CONNECT {Origin} HTTP/1.1\r\nHost: {Origin}\r\n{ProxyClient.Authorization(user)}\r\nGET /bytes/{Download} "
                    + $"HTTP/1.1\r\nHost: x\r\n\r\n");
            answer = await client.ReadTextUntilClosedAsync();
            if (answer.StartsWith("HTTP/1.1 402 ", StringComparison.Ordinal))
                return true;
            total += Math.Max(0, answer.Length - (answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4));
            return false;
        });
        StringAssert.Contains(answer, reason);
        return total;
    }

    private static async Task<long> BookedAsync(RunningAppliance node)
    {
        await using var database = node.OpenDatabase();
        await using var sum = database.CreateCommand("select coalesce(sum(bytes_up + bytes_down), 0)::bigint from usage_hourly");
        return (long)(await sum.ExecuteScalarAsync())!;
    }
}
