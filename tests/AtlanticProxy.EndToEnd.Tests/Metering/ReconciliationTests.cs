using System.Globalization;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;

namespace AtlanticProxy.EndToEnd.Tests.Metering;

[TestClass]
public sealed class ReconciliationTests
{
    [TestMethod]
    public async Task Tunnels_AreCountedAlikeByUsAndByTheProvider_ToTheByte()
    {
        await using var provider = await SimulatedProvider.StartAsync("acme", "atlanticproxy", "acme");
        // Probes are traffic that nobody bought.
        await using var appliance = await RunningAppliance.StartEmptyAsync("--Engine:AllowedPrivateNetworks:0", "127.0.0.0/8",
            "--Engine:ProbeUrl", "");
        await appliance.CliAsync(
            [
                "provider", "add", "acme", "--endpoint", $"http://{provider.Endpoint}", "--username",
                "acme[-country-{country}][-session-{session}]",
                "--password-stdin", "--cost-per-gb", "30000",
            ], SimulatedProvider.Password);
        await appliance.CliAsync(["plan", "add", "Metered", "--kind", "per-gb", "--price", "50000", "--currency", "USD"]);
        await appliance.CliAsync(["customer", "add", "ann@example.com", "--plan", "Metered"]);
        await appliance.CliAsync(["customer", "credit", "ann@example.com", "10000000"]);
        var user = await appliance.AddProxyUserAsync("ann@example.com", "alice");

        string origin = $"127.0.0.1:{SharedAppliance.Origin.Port}";
        foreach (int size in new[] { 1, 1_000, 3_000_000 })
        {
            using var tunnel = await ProxyClient.OpenTunnelAsync(appliance,
                user with { Username = $"{user.Username}-session-s{size}" }, origin);
            await tunnel.SendAsync($"GET /bytes/{size} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            await tunnel.ReadToEndAsync();
        }
        long theirs = provider.Simulator.Bill.BytesUp + provider.Simulator.Bill.BytesDown;
        Assert.IsGreaterThan(3_001_001, theirs);
        await Poll.UntilAsync(async () => await appliance.BookedAsync(user.Username) is var (up, down) && up + down >= theirs);

        // The traffic may lie on both sides of midnight: the bill is by day, as ours is.
        foreach (var day in provider.Simulator.Bill.Lines.GroupBy(line => line.Day))
            await appliance.CliAsync(
                ["provider", "bill", "acme", "--day", Iso(day.Key), "--bytes",
                    day.Sum(line => line.BytesUp + line.BytesDown).ToString(CultureInfo.InvariantCulture), "--source",
                    "simulator"]);
        string[] range = ["--from", Iso(provider.Simulator.Bill.Lines.Min(line => line.Day)), "--to",
            Iso(provider.Simulator.Bill.Lines.Max(line => line.Day))];
        var days = (await appliance.CliAsync(["reconcile", .. range])).EnumerateArray().ToList();

        Assert.AreEqual(theirs, days.Sum(day => day.GetProperty("ourBytes").GetInt64()));
        foreach (var day in days)
        {
            Assert.AreEqual(day.GetProperty("ourBytes").GetInt64(), day.GetProperty("theirBytes").GetInt64());
            Assert.AreEqual(0.0, day.GetProperty("driftPercent").GetDouble());
        }
        var margin = (await appliance.CliAsync(["reconcile", .. range, "--by", "customer"])).EnumerateArray().Single();
        Assert.AreEqual(
            ("ann@example.com", theirs, CentsOf(theirs * 5_000_000m), CentsOf(theirs * 3_000_000m)),
            (margin.GetProperty("name").GetString(), margin.GetProperty("bytes").GetInt64(),
                margin.GetProperty("revenue").GetString(), margin.GetProperty("cost").GetString()));
    }

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>An amount, rounded to cents, of something that is priced by the GB in cents.</summary>
    private static string CentsOf(decimal byteCosts) =>
        (Math.Round(byteCosts / 1_000_000_000, MidpointRounding.AwayFromZero) / 100).ToString("F2", CultureInfo.InvariantCulture);
}
