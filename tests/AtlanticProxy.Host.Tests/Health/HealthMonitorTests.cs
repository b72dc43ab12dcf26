using AtlanticProxy.ControlPlane.Health;
using AtlanticProxy.Host.Health;
using AtlanticProxy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AtlanticProxy.Host.Tests.Health;

[TestClass]
public sealed class HealthMonitorTests
{
    private readonly SetTime _time = new();
    private bool _stopping;

    /// <summary>What each check says; those of the plan that are not here are well.</summary>
    private sealed class Script
    {
        public Func<CancellationToken, Task<HealthCheckResult>> Database { get; set; } = _ => Well;
        public Func<CancellationToken, Task<HealthCheckResult>> Other { get; set; } = _ => Well;

        public static Task<HealthCheckResult> Well => Task.FromResult(HealthCheckResult.Healthy());
    }

    private sealed class DatabaseCheck(Script script) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default) =>
            script.Database(cancellationToken);
    }

    private sealed class OtherCheck(Script script) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default) =>
            script.Other(cancellationToken);
    }

    private (HealthMonitor Monitor, Script Script) Begin(int threshold = 1, bool needsDatabase = false, double timeout = 30)
    {
        var script = new Script();
        var services = new ServiceCollection().AddSingleton(script).BuildServiceProvider();
        PlannedCheck[] plan =
        [
            new(HealthPlan.Database, typeof(DatabaseCheck), PlannedCheck.Data, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)),
            new("other", typeof(OtherCheck), PlannedCheck.Machine, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(timeout),
                threshold)
            {
                NeedsDatabase = needsDatabase,
            },
        ];
        return (new HealthMonitor(plan, services.GetRequiredService<IServiceScopeFactory>(), "node-1", () => _stopping, _time,
            NullLogger<HealthMonitor>.Instance), script);
    }

    private async Task<CheckLook?> TurnAsync(HealthMonitor monitor, double seconds = 1)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await monitor.Turn(default);
        return monitor.Find("other");
    }

    [TestMethod]
    public async Task State_CountsAsWorse_AfterItsThreshold_AndAsBetterAtOnce()
    {
        var (monitor, script) = Begin(threshold: 3);
        Assert.AreEqual(HealthState.Healthy, (await TurnAsync(monitor))!.State);

        script.Other = _ => Task.FromResult(HealthCheckResult.Unhealthy("broken"));
        var first = (await TurnAsync(monitor))!;
        Assert.AreEqual((HealthState.Healthy, 1, 3, ""), (first.State, first.Failures, first.Threshold, first.Words));
        await TurnAsync(monitor);
        var third = (await TurnAsync(monitor))!;
        Assert.AreEqual((HealthState.Unhealthy, 0, "broken", _time.Now), (third.State, third.Failures, third.Words, third.Since));

        script.Other = _ => Script.Well;
        Assert.AreEqual(HealthState.Healthy, (await TurnAsync(monitor))!.State);
        CollectionAssert.AreEqual(new[] { HealthState.Healthy, HealthState.Unhealthy, HealthState.Healthy },
            monitor.Changes.Where(look => look.Check == "other").Select(look => look.State).ToArray());
    }

    [TestMethod]
    public async Task FailingSince_IsWhenItCeasedToBeHealthy_NotWhenItGotWorse()
    {
        var (monitor, script) = Begin();
        script.Other = _ => Task.FromResult(HealthCheckResult.Degraded("low"));
        var began = (await TurnAsync(monitor))!.Since;
        script.Other = _ => Task.FromResult(HealthCheckResult.Unhealthy("none"));
        var worse = (await TurnAsync(monitor))!;
        Assert.AreEqual((began, _time.Now), (worse.FailingSince!.Value, worse.Since));
    }

    [TestMethod]
    public async Task CheckThatHangs_IsUnhealthy_AndKeepsNoOtherWaiting()
    {
        var (monitor, script) = Begin(timeout: 0.2);
        var hang = new TaskCompletionSource<HealthCheckResult>();
        int asked = 0;
        script.Other = _ =>
        {
            asked++;
            return hang.Task;
        };
        _time.Advance(TimeSpan.FromSeconds(1));
        var turn = monitor.Turn(default);
        await Poll.UntilAsync(() => monitor.Find("other") is not null);
        Assert.AreEqual(HealthState.Unhealthy, monitor.Find("other")!.State);
        StringAssert.Contains(monitor.Find("other")!.Words, "did not answer");

        _time.Advance(TimeSpan.FromSeconds(1));
        _ = monitor.Turn(default);
        await Poll.UntilAsync(() => monitor.Find(HealthPlan.Database)!.At == _time.Now);
        Assert.AreEqual(1, asked, "it is not begun again while it hangs");

        hang.SetResult(HealthCheckResult.Healthy());
        await turn;
        script.Other = _ => Script.Well;
        Assert.AreEqual(HealthState.Healthy, (await TurnAsync(monitor))!.State);
    }

    [TestMethod]
    public async Task CheckThatThrows_IsUnhealthy_AndSaysSo()
    {
        var (monitor, script) = Begin();
        script.Other = _ => throw new InvalidOperationException("no such thing");
        var look = (await TurnAsync(monitor))!;
        Assert.AreEqual((HealthState.Unhealthy, "The check itself failed: no such thing"), (look.State, look.Words));
    }

    [TestMethod]
    public async Task WhileTheDatabaseIsAway_WhatOthersFoundStands()
    {
        var (monitor, script) = Begin(needsDatabase: true);
        script.Other = _ => Task.FromResult(HealthCheckResult.Degraded("late"));
        await TurnAsync(monitor);

        script.Other = _ => throw new NpgsqlException("gone");
        Assert.AreEqual("late", (await TurnAsync(monitor))!.Words, "before the database's own check has noticed");
        script.Database = _ => Task.FromResult(HealthCheckResult.Degraded("away"));
        await TurnAsync(monitor);
        script.Other = _ => Task.FromResult(HealthCheckResult.Healthy());
        Assert.AreEqual("late", (await TurnAsync(monitor))!.Words, "it does not look meanwhile");

        script.Database = _ => Script.Well;
        await TurnAsync(monitor);
        Assert.AreEqual(HealthState.Healthy, (await TurnAsync(monitor))!.State);
    }

    [TestMethod]
    public async Task PlannedStop_IsNoFailure()
    {
        var (monitor, script) = Begin();
        await TurnAsync(monitor);
        _stopping = true;
        script.Other = _ => Task.FromResult(HealthCheckResult.Unhealthy("Stopping."));
        Assert.AreEqual(HealthState.Healthy, (await TurnAsync(monitor))!.State);
    }

    [TestMethod]
    public async Task DatabaseFault_OfACheckThatDoesWithoutIt_IsItsFailure()
    {
        var (monitor, script) = Begin();
        script.Other = _ => throw new NpgsqlException("gone");
        Assert.AreEqual((HealthState.Unhealthy, "gone"),
            ((await TurnAsync(monitor))!.State, monitor.Find("other")!.Words));
    }

    [TestMethod]
    public async Task LookAgain_HasEveryCheckLookAtOnce()
    {
        var (monitor, script) = Begin();
        int asked = 0;
        script.Other = _ =>
        {
            asked++;
            return Script.Well;
        };
        await TurnAsync(monitor);
        await TurnAsync(monitor, 0.1);
        Assert.AreEqual(1, asked);
        monitor.LookAgain();
        await TurnAsync(monitor, 0.1);
        Assert.AreEqual(2, asked);
    }

    [TestMethod]
    public async Task ChecksThatNoLongerLook_AreAlarming()
    {
        var (monitor, _) = Begin();
        var health = new MonitorHealth(monitor, _time);
        Assert.AreEqual(HealthStatus.Healthy, (await health.CheckHealthAsync(new())).Status, "not begun");
        await TurnAsync(monitor);
        Assert.AreEqual(HealthStatus.Healthy, (await health.CheckHealthAsync(new())).Status);
        _time.Advance(HealthMonitor.LongestPause + TimeSpan.FromSeconds(1));
        var stopped = await health.CheckHealthAsync(new());
        Assert.AreEqual(HealthStatus.Degraded, stopped.Status);
        StringAssert.Contains(stopped.Description, "No check has looked since");
    }

    [TestMethod]
    public async Task LastLook_SaysWhatTheCheckFoundLast()
    {
        var (monitor, script) = Begin();
        var last = new LastLook(monitor, "other");
        Assert.AreEqual("It has not looked yet.", (await last.CheckHealthAsync(new())).Description);
        foreach (var status in new[] { HealthStatus.Unhealthy, HealthStatus.Degraded, HealthStatus.Healthy })
        {
            script.Other = _ => Task.FromResult(new HealthCheckResult(status, $"{status}"));
            await TurnAsync(monitor);
            var found = await last.CheckHealthAsync(new());
            Assert.AreEqual((status, $"{status}"), (found.Status, found.Description));
        }
    }
}
