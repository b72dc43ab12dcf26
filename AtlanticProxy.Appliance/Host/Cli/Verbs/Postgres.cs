using System.CommandLine;
using AtlanticProxy.Host.Postgres;
using AtlanticProxy.Host.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary><c>postgres</c>: becomes the embedded database server, for a service manager (setting Database:RunServer).</summary>
internal sealed class Postgres : Verb
{
    private readonly Option<bool> _check = new("--check")
    {
        Description = "Only tell whether there is one to run: exit code 1 when Database:ConnectionString names another",
    };

    public Postgres(CommonOptions common)
        : base(common, "postgres", "Run the embedded database in the foreground, for a service manager") => Add(_check);

    protected override async Task<int> RunAsync(ParseResult parsed, Terminal terminal, StopSignals stop)
    {
        var settings = Common.LoadSettings(parsed, []);
        if (!settings.Database.IsEmbedded)
            return terminal.Fail("Database:ConnectionString names a server that is run elsewhere: there is none to run here.");
        if (!parsed.GetValue(_check))
            await ForegroundPostgres.BecomeAsync(
                settings.EmbeddedPostgres, TimeProvider.System, NullLoggerFactory.Instance, stop.Stopping);
        return CommandLine.Done;
    }
}
