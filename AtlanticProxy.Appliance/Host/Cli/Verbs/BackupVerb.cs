using System.CommandLine;
using AtlanticProxy.ControlPlane.Backups;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Host.Backups;
using AtlanticProxy.Host.Serving;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>backup</c>: database, key and configuration into one file, while the appliance runs.</summary>
internal sealed class BackupVerb : DatabaseVerb
{
    private readonly Option<string?> _to = new("--to") { HelpName = "DIR",
        Description = "Folder for it (setting Backup:Directory); old ones there stay" };

    /// <summary>Folder that the package has a backup made in, before a new version changes the database.</summary>
    private const string BeforeUpgrade = "before-upgrade";

    public BackupVerb(CommonOptions common)
        : base(common, "backup", "Back up database, key and configuration into one file") => Add(_to);

    protected override async Task<int> RunAsync(Call call)
    {
        var settings = Common.LoadSettings(call.Parsed, []);
        var work = new BackupWork(
            settings, ApplianceDatabase.ConnectionStringOf(settings), call.Get<Migrator>(), call.Get<TimeProvider>());
        string? to = call.Value(_to) is { } folder ? Path.GetFullPath(folder) : null;
        var begun = call.Get<TimeProvider>().GetUtcNow();
        var book = call.Get<BackupBook>();
        var taken = await work.TakeAsync(
            to ?? work.Plan.Folder, prune: to is null, await book.OursAsync(call.Cancel), call.Cancel);
        var kind = Path.GetFileName(to) == BeforeUpgrade ? BackupKind.Upgrade : BackupKind.Demand;
        await book.RecordAsync(kind, begun, work.Plan.Node, taken, call.Cancel);
        if (taken.Failure is { } failure)
            return call.Terminal.Fail(failure);
        return call.Terminal.Done(taken,
        [
            $"{taken.File} ({Views.Count(taken.Bytes)} bytes)",
            .. taken.UploadVerifiedAt is null ? Array.Empty<string>() : [$"Copied to {taken.Remote}, and compared"],
        ]);
    }
}
