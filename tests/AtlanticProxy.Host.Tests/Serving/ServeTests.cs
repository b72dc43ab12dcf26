using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AtlanticProxy.Host.Processes;
using AtlanticProxy.Testing;

namespace AtlanticProxy.Host.Tests.Serving;

[TestClass]
public sealed class ServeTests
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    public required TestContext TestContext { get; set; }

    private CancellationToken Cancel => TestContext.CancellationToken;

    [TestMethod]
    public async Task Serve_WithDemo_IsReadyAndStopsInOrderWithPostgresLast()
    {
        using var folder = new TemporaryFolder();
        await using (var appliance = await ApplianceProcess.ServeAsync(folder, "--demo"))
        {
            // Ready, it may be degraded for a moment still: until the listening for changes in the database has begun.
            JsonElement health = default;
            await Poll.UntilAsync(async () =>
                (health = await HealthAsync(appliance)).GetProperty("status").GetString() == "Healthy",
                because: "it is not healthy");
            foreach (string entry in new[] { "engine", "database", "snapshot", "work" })
                Assert.AreEqual("Healthy", health.GetProperty("entries").GetProperty(entry).GetProperty("status").GetString());
            using var page = await Http.GetAsync($"{appliance.Portal}/sign-in", Cancel);
            Assert.AreEqual(HttpStatusCode.OK, page.StatusCode);
            using var live = await Http.GetAsync($"{appliance.Portal}/health/live", Cancel);
            Assert.AreEqual(HttpStatusCode.OK, live.StatusCode);

            Assert.AreEqual(0, await appliance.EndAsync(Signal.Terminate));
        }

        string[] steps = ["Ready:", "draining tunnels", "writing the last usage", "closing the portal", "stopping PostgreSQL",
            "PostgreSQL stopped", "\"Stopped\""];
        string log = await File.ReadAllTextAsync(folder["data/logs/atlanticproxy.log"], Cancel);
        int[] places = [.. steps.Select(step => log.IndexOf(step, StringComparison.Ordinal))];
        Assert.IsTrue(places.All(place => place >= 0), log);
        CollectionAssert.AreEqual(places.Order().ToArray(), places, log);
        Assert.DoesNotContain("\"level\":\"error\"", log);
        Assert.IsFalse(File.Exists(folder["data/postgres/postmaster.pid"]));
    }

    [TestMethod]
    public async Task Serve_AfterKill_GoesOnWithItsDataAndLogins()
    {
        using var folder = new TemporaryFolder();
        string before;
        await using (var first = await ApplianceProcess.ServeAsync(folder, "--demo"))
        {
            before = Logins(first.Ready);
            await first.EndAsync(Signal.Kill);
        }

        await using var second = await ApplianceProcess.ServeAsync(folder, "--demo");

        Assert.AreEqual(before, Logins(second.Ready));
        Assert.AreEqual(0, await second.EndAsync(Signal.Interrupt));
    }

    [TestMethod]
    public async Task Serve_OnTakenPort_SaysWhichInOneLineAndLeavesNothingRunning()
    {
        using var folder = new TemporaryFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var ended = await ApplianceProcess.RunAsync(
            ["serve", "--data", folder["data"], "--portal", taken.LocalEndpoint.ToString()!, "--proxy", "127.0.0.1:0",
                "--Logging:ConsoleLevel", "Off"]);

        Assert.AreEqual(1, ended.ExitCode);
        StringAssert.StartsWith(ended.Error, $"The portal cannot listen on {taken.LocalEndpoint}");
        Assert.HasCount(1, ended.Error.Trim().Split('\n'));
        Assert.IsFalse(File.Exists(folder["data/postgres/postmaster.pid"]));
    }

    [TestMethod]
    public async Task Serve_WithWrongSettings_ListsThemAndStartsNothing()
    {
        using var folder = new TemporaryFolder();

        var ended = await ApplianceProcess.RunAsync(
            ["serve", "--data", folder["data"], "--portal", "nowhere", "--Engine:Loops", "-1"]);

        Assert.AreEqual(1, ended.ExitCode);
        StringAssert.Contains(ended.Error, "Portal:Listen");
        StringAssert.Contains(ended.Error, "Engine:Loops");
        Assert.IsFalse(Directory.Exists(folder["data"]));
    }

    private async Task<JsonElement> HealthAsync(ApplianceProcess appliance)
    {
        using var health = JsonDocument.Parse(await Http.GetStringAsync($"{appliance.Portal}/health/ready", Cancel));
        return health.RootElement.Clone();
    }

    private static string Logins(JsonDocument ready) =>
        string.Join('\n',
            new[] { "admin", "customer", "proxyUser" }.Select(who => ready.RootElement.GetProperty(who).GetRawText()));
}
