using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Routing;

/// <summary>The same exit when it must be, another when it may.</summary>
[TestClass]
[DoNotParallelize]
public sealed class SessionTests
{
    /// <summary>The longest life: a session hardly ever turns while a test looks at it.</summary>
    private const string Long = "-ttl-1440";

    private static RoutedAppliance s_routed = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => s_routed = await SharedAppliance.Routed;

    [TestMethod]
    public async Task Provider_KilledMidSession_SoftMovesAndStrictWaitsForItsExit()
    {
        var first = await s_routed.ExitAsync(RoutedAppliance.Mixed, $"session-kill{Long}");
        var provider = s_routed.Provider(first.Provider);
        using var tunnel = await ProxyClient.OpenTunnelAsync(
            s_routed.Appliance, s_routed.User(RoutedAppliance.Mixed, $"session-kill{Long}-strict"),
            $"origin.test:{SharedAppliance.Origin.Port}");

        await provider.KillAsync();
        try
        {
            Assert.AreEqual("", await tunnel.ReadTextUntilClosedAsync(),
                "A tunnel ends with its exit: nothing can be moved in its middle.");
            var moved = await s_routed.ExitAsync(RoutedAppliance.Mixed, $"session-kill{Long}");
            string strict = await ShownExit.AskForHeadAsync(s_routed.Appliance,
                s_routed.User(RoutedAppliance.Mixed, $"session-kill{Long}-strict"));

            Assert.AreNotEqual(first.Provider, moved.Provider);
            Assert.AreEqual(moved, await s_routed.ExitAsync(RoutedAppliance.Mixed, $"session-kill{Long}"),
                "Where it moved to, it stays.");
            StringAssert.StartsWith(strict, "HTTP/1.1 502 ");
            StringAssert.Contains(strict, "details=\"UpstreamFailed");
        }
        finally
        {
            await provider.ReviveAsync();
        }

        var user = s_routed.User(RoutedAppliance.Mixed, $"session-kill{Long}-strict");
        await Poll.UntilAsync(async () =>
            (await ShownExit.AskForHeadAsync(s_routed.Appliance, user)).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal));
        Assert.AreEqual(first, await ShownExit.AskAsync(s_routed.Appliance, user), "Strict is back at its exit.");
        Assert.AreEqual(first, await s_routed.ExitAsync(RoutedAppliance.Mixed, $"session-kill{Long}"), "And so is soft.");
        await s_routed.RecoverAsync();
    }

    [TestMethod]
    public async Task ChangeIp_ByCommandLine_MovesThatSessionWithinASecond()
    {
        var other = await s_routed.ExitAsync(RoutedAppliance.Mixed, $"session-fresh{Long}");
        await Promise.IsKeptAsync(TimeSpan.FromSeconds(1), async worn =>
        {
            var changed = await s_routed.ExitAsync(RoutedAppliance.Mixed, $"session-worn{worn}{Long}");

            await s_routed.Appliance.CliAsync(
                ["proxy-user", "change-ip", RoutedAppliance.CustomerOf(RoutedAppliance.Mixed), RoutedAppliance.Mixed, "--session",
                    $"worn{worn}"]);

            long since = TimeProvider.System.GetTimestamp();
            await Poll.UntilAsync(async () =>
                await s_routed.ExitAsync(RoutedAppliance.Mixed, $"session-worn{worn}{Long}") != changed);
            return TimeProvider.System.GetElapsedTime(since);
        });
        Assert.AreEqual(other, await s_routed.ExitAsync(RoutedAppliance.Mixed, $"session-fresh{Long}"));
    }

    [TestMethod]
    public async Task List_OfFiftyProxies_KeepsSessionsOnOneAndSpreadsTheRest()
    {
        var often = await ShownExit.AskOftenAsync(s_routed.Appliance, s_routed.User(RoutedAppliance.Listed), 300);
        var german = await ShownExit.AskOftenAsync(s_routed.Appliance, s_routed.User(RoutedAppliance.Listed, "country-de"), 30);
        var kept = await ShownExit.AskOftenAsync(s_routed.Appliance, s_routed.User(RoutedAppliance.Listed, "session-mine"), 10);

        // 300 draws from 50 miss more than ten of them once in far more runs than there will be.
        Assert.IsGreaterThan(RoutedAppliance.ListLength - 10, often.Select(exit => exit.Session).Distinct().Count());
        Assert.IsTrue(german.All(exit => int.Parse(exit.Session, System.Globalization.CultureInfo.InvariantCulture) % 5 == 0),
            string.Join('\n', german));
        Assert.AreEqual(1, kept.Distinct().Count());
    }

    [TestMethod]
    public async Task OwnAddresses_AreChosenBySession()
    {
        var network = System.Net.IPNetwork.Parse(RoutedAppliance.OwnNetwork);
        string page = SharedAppliance.Origin.Http("/peer").ToString();
        var seen = new HashSet<string>();

        for (int i = 0; i < 6; i++)
        {
            var user = s_routed.User(RoutedAppliance.Own, $"session-s{i}");
            var answer = await Tool.CurlAsync("-w", " ", "-x", s_routed.Appliance.ProxyFor(user), page, page);
            string[] addresses = answer.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.HasCount(2, addresses, $"{answer}");
            Assert.AreEqual(addresses[0], addresses[1]);
            Assert.IsTrue(network.Contains(System.Net.IPAddress.Parse(addresses[0])), addresses[0]);
            seen.Add(addresses[0]);
        }

        Assert.IsGreaterThan(1, seen.Count);
    }
}
