using AtlanticProxy.ControlPlane;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing.Network;

namespace AtlanticProxy.EndToEnd.Tests.Metering;

/// <summary>What a node takes of the database's connections.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ConnectionBudgetTests
{
    private const int Readers = 60, PagesEach = 20, Tunnels = 200;

    [TestMethod]
    public async Task Node_UnderPagesTrafficAndJobs_TakesNoMoreThanItsConnections()
    {
        // More pages at once than one account is served, or the limit of requests would spare the database.
        await using var appliance = await RunningAppliance.StartDemoAsync("--Jobs:PollInterval", "00:00:00.5",
            "--Portal:RequestBurst", $"{Readers * PagesEach * 2}");
        await using var database = appliance.OpenDatabase();
        using var admin = await PortalSession.SignInAsync(new Uri(appliance.Ready.Portal), appliance.Ready.Admin!.Email,
            appliance.Ready.Admin.Password);
        using var over = new CancellationTokenSource();
        var watching = MostConnectionsAsync();

        string[] pages = ["/admin", "/admin/customers", "/admin/proxy-users", "/admin/providers", "/admin/reconciliation",
            "/admin/jobs/recurring", "/health"];
        var reading = Enumerable.Range(0, Readers).Select(async reader =>
        {
            for (int i = 0; i < PagesEach; i++)
                await admin.GetAsync(pages[(reader + i) % pages.Length]);
        });
        string origin = $"127.0.0.1:{SharedAppliance.Origin.Port}";
        var tunnelling = Enumerable.Range(0, Tunnels).Select(async _ =>
        {
            using var tunnel = await ProxyClient.OpenTunnelAsync(appliance, appliance.Ready.ProxyUser!, origin);
            await tunnel.SendAsync("GET /bytes/1000 HTTP/1.1\r\nHost: x\r\n\r\n");
            await tunnel.ReadHeadAsync();
        });
        await Task.WhenAll([.. reading, .. tunnelling]);
        await over.CancelAsync();

        long most = await watching;
        Assert.IsGreaterThan(5, most, "the node was busy");
        Assert.IsLessThanOrEqualTo(ControlPlaneServices.MaxConnections, most);

        async Task<long> MostConnectionsAsync()
        {
            long seen = 0;
            while (!over.IsCancellationRequested)
            {
                await using var count =
                    database.CreateCommand(
                        "select count(*) from pg_stat_activity where application_name = 'atlanticproxy' and datname = "
                            + "current_database()");
                seen = Math.Max(seen, (long)(await count.ExecuteScalarAsync())!);
            }
            return seen;
        }
    }
}
