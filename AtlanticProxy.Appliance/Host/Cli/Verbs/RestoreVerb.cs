using System.CommandLine;
using AtlanticProxy.Host.Backups;
using AtlanticProxy.Host.Serving;
using Npgsql;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>restore</c>: puts a backup in place of what is there, while the appliance is stopped.</summary>
internal sealed class RestoreVerb : DatabaseVerb
{
    private readonly Argument<string> _file = new("FILE") { Description = "The backup" };

    private readonly Option<string?> _identity = new("--identity") { HelpName = "FILE",
        Description = "Private key of age, for an encrypted backup" };

    private readonly Option<bool> _discard = new("--discard-current") {
        Description = "Drop the database that is there now, in place of keeping it under another name" };

    public RestoreVerb(CommonOptions common)
        : base(common, "restore", "Put a backup in place of what is there; the appliance must be stopped") =>
        AddAll(_file, _identity, _discard);

    protected override bool NeedsSchema => false;

    protected override async Task<int> RunAsync(Call call)
    {
        var settings = Common.LoadSettings(call.Parsed, []);
        string file = Path.GetFullPath(call.Value(_file));
        if (!File.Exists(file))
            return call.Terminal.Fail($"There is no file {file}.");
        call.Get<NpgsqlDataSource>().Clear(); // Our own sessions would be in the way.
        var restored = await new BackupRestoring(settings, ApplianceDatabase.ConnectionStringOf(settings), TimeProvider.System)
            .RestoreAsync(file, call.Value(_identity) ?? "", call.Value(_discard), call.Cancel);
        return call.Terminal.Done(restored,
        [
            $"Restored the backup of {restored.Manifest.CreatedAt:yyyy-MM-dd HH:mm:ss}Z, "
                + $"made by version {restored.Manifest.Version}",
            .. restored.Migrated.Select(name => $"Applied {name}"),
            .. restored.Before is { } before ? [$"What was there before is the database {before}"] : Array.Empty<string>(),
        ]);
    }
}
