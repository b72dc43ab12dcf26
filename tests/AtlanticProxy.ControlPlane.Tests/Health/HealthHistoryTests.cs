using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.ControlPlane.Health;
using AtlanticProxy.ControlPlane.Jobs;
using AtlanticProxy.ControlPlane.Results;
using LinqToDB;
using Microsoft.Extensions.DependencyInjection;

namespace AtlanticProxy.ControlPlane.Tests.Health;

[TestClass]
public sealed class HealthHistoryTests
{
    private static HealthRecorder Recorder(ControlPlaneTest plane, FixedLooks looks) =>
        new(looks, plane.Services.GetRequiredService<DataOptions<AtlanticDb>>(), plane.Time);

    private static async Task<string> HistoryAsync(ControlPlaneTest plane, string check) => string.Join(", ",
        (await plane.AskAsync((HealthQueries queries) => queries.HistoryAsync(check, 10, default)))
            .Select(period => $"{period.State} {(period.Until - period.From).TotalSeconds:0}"));

    private static async Task PassAsync(ControlPlaneTest plane, HealthRecorder recorder, double minutes)
    {
        plane.Time.Advance(TimeSpan.FromMinutes(minutes));
        await recorder.RecordAsync(default);
    }

    [TestMethod]
    public async Task States_AreSpans_WithTheirUptimeAndDays()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var looks = new FixedLooks(plane.Time);
        var recorder = Recorder(plane, looks);

        looks.Found("disk", HealthState.Healthy);
        await recorder.RecordAsync(default);
        await PassAsync(plane, recorder, 6);
        looks.Found("disk", HealthState.Degraded, "low");
        await PassAsync(plane, recorder, 2);
        looks.Found("disk", HealthState.Unhealthy, "full");
        await PassAsync(plane, recorder, 1);
        looks.Found("disk", HealthState.Healthy);
        await PassAsync(plane, recorder, 1);

