using System.Diagnostics;
using AtlanticProxy.Host.Processes;
using AtlanticProxy.Host.Serving;
using AtlanticProxy.Host.Tests.Processes;

namespace AtlanticProxy.Host.Tests.Serving;

/// <summary>What systemd hears of the appliance.</summary>
[TestClass]
public sealed class ServiceManagerTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Serve_TellsThatItStartsIsReadyWorksAndStops()
    {
        using var folder = new TemporaryFolder();
        using var manager = new NotifySocket(folder["notify"]);
        var start = Tool.StartOf(ApplianceProcess.Command(
            "serve", "--data", folder["data"], "--portal", "127.0.0.1:0", "--proxy", "127.0.0.1:0",
            "--Logging:ConsoleLevel", "Off"));
        start.Environment[NotifySocket.Variable] = manager.Path;
        start.Environment["WATCHDOG_USEC"] = "3000000";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.CancellationToken);

        await manager.WaitForAsync("READY=1", TestContext.CancellationToken);
        await manager.WaitForAsync("WATCHDOG=1", TestContext.CancellationToken);
        Signal.Send(process.Id, Signal.Terminate);
        await manager.WaitForAsync("STOPPING=1", TestContext.CancellationToken);
        await process.WaitForExitAsync(TestContext.CancellationToken);

        Assert.AreEqual(0, process.ExitCode, await output + await error);
        int ready = manager.Heard.FindIndex(message => message.StartsWith("READY=1", StringComparison.Ordinal));
        Assert.IsGreaterThan(0, ready);
        Assert.IsTrue(manager.Heard[..ready].All(message =>
            message.StartsWith("EXTEND_TIMEOUT_USEC=30000000", StringComparison.Ordinal)));
        StringAssert.Contains(manager.Heard[ready], "STATUS=Portal http://127.0.0.1:");
    }

    [TestMethod]
    [DataRow("30000000", 30)]
    [DataRow("0", null)]
    [DataRow("soon", null)]
    [DataRow(null, null)]
    public void WatchdogInterval_IsNoneWithoutAWatchdog(string? given, int? seconds) =>
        Assert.AreEqual(seconds is { } some ? TimeSpan.FromSeconds(some) : null, ServiceManager.WatchdogInterval(given));
}
