using AtlanticProxy.ControlPlane.Backups;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AtlanticProxy.ControlPlane.Tests.Backups;

[TestClass]
public sealed class BackupJobsTests
{
    /// <summary>It is Sunday, 22 November 2026, 13:30 UTC.</summary>
    private readonly Work _work = new();

    [TestMethod]
    public async Task Backup_OfEachNight_IsMadeOnceAfterItsHour()
    {
        await using var plane = await StartAsync();

        Assert.AreEqual("0 backups made", await TakeAsync(plane), "what was due before the installation is not made up for");
        plane.Time.Advance(TimeSpan.FromHours(14));
        Assert.AreEqual("1 backups made", await TakeAsync(plane));
        Assert.AreEqual("0 backups made", await TakeAsync(plane));
        plane.Time.Advance(TimeSpan.FromDays(2));
        Assert.AreEqual("1 backups made", await TakeAsync(plane));

        var list = await ListAsync(plane);
        Assert.HasCount(2, list);
        Assert.AreEqual(BackupKind.Nightly, list[0].Backup.Kind);
        Assert.AreEqual("one", list[0].Backup.Node);
    }

    [TestMethod]
    public async Task Backup_ThatFails_IsTriedAgainAfterAPauseAndNotForEver()
    {
        await using var plane = await StartAsync();
        plane.Time.Advance(TimeSpan.FromHours(14));
        _work.Failure = "No room.";

        for (int turn = 0; turn < 12; turn++)
        {
            await TakeAsync(plane);
            plane.Time.Advance(TimeSpan.FromMinutes(20));
        }

        Assert.AreEqual(BackupClock.Tries, _work.Taken);
        var standing = await plane.AskAsync((BackupQueries queries) => queries.StandingAsync(default));
        Assert.AreEqual("No room.", standing.Latest!.Failure);
        Assert.IsNull(standing.Good);
    }

    [TestMethod]
    public async Task Backup_ThatSomebodyAsksFor_IsMadeOnceAndNoted()
    {
        await using var plane = await StartAsync();

        Assert.IsTrue(await plane.AskAsync((AskForBackup ask) => ask.BackUpAsync(default)));
        Assert.IsFalse(await plane.AskAsync((AskForBackup ask) => ask.BackUpAsync(default)));
        Assert.AreEqual((true, false), await plane.AskAsync((BackupQueries queries) => queries.WaitingAsync(default)));
        Assert.AreEqual("1 backups made", await TakeAsync(plane));

        var (backup, drill) = (await ListAsync(plane)).Single();
        Assert.AreEqual(BackupKind.Demand, backup.Kind);
        Assert.IsNull(drill);
        var found = await plane.AskAsync((BackupQueries queries) => queries.FindAsync(backup.Id, default));
        Assert.AreEqual(backup.File, found!.File);
    }

    [TestMethod]
    public async Task Backup_WhoseFileIsRemoved_IsListedNoMore()
    {
        await using var plane = await StartAsync();
        await plane.AskAsync((AskForBackup ask) => ask.BackUpAsync(default));
        await TakeAsync(plane);
        string first = (await ListAsync(plane)).Single().Backup.File;
        _work.Removed = [first];
        await plane.AskAsync((AskForBackup ask) => ask.BackUpAsync(default));

        await TakeAsync(plane);

        Assert.AreNotEqual(first, (await ListAsync(plane)).Single().Backup.File);
    }

    [TestMethod]
    public async Task Backup_WhoseFileSomebodyRemoved_IsNoBackupAnyMore()
    {
        await using var plane = await StartAsync();
        await plane.AskAsync((AskForBackup ask) => ask.BackUpAsync(default));
        await TakeAsync(plane);
        _work.Lost = (await ListAsync(plane)).Single().Backup.File;

        await TakeAsync(plane);

        Assert.IsEmpty(await ListAsync(plane));
        Assert.IsNull((await plane.AskAsync((BackupQueries queries) => queries.StandingAsync(default))).Good);
    }

    [TestMethod]
    public async Task Drill_OfEachWeek_TriesTheNewestBackup()
    {
        await using var plane = await StartAsync();
        plane.Time.Advance(TimeSpan.FromHours(158.1)); // Sunday, 03:36
        Assert.AreEqual("No drill due", await DrillAsync(plane), "there is nothing to try");
        await TakeAsync(plane);

        StringAssert.Contains(await DrillAsync(plane), "was restored, and is whole");
        Assert.AreEqual("No drill due", await DrillAsync(plane));

        var (backup, drill) = (await ListAsync(plane)).Single();
        Assert.AreEqual(backup.Id, drill!.BackupId);
        Assert.AreEqual(TimeSpan.FromSeconds(70), drill.Took);
        Assert.IsTrue(drill.IsProof);
    }

