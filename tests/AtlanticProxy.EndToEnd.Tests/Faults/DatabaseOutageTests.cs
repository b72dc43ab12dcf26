using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Faults;

[TestClass]
[DoNotParallelize]
public sealed class DatabaseOutageTests
{
    // What the product promises: PostgreSQL gone for this long is not felt by any client.
    private static readonly TimeSpan s_outage = TimeSpan.FromSeconds(20);

    [TestMethod]
    public async Task PostgreSqlKilled_UnderTraffic_TunnelsLiveNewOnesOpenAndEveryByteIsBookedOnce()
    {
        await using var appliance = await RunningAppliance.StartDemoAsync();
        var user = appliance.Ready.ProxyUser!;
        string origin = $"127.0.0.1:{SharedAppliance.Origin.Port}";
        using var old = await ProxyClient.OpenTunnelAsync(appliance, user, origin);
        (long up, long down) = await ExchangeAsync(old);
        (long Up, long Down) before = (up, down);
        await Poll.UntilAsync(async () => await appliance.BookedAsync(user.Username) == before);

        // A cluster that others may enter is one that PostgreSQL refuses to start: it stays away until we allow it back.
        int postmaster = appliance.PostmasterId!.Value;
        var mode = File.GetUnixFileMode(appliance.PostgresDirectory);
        File.SetUnixFileMode(appliance.PostgresDirectory, mode | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        await RunningAppliance.SignalAsync("KILL", postmaster);
        long start = TimeProvider.System.GetTimestamp();
        int opened = 0;
        while (TimeProvider.System.GetElapsedTime(start) < s_outage)
        {
            Add(await ExchangeAsync(old));
            using var another = await ProxyClient.OpenTunnelAsync(appliance, user, origin);
            Add(await ExchangeAsync(another));
            opened++;
        }
        Assert.IsFalse(Directory.Exists($"/proc/{postmaster}"));
        File.SetUnixFileMode(appliance.PostgresDirectory, mode);

        Assert.IsGreaterThan(10, opened, "Traffic went on.");
        (long Up, long Down) booked = default;
        try
        {
            // The pause before the next attempt to start the server may have grown to 30 s.
            await Poll.UntilAsync(async () =>
                (booked = await TryBookedAsync(appliance, user)) == (up, down), TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException)
        {
            Assert.AreEqual((up, down), booked, appliance.Output);
        }

        void Add((long Up, long Down) bytes) => (up, down) = (up + bytes.Up, down + bytes.Down);
    }

    private static async Task<(long Up, long Down)> TryBookedAsync(RunningAppliance appliance, ProxyCredentials user)
    {
        try
        {
            return await appliance.BookedAsync(user.Username);
        }
        catch (Exception away) when (away is Npgsql.NpgsqlException or InvalidOperationException)
        {
            return default; // Not back yet.
        }
    }

    private static async Task<(long Up, long Down)> ExchangeAsync(RawClient tunnel)
    {
        const int Size = 10_000;
        string request = $"GET /bytes/{Size} HTTP/1.1\r\nHost: x\r\n\r\n";
        await tunnel.SendAsync(request);
        string head = await tunnel.ReadHeadAsync();
        await tunnel.ReadAsync(Size);
        return (request.Length, head.Length + Size);
    }
}
