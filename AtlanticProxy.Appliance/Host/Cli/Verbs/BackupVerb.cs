using System.CommandLine;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Host.Backups;
using AtlanticProxy.Host.Serving;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>backup</c>: database, key and configuration into one file, while the appliance runs.</summary>
internal sealed class BackupVerb : DatabaseVerb
{
    private readonly Option<string?> _to = new("--to") { HelpName = "DIR",
        Description = "Folder for it (setting Backup:Directory); old ones there stay" };

    public BackupVerb(CommonOptions common)
        : base(common, "backup", "Back up database, key and configuration into one file") => Add(_to);

    protected override async Task<int> RunAsync(Call call)
    {
        var settings = Common.LoadSettings(call.Parsed, []);
        var taking = new BackupTaking(
            settings, ApplianceDatabase.ConnectionStringOf(settings), call.Get<Migrator>(), call.Get<TimeProvider>());
        string? to = call.Value(_to) is { } folder ? Path.GetFullPath(folder) : null;
        var taken = await taking.TakeAsync(to ?? BackupTaking.FolderOf(settings), call.Cancel);
        if (to is null)
            taking.Prune(BackupTaking.FolderOf(settings));
        return call.Terminal.Done(taken,
        [
            $"{taken.File} ({Views.Count(taken.Bytes)} bytes)",
            .. taken.Uploaded is { } where ? [$"Copied to {where}"] : Array.Empty<string>(),
        ]);
    }
}
