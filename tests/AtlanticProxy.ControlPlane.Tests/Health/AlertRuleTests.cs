using AtlanticProxy.ControlPlane.Health;
using AtlanticProxy.ControlPlane.Health.Alerts;

namespace AtlanticProxy.ControlPlane.Tests.Health;

[TestClass]
public sealed class AlertRuleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private static AlertChannel Channel(
        HealthState from = HealthState.Degraded, int after = 0, int interval = 0, int remind = 0, bool enabled = true) => new()
    {
        Id = 1, Kind = AlertKind.Slack, Name = "c", Target = "", Template = "", FromState = from, AfterMinutes = after,
        IntervalMinutes = interval, RemindMinutes = remind, Enabled = enabled,
    };

    private static CheckLook Look(HealthState state, int failingMinutes = 0) => new(
        "node", "disk", state, Noon, state == HealthState.Healthy ? null : Noon.AddMinutes(-failingMinutes), "words", [], Noon,
        TimeSpan.Zero, 0, 1, false);

    private static AlertTold Told(AlertNews news, HealthState state = HealthState.Degraded, int minutesAgo = 1) =>
        new(news, state, Noon.AddMinutes(-minutesAgo), Noon.AddMinutes(-minutesAgo));

    private static AlertNews? Due(AlertChannel channel, CheckLook look, AlertTold? told = null, bool muted = false) =>
        AlertRules.Due(channel, look, told, muted, Noon);

    [TestMethod]
    public void Failure_IsTold_FromTheChannelsStateOn()
    {
        Assert.IsNull(Due(Channel(), Look(HealthState.Healthy)));
        Assert.AreEqual(AlertNews.Failure, Due(Channel(), Look(HealthState.Degraded)));
        Assert.IsNull(Due(Channel(HealthState.Unhealthy), Look(HealthState.Degraded)));
        Assert.AreEqual(AlertNews.Failure, Due(Channel(HealthState.Unhealthy), Look(HealthState.Unhealthy)));
    }

    [TestMethod]
    public void NobodyIsTold_WhileTheChannelIsOff_OrTheCheckIsMuted()
    {
        Assert.IsNull(Due(Channel(enabled: false), Look(HealthState.Unhealthy)));
        Assert.IsNull(Due(Channel(), Look(HealthState.Unhealthy), muted: true));
        Assert.IsNull(Due(Channel(), Look(HealthState.Healthy), Told(AlertNews.Failure), muted: true));
    }

    [TestMethod]
    public void Escalation_WaitsUntilTheFailureHasLasted()
    {
        Assert.IsNull(Due(Channel(after: 15), Look(HealthState.Unhealthy, failingMinutes: 14)));
        Assert.AreEqual(AlertNews.Failure, Due(Channel(after: 15), Look(HealthState.Unhealthy, failingMinutes: 15)));
    }

    [TestMethod]
    public void SameFailure_IsToldOnce_AWorseOneAgain_AndItsEndOnce()
    {
        Assert.IsNull(Due(Channel(), Look(HealthState.Degraded), Told(AlertNews.Failure)));
        Assert.AreEqual(AlertNews.Failure, Due(Channel(), Look(HealthState.Unhealthy), Told(AlertNews.Failure)));
        Assert.IsNull(Due(Channel(), Look(HealthState.Degraded), Told(AlertNews.Failure, HealthState.Unhealthy)), "better");
        Assert.AreEqual(AlertNews.Restored, Due(Channel(), Look(HealthState.Healthy), Told(AlertNews.Failure)));
        Assert.AreEqual(AlertNews.Restored, Due(Channel(), Look(HealthState.Healthy), Told(AlertNews.Reminder)));
        Assert.AreEqual(AlertNews.Restored,
            Due(Channel(HealthState.Unhealthy), Look(HealthState.Degraded), Told(AlertNews.Failure, HealthState.Unhealthy)));
        Assert.IsNull(Due(Channel(), Look(HealthState.Healthy), Told(AlertNews.Restored, HealthState.Healthy)));
        Assert.IsNull(Due(Channel(), Look(HealthState.Healthy) with { Failures = 1 }, Told(AlertNews.Failure)),
            "after a restart, the first failing look does not count yet");
    }

    [TestMethod]
    public void Reminders_ComeAtTheirInterval_OrNever()
    {
        Assert.IsNull(Due(Channel(remind: 60), Look(HealthState.Degraded), Told(AlertNews.Failure, minutesAgo: 59)));
        Assert.AreEqual(AlertNews.Reminder,
            Due(Channel(remind: 60), Look(HealthState.Degraded), Told(AlertNews.Failure, minutesAgo: 60)));
        Assert.AreEqual(AlertNews.Reminder,
            Due(Channel(remind: 60), Look(HealthState.Degraded), Told(AlertNews.Reminder, minutesAgo: 61)));
        Assert.IsNull(Due(Channel(remind: 0), Look(HealthState.Degraded), Told(AlertNews.Failure, minutesAgo: 10_000)));
    }

    [TestMethod]
    public void CheckThatComesAndGoes_IsToldAtMostOnceInItsInterval()
    {
        var restored = Told(AlertNews.Restored, HealthState.Healthy, minutesAgo: 1) with { FailureAt = Noon.AddMinutes(-4) };
        Assert.IsNull(Due(Channel(interval: 5), Look(HealthState.Degraded), restored));
        Assert.AreEqual(AlertNews.Failure,
            Due(Channel(interval: 5), Look(HealthState.Degraded), restored with { FailureAt = Noon.AddMinutes(-5) }));
    }
}
