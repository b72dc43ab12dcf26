using AtlanticProxy.ControlPlane.Backups;
using AtlanticProxy.Host.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Tests.Health;

[TestClass]
public sealed class BackupsHealthTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private static readonly BackupPlan Plan = new(new TimeOnly(2, 30), DayOfWeek.Sunday, new BackupKept(7, 4, 12), "/backups", "",
        "", false, TimeSpan.FromHours(26), TimeSpan.FromDays(8), "one");

    [TestMethod]
    public void Health_OfANewAppliance_IsHealthy() =>
        Assert.AreEqual(HealthStatus.Healthy, Describe(new(Now.AddHours(-3), null, null, null, null)).Status);

    [TestMethod]
    public void Health_WithAFreshBackupAndDrill_IsHealthyAndTellsBoth()
    {
        var health = Describe(new(Now.AddYears(-1), Made(Now.AddHours(-9)), Made(Now.AddHours(-9)), Drill(null), Drill(null)));

        Assert.AreEqual(HealthStatus.Healthy, health.Status);
        Assert.AreEqual(Now.AddHours(-9), health.Data["lastGood"]);
        Assert.AreEqual(TimeSpan.FromSeconds(70), health.Data["lastDrillTook"]);
    }

    [TestMethod]
    public void Health_OfWhatIsOldOrFailed_SaysWhat()
    {
        var (made, old) = (Made(Now.AddHours(-9)), Made(Now.AddHours(-27)));
        var failed = new Backup { EndedAt = Now, Failure = "No room." };
        var year = Now.AddYears(-1);
        foreach (var (standing, words) in new (BackupStanding, string)[]
        {
            (new(year, made, failed, Drill(null), Drill(null)), "The last backup failed: No room."),
            (new(year, old, old, Drill(null), Drill(null)), "The last backup is 27 h old."),
            (new(Now.AddDays(-3), null, null, null, null), "no backup since the appliance was installed 3 days ago"),
            (new(year, made, made, Drill("Rows are missing."), null), "The last restore drill failed: Rows are missing."),
            (new(Now.AddDays(-9), made, made, null, null), "No backup was restored in a drill for 9 days."),
        })
        {
            var health = Describe(standing);
            Assert.AreEqual(HealthStatus.Degraded, health.Status, words);
            StringAssert.Contains(health.Description, words);
            StringAssert.Contains(health.Description, "/admin/backups");
        }
    }

    [TestMethod]
    public void Health_WithoutASchedule_DoesNotAskForOne() => Assert.AreEqual(HealthStatus.Healthy,
        BackupsHealth.Describe(new(Now.AddYears(-1), null, null, null, null), Plan with { At = null }, Now).Status);

    private static HealthCheckResult Describe(BackupStanding standing) => BackupsHealth.Describe(standing, Plan, Now);

    private static Backup Made(DateTimeOffset at) => new() { MadeAt = at, EndedAt = at };

    private static RestoreDrill Drill(string? failure) =>
        new() { EndedAt = Now.AddDays(-1), Failure = failure, Took = TimeSpan.FromSeconds(70) };
}
