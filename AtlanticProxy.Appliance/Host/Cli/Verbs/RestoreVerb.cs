using System.CommandLine;
using System.Globalization;
using AtlanticProxy.ControlPlane.Database;
using AtlanticProxy.Host.Backups;
using AtlanticProxy.Host.Configuration;
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

    private readonly Option<bool> _drill = new("--drill") {
        Description = "Restore it into a database of its own, prove it, and drop that; the appliance may run" };

    public RestoreVerb(CommonOptions common)
        : base(common, "restore", "Put a backup in place of what is there; the appliance must be stopped") =>
        AddAll(_file, _identity, _discard, _drill);

    protected override bool NeedsSchema => false;

    protected override async Task<int> RunAsync(Call call)
    {
        var settings = Common.LoadSettings(call.Parsed, []);
        string file = Path.GetFullPath(call.Value(_file));
        if (!File.Exists(file))
            return call.Terminal.Fail($"There is no file {file}.");
        if (call.Value(_drill))
            return await DrillAsync(call, settings, file);
        call.Get<NpgsqlDataSource>().Clear(); // Our own sessions would be in the way.
        var restored = await new BackupRestoring(settings, ApplianceDatabase.ConnectionStringOf(settings), TimeProvider.System)
            .RestoreAsync(file, call.Value(_identity) ?? "", call.Value(_discard), call.Cancel);
        return call.Terminal.Done(restored,
        [
            $"Restored the backup of {restored.Manifest.CreatedAt:yyyy-MM-dd HH:mm:ss}Z, "
                + $"made by version {restored.Manifest.Version}",
            .. restored.Migrated.Select(name => $"Applied {name}"),
            .. restored.Rows is { } rows ? [$"{Views.Count(rows)} rows, as many as were backed up"] : Array.Empty<string>(),
            .. restored.Before is { } before ? [$"What was there before is the database {before}"] : Array.Empty<string>(),
        ]);
    }

    private async Task<int> DrillAsync(Call call, Settings settings, string file)
    {
        string connection = ApplianceDatabase.ConnectionStringOf(settings);
        var taking = new BackupTaking(settings, connection, call.Get<Migrator>(), TimeProvider.System);
        var proven = await new BackupDrill(settings, connection, taking, TimeProvider.System)
            .RunAsync(file, call.Value(_identity) ?? settings.Backup.Identity, call.Cancel);
        return call.Terminal.Done(proven,
        [
            string.Create(CultureInfo.InvariantCulture, $"Restored on trial in {proven.Took!.Value.TotalSeconds:0} s"),
            .. proven.RowCount is { } rows ? [$"{Views.Count(rows)} rows, as many as were backed up"] : Array.Empty<string>(),
            "The ledger balances, sealed secrets open, and an owner can sign in",
        ]);
    }
}
