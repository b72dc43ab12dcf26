using System.CommandLine;
using AtlanticProxy.Host.Configuration;
using AtlanticProxy.Host.Demo;
using AtlanticProxy.Host.Logging;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Host.Processes;
using AtlanticProxy.Host.Serving;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>serve</c>: runs the appliance until Ctrl-C or SIGTERM. A second signal hurries it.</summary>
internal sealed class Serve : Verb
{
    private readonly Option<string?> _portal = new("--portal") { HelpName = "HOST:PORT",
        Description = "Where the portal listens (setting Portal:Listen)" };
    private readonly Option<string?> _proxy = new("--proxy") { HelpName = "HOST:PORT",
        Description = "Where the proxy listens (setting Engine:Mixed:0)" };
    private readonly Option<string?> _readyFile = new("--ready-file") { HelpName = "FILE",
        Description = "Written as JSON when all is ready" };
    private readonly Option<bool> _demo = new("--demo") { Description = "Make demo data and run the simulated provider" };

    public Serve(CommonOptions common) : base(common, "serve", "Run the appliance until Ctrl-C or SIGTERM")
    {
        Add(_portal);
        Add(_proxy);
        Add(_readyFile);
        Add(_demo);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Terminal terminal, StopSignals stop)
    {
        bool demo = parsed.GetValue(_demo);
        var settings = Load([]);
        if (settings.Database is { IsEmbedded: true, RunServer: true })
            await ClusterLock.RequireFreeAsync(settings.DatabaseDirectory, TimeProvider.System, stop.Stopping);
        string? readyFile = parsed.GetValue(_readyFile) is { } file ? Path.GetFullPath(file) : null;
        if (readyFile is not null)
            File.Delete(readyFile); // An earlier run's would be taken for ours.

        using var log = ApplianceLog.Create(settings.Logging, settings.LogFile);
        await new ApplianceRun(Load, demo, log, Ready).RunAsync(settings, stop);
        return CommandLine.Done;

        Settings Load(IEnumerable<(string, string?)> more) => Common.LoadSettings(
            parsed, [("Portal:Listen", parsed.GetValue(_portal)), ("Engine:Mixed:0", parsed.GetValue(_proxy)), .. more],
            demo ? Demonstration.Defaults : null);

        void Ready(Appliance appliance)
        {
            var ready = appliance.Ready;
            if (readyFile is not null)
                ready.Write(readyFile);
            terminal.Done(ready, ready.Lines());
        }
    }
}
