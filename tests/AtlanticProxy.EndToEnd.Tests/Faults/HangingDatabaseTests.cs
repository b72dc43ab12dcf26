using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using AtlanticProxy.EndToEnd.Tests.Appliances;
using AtlanticProxy.Testing;
using AtlanticProxy.Testing.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AtlanticProxy.EndToEnd.Tests.Faults;

/// <summary>A PostgreSQL that neither answers nor ends: harder than one that is gone.</summary>
[TestClass]
[DoNotParallelize]
public sealed class HangingDatabaseTests
{
    [TestMethod]
    public async Task PostgreSqlHangs_TrafficGoesOn_SomebodyIsTold_AndOfItsEndToo()
    {
        var alerts = new ConcurrentQueue<string>();
        await using var pager = await StartPagerAsync(alerts);
        await using var appliance = await RunningAppliance.StartDemoAsync(
            "--Webhooks:AllowedPrivateNetworks:0", "127.0.0.0/8", "--Alerts:PagerDutyUrl", $"{pager.Urls.Single()}/enqueue");
        var portal = new Uri(appliance.Ready.Portal);
        using (var admin = await PortalSession.SignInAsync(portal, appliance.Ready.Admin!.Email, appliance.Ready.Admin.Password))
        {
            const string New = "/admin/health/alerts/new";
            await admin.PressAsync($"{New}?kind=PagerDuty", New, ("Kind", "PagerDuty"), ("Name", "On call"), ("Secret", "key"),
                ("From", "Degraded"), ("AfterMinutes", "0"), ("IntervalMinutes", "0"), ("RemindMinutes", "0"),
                ("Enabled", "true"));
            await admin.PressAsync($"{New[..^4]}/1", $"{New[..^4]}/1/test");
        }
        CollectionAssert.AreEqual(new[] { "trigger test", "resolve test" }, alerts.ToArray());
        await appliance.ExecuteAsync("""
            insert into findings values ('ledger', '[{"Kind": "wallet", "Currency": "USD", "Balance": 5}]', now())
                on conflict (check_name) do update set found = excluded.found
            """);
        await Poll.UntilAsync(() => alerts.Contains("trigger ledger")); // so that the channel is known

        using var tunnel = await ProxyClient.OpenTunnelAsync(
            appliance, appliance.Ready.ProxyUser!, $"127.0.0.1:{SharedAppliance.Origin.Port}");
        int[] processes = [appliance.PostmasterId!.Value, .. ChildrenOf(appliance.PostmasterId.Value)];
        foreach (int process in processes)
            await RunningAppliance.SignalAsync("STOP", process);
        try
        {
            await Poll.UntilAsync(() => alerts.Contains("trigger database"));
            Assert.AreEqual("Degraded", await StatusOfAsync(portal, "database"));
            await tunnel.SendAsync("GET /bytes/10000 HTTP/1.1\r\nHost: x\r\n\r\n");
            await tunnel.ReadHeadAsync();
            await tunnel.ReadAsync(10_000);
            using var http = new HttpClient();
            StringAssert.Contains(await http.GetStringAsync(new Uri(portal, "/status")), "Partial outage");
        }
        finally
        {
            foreach (int process in processes.Reverse())
                await RunningAppliance.SignalAsync("CONT", process);
        }

        await Poll.UntilAsync(() => alerts.Contains("resolve database"));
        Assert.AreEqual(1, alerts.Count(alert => alert == "trigger database"));
        // It could not be written down while it lasted.
        await Poll.UntilAsync(async () =>
        {
            await using var database = appliance.OpenDatabase();
            await using var command = database.CreateCommand(
                "select count(*) from health_spans where check_name = 'database' and state <> 'healthy'");
            return (long)(await command.ExecuteScalarAsync())! > 0;
        });
    }

    private static async Task<WebApplication> StartPagerAsync(ConcurrentQueue<string> alerts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var pager = builder.Build();
        pager.MapPost("/enqueue", async (HttpRequest request) =>
        {
            var body = (await JsonNode.ParseAsync(request.Body))!;
            alerts.Enqueue($"{body["event_action"]} {body["payload"]!["component"]}");
            return Results.Accepted();
        });
        await pager.StartAsync();
        return pager;
    }

    private static async Task<string> StatusOfAsync(Uri portal, string check)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(portal, "/health"));
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["entries"]![check]!["status"]!;
    }

    private static IEnumerable<int> ChildrenOf(int process) =>
        File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture));
}