    [TestMethod]
    public async Task Drill_ThatSomebodyAsksFor_SaysWhatIsWrong()
    {
        await using var plane = await StartAsync();
        await plane.AskAsync((AskForBackup ask) => ask.DrillAsync(default));
        Assert.IsFalse(await plane.AskAsync((AskForBackup ask) => ask.DrillAsync(default)));
        await DrillAsync(plane);
        var standing = await plane.AskAsync((BackupQueries queries) => queries.StandingAsync(default));
        Assert.AreEqual("There is no backup on this machine to try.", standing.Drill!.Failure);
        Assert.IsNull(standing.Proof);

        await plane.AskAsync((AskForBackup ask) => ask.BackUpAsync(default));
        await TakeAsync(plane);
        _work.Failure = "Rows are missing.";
        await plane.AskAsync((AskForBackup ask) => ask.DrillAsync(default));
        var report = await plane.AskAsync((RunDrills run) => run.ExecuteAsync(default));

        Assert.AreEqual("Rows are missing.", report.Failures.Single());
        Assert.IsFalse((await ListAsync(plane)).Single().Drill!.IsProof);
    }

    [TestMethod]
    public async Task Proof_OfABalancedDatabaseWithItsKey_FindsNothing()
    {
        await using var plane = await StartAsync();
        await plane.Database.ExecuteAsync("""
            insert into users (role, email, email_confirmed, security_stamp, concurrency_stamp, password_hash,
                access_failed_count, two_factor_enabled)
            values ('Owner', 'olga@example.com', true, 'a', 'b', 'c', 0, false)
            """);

        Assert.IsEmpty(await plane.AskAsync((RestoredProof proof) => proof.ExecuteAsync(default)));
        await plane.Database.ExecuteAsync(
            @"insert into data_protection_keys (friendly_name, xml_sealed) values ('key', '\x0102030405060708090a0b0c0d0e0f10')");

        var found = await plane.AskAsync((RestoredProof proof) => proof.ExecuteAsync(default));
        StringAssert.Contains(found.Single(), "keys of cookies");
    }

    [TestMethod]
    public void Clock_OfADayOfTheWeek_IsTheLastOne()
    {
        var monday = new DateTimeOffset(2026, 11, 30, 1, 0, 0, TimeSpan.Zero);

        Assert.AreEqual(new(2026, 11, 29, 2, 30, 0, TimeSpan.Zero), BackupClock.LastDue(monday, new(2, 30)));
        Assert.AreEqual(new(2026, 11, 23, 2, 30, 0, TimeSpan.Zero), BackupClock.LastDue(monday, new(2, 30), DayOfWeek.Monday));
    }

    private async Task<ControlPlaneTest> StartAsync()
    {
        var plane = await ControlPlaneTest.StartAsync(
            configure: services => services.Replace(ServiceDescriptor.Singleton<IBackupWork>(_work)));
        _work.Time = plane.Time;
        await plane.Database.ExecuteAsync("update schema_migrations set applied_at = '2026-11-22 13:00Z'");
        return plane;
    }

    private static async Task<string> TakeAsync(ControlPlaneTest plane) =>
        (await plane.AskAsync((TakeBackups take) => take.ExecuteAsync(default))).Done;

    private static async Task<string> DrillAsync(ControlPlaneTest plane) =>
        (await plane.AskAsync((RunDrills run) => run.ExecuteAsync(default))).Done;

    private static Task<IReadOnlyList<BackupSummary>> ListAsync(ControlPlaneTest plane) =>
        plane.AskAsync((BackupQueries queries) => queries.ListAsync(100, default));

    private sealed class Work : IBackupWork
    {
        public TimeProvider Time { get; set; } = TimeProvider.System;
        public string? Failure { get; set; }
        public int Taken { get; private set; }
        public IReadOnlyList<string> Removed { get; set; } = [];

        public BackupPlan Plan { get; } = new(new TimeOnly(2, 30), DayOfWeek.Sunday, new BackupKept(7, 4, 12), "/backups", "", "",
            false, TimeSpan.FromHours(26), TimeSpan.FromDays(8), "one");

        public string? Lost { get; set; }

        public bool IsThere(string file) => file != Lost;

        public Task<BackupOutcome> TakeAsync(IReadOnlySet<string> ours, CancellationToken cancellation)
        {
            Taken++;
            return Task.FromResult(Failure is not null
                ? BackupOutcome.Failed(Failure)
                : new(Time.GetUtcNow(), $"/backups/{Taken}", 5, "ab", "0.9.0", "", "", null, null, Removed));
        }

        public Task<DrillOutcome> DrillAsync(Backup backup, CancellationToken cancellation) =>
            Task.FromResult(Failure is null
                ? new DrillOutcome(TimeSpan.FromSeconds(70), 5, null, null)
                : new DrillOutcome(null, null, Failure, null));
    }
}
