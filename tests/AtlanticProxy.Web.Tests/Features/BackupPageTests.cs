using System.Net;
using AtlanticProxy.ControlPlane.Backups;
using AtlanticProxy.Testing;
using AtlanticProxy.Web.Tests.Portal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AtlanticProxy.Web.Tests.Features;

[TestClass]
public sealed class BackupPageTests
{
    private const string Path = "/admin/backups";

    [TestMethod]
    public async Task Page_WithoutBackups_SaysSo_AndSupportOnlyLooks()
    {
        var (portal, _) = await StartAsync();
        await using var running = portal.Portal;
        using var support = await portal.SignedInAsync(SeededPortal.Support);

        var page = await support.GetAsync(Path);

        foreach (string words in new[] { "There is no good backup yet.", "No backup yet", "02:30 UTC", "weekly: Sunday",
            "7 daily, 4 weekly, 12 monthly", "offsite:backups", "age1test", "Is its private key stored elsewhere?" })
            Assert.Contains(words, page.Text);
        Assert.DoesNotContain("Back up now", page.Text);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await support.PostAsync($"{Path}/new")).Status);
    }

    [TestMethod]
    public async Task BackUpNow_IsShownUntilItIsDone_ThenTriedAndDownloaded()
    {
        var (portal, work) = await StartAsync();
        await using var running = portal.Portal;
        using var owner = await portal.SignedInAsync(SeededPortal.Owner);
        using var operators = await portal.SignedInAsync(SeededPortal.Operator);

        var asked = await operators.FollowAsync(await operators.PostAsync($"{Path}/new"));
        Assert.Contains("The backup starts now", asked.Text);
        Assert.Contains("A backup is being made.", asked.Text);
        Assert.IsTrue(asked.Response.Headers.Contains("Refresh"));
        Assert.Contains("under way already", (await operators.FollowAsync(await operators.PostAsync($"{Path}/new"))).Text);
        await portal.Portal.UseAsync<TakeBackups, object>(async take => await take.ExecuteAsync(default));
        Assert.Contains("The drill starts now", (await operators.FollowAsync(await operators.PostAsync($"{Path}/drill"))).Text);
        Assert.Contains("A drill is under way", (await operators.FollowAsync(await operators.PostAsync($"{Path}/drill"))).Text);
        await portal.Portal.UseAsync<RunDrills, object>(async run => await run.ExecuteAsync(default));

        var page = await operators.GetAsync(Path);
        foreach (string words in new[] { "restored in a drill on", "in 4 min 10 s", "On request", "Remote verified",
            "The key was not tried." })
            Assert.Contains(words, page.Text);
        Assert.DoesNotContain("/download", page.Body);

        string one = $"{Path}/{await portal.Portal.UseAsync<BackupQueries, long>(
            async queries => (await queries.ListAsync(1, default))[0].Backup.Id)}", download = $"{one}/download";
        var restore = await operators.GetAsync(one);
        foreach (string words in new[] { "the last 1 min", $"atlanticproxy restore {work.File} --identity KEYFILE", "--drill",
            "private key of age for age1test" })
            Assert.Contains(words, restore.Text.Replace("<code>", "", StringComparison.Ordinal));
        Assert.AreEqual(HttpStatusCode.NotFound, (await operators.GetAsync($"{Path}/999")).Status);
        Assert.Contains(download, (await owner.GetAsync(Path)).Body);
        Assert.Contains("the backup", (await owner.PostAsync(download, Answered)).Text);
        Assert.AreEqual(HttpStatusCode.NotFound, (await owner.PostAsync($"{Path}/999/download", Answered)).Status);
        Assert.AreEqual(HttpStatusCode.Forbidden, (await operators.PostAsync(download)).Status);
        var audit = await owner.GetAsync("/admin/audit");
        foreach (string words in new[] { "Backup asked for", "Restore drill asked for", "downloaded" })
            Assert.Contains(words, audit.Text);

        File.Delete(work.File);
        Assert.Contains("not on this machine", (await owner.FollowAsync(await owner.PostAsync(download, Answered))).Text);
    }

    [TestMethod]
    public async Task Page_OfWhatFailed_SaysWhy()
    {
        var (portal, work) = await StartAsync();
        await using var running = portal.Portal;
        using var operators = await portal.SignedInAsync(SeededPortal.Operator);
        await operators.PostAsync($"{Path}/new");
        await portal.Portal.UseAsync<TakeBackups, object>(async take => await take.ExecuteAsync(default));
        work.Failure = "There is no room.";
        await operators.PostAsync($"{Path}/drill");
        await portal.Portal.UseAsync<RunDrills, object>(async run => await run.ExecuteAsync(default));

        var page = await operators.GetAsync(Path);
        Assert.Contains("The last drill failed: There is no room.", page.Text);
        Assert.Contains("None was restored in a drill yet.", page.Text);

        await operators.PostAsync($"{Path}/new");
        await portal.Portal.UseAsync<TakeBackups, object>(async take => await take.ExecuteAsync(default));
        Assert.Contains("The last backup failed: There is no room.", (await operators.GetAsync(Path)).Text);
    }

    private static Dictionary<string, string> Answered => new() { ["StepUpAnswer"] = RunningPortal.Password };

    private static async Task<(SeededPortal Portal, Work Work)> StartAsync()
    {
        var work = new Work();
        var portal = await SeededPortal.StartAsync(
            services: services => services.Replace(ServiceDescriptor.Singleton<IBackupWork>(work)));
        return (portal, work);
    }

    private sealed class Work : IBackupWork
    {
        public string File { get; } = System.IO.Path.GetTempFileName();

        public string? Failure { get; set; }

        public BackupPlan Plan { get; } = new(new TimeOnly(2, 30), DayOfWeek.Sunday, new BackupKept(7, 4, 12), "/backups",
            "offsite:backups", "age1test", false, TimeSpan.FromHours(26), TimeSpan.FromDays(8), "one");

        public bool IsThere(string file) => true;

        public async Task<BackupOutcome> TakeAsync(IReadOnlySet<string> ours, CancellationToken cancellation)
        {
            if (Failure is not null)
                return BackupOutcome.Failed(Failure);
            await System.IO.File.WriteAllTextAsync(File, "the backup", cancellation);
            var now = TimeProvider.System.GetUtcNow();
            return new(now, File, 10, "ab", "0.9.0", Plan.Recipient, Plan.Remote, now, null, []);
        }

        public Task<DrillOutcome> DrillAsync(Backup backup, CancellationToken cancellation) => Task.FromResult(Failure is null
            ? new DrillOutcome(TimeSpan.FromSeconds(250), 5, null, "The key is elsewhere.")
            : new DrillOutcome(null, null, Failure, null));
    }
}
