using AtlanticProxy.Host.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AtlanticProxy.Host.Tests.Health;

/// <summary>From what is measured to what is said.</summary>
[TestClass]
public sealed class HealthJudgementTests
{
    private const long Megabyte = 1 << 20;

    [TestMethod]
    [DataRow(2048, HealthStatus.Healthy, "2048 MB of 4096 MB are free on the disk of /data.")]
    [DataRow(1023, HealthStatus.Degraded, "1023 MB of 4096 MB are free on the disk of /data. Free some space.")]
    [DataRow(255, HealthStatus.Unhealthy, "255 MB of 4096 MB are free on the disk of /data. Free some space now.")]
    public void Disk(int free, HealthStatus status, string words) =>
        AreEqual(status, words, DiskHealth.Judge(free * Megabyte, 4096 * Megabyte, "/data"));

    [TestMethod]
    [DataRow(500, HealthStatus.Healthy, "500 MB of 1000 MB are available; this process has 100 MB.")]
    [DataRow(79, HealthStatus.Degraded, "79 MB of 1000 MB are available; this process has 100 MB. See what takes it, or give the "
        + "machine more.")]
    [DataRow(29, HealthStatus.Unhealthy, "29 MB of 1000 MB are available; this process has 100 MB. The kernel will soon end "
        + "processes.")]
    public void Memory(int available, HealthStatus status, string words) => AreEqual(status, words, MemoryHealth.Judge(
        ["MemTotal:        1024000 kB", "MemFree:  1 kB", $"MemAvailable:   {available * 1024} kB"], 100 * Megabyte));

    [TestMethod]
    public void Memory_OfAMachineThatDoesNotSay_IsNotKnown() =>
        AreEqual(HealthStatus.Healthy, "Not known on this machine.", MemoryHealth.Judge(["nonsense"], 1));

    [TestMethod]
    [DataRow(800, HealthStatus.Healthy, "800 of 1000 files and sockets are open.")]
    [DataRow(801, HealthStatus.Degraded,
        "801 of 1000 files and sockets are open. Raise LimitNOFILE of the service (systemctl edit).")]
    public void Descriptors(int open, HealthStatus status, string words) => AreEqual(status, words, DescriptorsHealth.Judge(open,
        ["Limit   Soft Limit  Hard Limit Units", "Max open files            1000                 2000                 files"]));

    [TestMethod]
    public void Descriptors_WithoutALimit() =>
        AreEqual(HealthStatus.Healthy, "5 are open.", DescriptorsHealth.Judge(5, ["Max open files  unlimited unlimited files"]));

    [TestMethod]
    [DataRow(-0.1, 0.1, HealthStatus.Healthy, null, DisplayName = "within the time that asking took")]
    [DataRow(1.9, 1.8, HealthStatus.Healthy, null)]
    [DataRow(5.1, 5.0, HealthStatus.Degraded,
        "The database's clock is 5.0 s ahead of this machine's: let both keep time (chrony).")]
    [DataRow(-4.0, -4.2, HealthStatus.Degraded,
        "The database's clock is 4.0 s behind this machine's: let both keep time (chrony).")]
    public void Clock(double sinceBefore, double sinceAfter, HealthStatus status, string? words) => AreEqual(status, words,
        ClockHealth.Judge(TimeSpan.FromSeconds(sinceBefore), TimeSpan.FromSeconds(sinceAfter)));

    [TestMethod]
    public void Database_ThatNeedsCare_IsToldOf()
    {
        Assert.IsEmpty(DatabaseCareHealth.ProblemsOf(50, 100, 200_000_000, null));
        Assert.IsEmpty(DatabaseCareHealth.ProblemsOf(85, 100, 1_000_000_000, 60));
        CollectionAssert.AreEqual(new[]
        {
            "86 of 100 connections are taken: raise max_connections, or find who holds them.",
            "The oldest transaction is 1500 million back, and PostgreSQL stops at 2100: vacuum.", "A replica is 61 s behind.",
        }, DatabaseCareHealth.ProblemsOf(86, 100, 1_500_000_000, 61).ToArray());
    }

    [TestMethod]
    public void Outbox_ThatIsLate_IsCounted()
    {
        AreEqual(HealthStatus.Healthy, null, OutboxHealth.Judge(0, 0, 0));
        AreEqual(HealthStatus.Degraded, "2 mails, 3 events are late by 15 minutes or more: see jobs and mail server.",
            OutboxHealth.Judge(2, 0, 3));
    }

    [TestMethod]
    public void Plan_NamesEachCheckOnce_AndItsGroup()
    {
        string[] groups =
            [PlannedCheck.Gateway, PlannedCheck.Data, PlannedCheck.Money, PlannedCheck.Outside, PlannedCheck.Machine];
        Assert.HasCount(HealthPlan.All.Count, HealthPlan.All.Select(check => check.Name).Distinct());
        foreach (var check in HealthPlan.All)
        {
            CollectionAssert.Contains(groups, check.Group, check.Name);
            Assert.IsTrue(check.Timeout <= TimeSpan.FromSeconds(30) && check.Threshold >= 1, check.Name);
            Assert.IsTrue(check.IsSlow || check is { NeedsDatabase: false }, $"{check.Name} would keep /health waiting");
        }
    }

    private static void AreEqual(HealthStatus status, string? words, HealthCheckResult result) =>
        Assert.AreEqual((status, words), (result.Status, result.Description));
}
