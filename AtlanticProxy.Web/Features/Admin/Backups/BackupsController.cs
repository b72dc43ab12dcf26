using System.Globalization;
using System.Net.Mime;
using AtlanticProxy.ControlPlane.Audit;
using AtlanticProxy.ControlPlane.Backups;
using AtlanticProxy.ControlPlane.Results;
using AtlanticProxy.ControlPlane.Staff;
using AtlanticProxy.Web.Security;
using AtlanticProxy.Web.Shell;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AtlanticProxy.Web.Features.Admin.Backups;

/// <param name="IsBackingUp">Or about to.</param>
/// <param name="IsDrilling">Or about to.</param>
internal sealed record BackupsPage(
    BackupPlan Plan, BackupStanding Standing, IReadOnlyList<BackupSummary> Backups, bool IsBackingUp, bool IsDrilling,
    DateTimeOffset Now);

/// <param name="Age">Since it was made: what would be lost.</param>
internal sealed record RestorePage(Backup Backup, Phrase Age);

/// <param name="Drill">The last one that tried it; null where none did.</param>
internal sealed record BackupRow(Backup Backup, RestoreDrill? Drill, BackupPlan Plan);

/// <summary>Backups and restore drills. To restore one is for the command line: the page it would be done on would go.</summary>
[Reads(Area.Operations), Route(Path)]
internal sealed class BackupsController(BackupQueries backups, IBackupWork work, TimeProvider time) : PortalController
{
    public const string Path = "/admin/backups";

    /// <summary>More than are kept, and a week of failures.</summary>
    private const int MostListed = 60;

    /// <summary>Seconds after which the page is fetched anew while something is under way, scripts or not.</summary>
    private const int RefreshSeconds = 5;

    [HttpGet]
    public async Task<IActionResult> List(CancellationToken cancellation)
    {
        var (backup, drill) = await backups.WaitingAsync(cancellation);
        if (backup || drill)
            Response.Headers["Refresh"] = RefreshSeconds.ToString(CultureInfo.InvariantCulture);
        return View("List", new BackupsPage(
            work.Plan, await backups.StandingAsync(cancellation), await backups.ListAsync(MostListed, cancellation),
            backup, drill, time.GetUtcNow()));
    }

    /// <summary>How it is restored.</summary>
    [HttpGet("{id:long}")]
    public async Task<IActionResult> Restore(long id, CancellationToken cancellation) =>
        await backups.FindAsync(id, cancellation) is { } backup
            ? View("Restore", new RestorePage(backup, BackupWords.Age(time.GetUtcNow() - backup.MadeAt!.Value)))
            : NotFound();

    [HttpPost("new"), Writes(Area.Operations)]
    public async Task<IActionResult> BackUp([FromServices] AskForBackup ask, CancellationToken cancellation)
    {
        Notify(await ask.BackUpAsync(cancellation)
            ? "The backup starts now. This page shows when it is done."
            : "A backup is under way already.");
        return LocalRedirect(Path);
    }

    [HttpPost("drill"), Writes(Area.Operations)]
    public async Task<IActionResult> Drill([FromServices] AskForBackup ask, CancellationToken cancellation)
    {
        Notify(await ask.DrillAsync(cancellation)
            ? "The drill starts now. This page shows when it is done."
            : "A drill is under way already.");
        return LocalRedirect(Path);
    }

    /// <summary>The file, which has every secret: for owners, who show who they are again.</summary>
    [HttpPost("{id:long}/download"), Authorize(Policies.Owners), StepUp]
    public async Task<IActionResult> Download(long id, [FromServices] NoteAct note, CancellationToken cancellation)
    {
        if (await backups.FindAsync(id, cancellation) is not { } backup)
            return NotFound();
        if (backup.Node != work.Plan.Node || !System.IO.File.Exists(backup.File))
        {
            Notify($"The file is not on this machine, but on {backup.Node}: {backup.File}");
            return LocalRedirect(Path);
        }
        string name = System.IO.Path.GetFileName(backup.File);
        await note.ExecuteAsync(new(AuditChange.Removed, AuditQueries.Backups, name, null), cancellation);
        Response.Headers.CacheControl = "no-store";
        return PhysicalFile(backup.File, MediaTypeNames.Application.Octet, name);
    }
}
