using System.Collections.Concurrent;
using AtlanticProxy.EndToEnd.Tests.Appliances;

namespace AtlanticProxy.EndToEnd.Tests.Routing;

/// <summary>Two processes on one database, with one key: no session needs to be told to the other.</summary>
[TestClass]
public sealed class TwoNodesTests
{
    private const int Sessions = 10_000, AfterRestart = 1_000;

    // Of one node: more than two cores can answer at once.
    private const int Clients = 8;

    [TestMethod]
    public async Task Sessions_TenThousandOverTwoProcesses_LandIdentically_AndAfterARestart()
    {
        var routed = await SharedAppliance.Routed;
        await using var other = await routed.Appliance.StartBesideAsync("--Engine:ProbeUrl", "",
            "--Engine:AllowedPrivateNetworks:0", "127.0.0.0/8");

        long landed = TimeProvider.System.GetTimestamp();
        var (here, there) = (await LandAsync(routed, routed.Appliance, Sessions), await LandAsync(routed, other, Sessions));
        await AgreeAsync(routed, other, here, there, landed);
        Assert.AreEqual(3, here.Values.Select(exit => exit.Provider).Distinct().Count());
        Assert.IsGreaterThan(Sessions * 95 / 100, here.Values.Distinct().Count(),
            "Each has an exit of its own, as far as three million reach.");

        await other.StopAsync();
        await using var again = await other.StartAgainBesideAsync(routed.Appliance, "--Engine:ProbeUrl", "",
            "--Engine:AllowedPrivateNetworks:0", "127.0.0.0/8");
        await AgreeAsync(routed, again, here, await LandAsync(routed, again, AfterRestart), landed);
    }

    // The longest life, so that few sessions rotate meanwhile.
    private static ProxyCredentials User(RoutedAppliance routed, int session) =>
        routed.User(RoutedAppliance.Mixed, $"country-us-session-s{session}-ttl-1440");

    private static async Task<IReadOnlyDictionary<int, ShownExit>> LandAsync(
        RoutedAppliance routed, RunningAppliance node, int sessions)
    {
        var exits = new ConcurrentDictionary<int, ShownExit>();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            using var page = await ExitPage.ConnectAsync(node.Proxy);
            for (int session = client; session < sessions; session += Clients)
                exits[session] = await page.AskAsync(User(routed, session));
        }));
        return exits;
    }

    private static async Task AgreeAsync(
        RoutedAppliance routed, RunningAppliance other, IReadOnlyDictionary<int, ShownExit> here,
        IReadOnlyDictionary<int, ShownExit> there, long landed)
    {
        int[] differing = [.. there.Keys.Where(session => here[session] != there[session])];
        // Each turns once a day: of ten thousand sessions, about seven in a minute. Chance may double that, and add some where
        // there are few.
        double turning = there.Count * (TimeProvider.System.GetElapsedTime(landed) / TimeSpan.FromDays(1));
        Assert.IsLessThan(10 + 2 * turning, differing.Length,
            $"{differing.Length} of {there.Count} differ, {turning:0.0} were to turn.");
        foreach (int session in differing)
        {
            var (mine, theirs) = (await ShownExit.AskAsync(routed.Appliance, User(routed, session)),
                await ShownExit.AskAsync(other, User(routed, session)));
            Assert.AreEqual(mine, theirs, $"session {session}, which turned meanwhile");
            Assert.AreEqual(here[session].Provider, mine.Provider, "A session that turns keeps its provider.");
        }
    }
}