        Assert.AreEqual("Healthy 60, Unhealthy 60, Degraded 120, Healthy 360", await HistoryAsync(plane, "disk"));
        var uptime = await plane.AskAsync((HealthQueries queries) => queries.UptimeAsync(TimeSpan.FromDays(1), default));
        Assert.AreEqual(0.7, uptime["disk"]!.Value, 0.001);
        var recent = await plane.AskAsync((HealthQueries queries) => queries.UptimeAsync(TimeSpan.FromMinutes(2), default));
        Assert.AreEqual(0.5, recent["disk"]!.Value, 0.001);
        var days = (await plane.AskAsync((HealthQueries queries) => queries.DaysAsync(default)))["disk"];
        Assert.HasCount(HealthQueries.Days, days);
        Assert.AreEqual((HealthState.Unhealthy, TimeSpan.FromMinutes(3)), (days[^1].Worst!.Value, days[^1].Failing));
        Assert.IsNull(days[^2].Worst);
        var incidents = await plane.AskAsync((HealthQueries queries) => queries.IncidentsAsync(10, default));
        CollectionAssert.AreEqual(new[] { "disk full", "disk low" },
            incidents.Select(each => $"{each.Check} {each.Period.Words}").ToArray());
    }

    [TestMethod]
    public async Task WhatChanged_WhileTheDatabaseWasAway_IsWrittenAfterwards()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var looks = new FixedLooks(plane.Time);
        var recorder = Recorder(plane, looks);
        looks.Found("database", HealthState.Healthy);
        await recorder.RecordAsync(default);
        plane.Time.Advance(TimeSpan.FromMinutes(1));

        looks.Found("database", HealthState.Degraded, "away");
        plane.Time.Advance(TimeSpan.FromMinutes(10));
        looks.Found("database", HealthState.Healthy);
        await PassAsync(plane, recorder, 1);

        Assert.AreEqual("Healthy 60, Degraded 600, Healthy 60", await HistoryAsync(plane, "database"));
    }

    [TestMethod]
    [DataRow(2, "Healthy 240", DisplayName = "a short restart")]
    [DataRow(30, "Healthy 60, Healthy 60", DisplayName = "off for longer")]
    public async Task Restart_GoesOnWithASpan_UnlessItTookLong(int minutesOff, string expected)
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var before = new FixedLooks(plane.Time);
        before.Found("disk", HealthState.Healthy);
        var first = Recorder(plane, before);
        await first.RecordAsync(default);
        await PassAsync(plane, first, 1);

        plane.Time.Advance(TimeSpan.FromMinutes(minutesOff));
        var after = new FixedLooks(plane.Time);
        after.Found("disk", HealthState.Healthy);
        var second = Recorder(plane, after);
        await second.RecordAsync(default);
        await PassAsync(plane, second, 1);

        Assert.AreEqual(expected, await HistoryAsync(plane, "disk"));
    }

    [TestMethod]
    public async Task Restart_InAnotherState_LeavesTheTimeBetweenUnknown()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var before = new FixedLooks(plane.Time);
        before.Found("disk", HealthState.Healthy);
        await Recorder(plane, before).RecordAsync(default);
        plane.Time.Advance(TimeSpan.FromMinutes(2));
        var after = new FixedLooks(plane.Time);
        after.Found("disk", HealthState.Degraded);
        var second = Recorder(plane, after);
        await second.RecordAsync(default);
        await PassAsync(plane, second, 1);

        Assert.AreEqual("Degraded 60, Healthy 0", await HistoryAsync(plane, "disk"));
    }

    [TestMethod]
    public async Task OtherNodes_AreSeen_WhileTheySpeak()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var looks = new FixedLooks(plane.Time);
        looks.Found("disk", HealthState.Healthy, node: "node-2");
        looks.Found("memory", HealthState.Degraded, "low", node: "node-2");
        await Recorder(plane, looks).RecordAsync(default);

        Task<List<CheckLook>> Others(string node) =>
            plane.AskAsync((HealthQueries queries) => queries.OfOthersAsync(node, default));
        Assert.HasCount(2, await Others("node-1"));
        Assert.IsEmpty(await Others("node-2"));
        plane.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.IsEmpty(await Others("node-1"), "it has not spoken for long");
    }

    [TestMethod]
    public async Task OldHistory_IsForgotten()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        var looks = new FixedLooks(plane.Time);
        looks.Found("disk", HealthState.Healthy);
        await Recorder(plane, looks).RecordAsync(default);
        plane.Time.Advance(TimeSpan.FromDays(HealthQueries.Days + 3));

        await plane.AskAsync((Forgetting forgetting) => forgetting.ExecuteAsync(default));

        Assert.AreEqual("", await HistoryAsync(plane, "disk"));
    }

    [TestMethod]
    public async Task Mutes_BeginAndEnd()
    {
        await using var plane = await ControlPlaneTest.StartAsync();
        Task<Result<long>> Mute(string? check, double? fromHours, double untilHours, string note = "") =>
            plane.AskAsync((MuteHealth mute) => mute.ExecuteAsync(new(
                check, fromHours is { } from ? plane.Time.Now.AddHours(from) : null, plane.Time.Now.AddHours(untilHours), note),
                default));
        Task<List<MuteSummary>> Mutes() => plane.AskAsync((HealthQueries queries) => queries.MutesAsync(default));

        long one = (await Mute("disk", null, 1, " new disk ")).Value;
        long later = (await Mute(null, 5, 6)).Value;
        Assert.AreEqual("mute.ends_before", (await Mute("disk", null, -1)).Errors[0].Code);
        Assert.AreEqual("mute.ends_before", (await Mute("disk", 3, 2)).Errors[0].Code);
        Assert.AreEqual("mute.too_long", (await Mute("disk", null, 24 * 15)).Errors[0].Code);
        Assert.AreEqual("mute.note_too_long", (await Mute("disk", null, 1, new string('x', 201))).Errors[0].Code);
        Assert.AreEqual("disk new disk,  ", string.Join(", ", (await Mutes()).Select(mute => $"{mute.Check} {mute.Note}")));

        Task<Result<bool>> End(long id) => plane.AskAsync((EndMute end) => end.ExecuteAsync(new(id), default));
        Assert.IsTrue((await End(one)).Value);
        Assert.IsTrue((await End(later)).Value);
        Assert.IsFalse((await End(one)).Value);
        Assert.AreEqual("mute.not_found", (await End(99)).Errors[0].Code);
        Assert.IsEmpty(await Mutes());
    }
}
