using System.CommandLine;
using AtlanticProxy.Host.Diagnosis;
using AtlanticProxy.Host.Processes;

namespace AtlanticProxy.Host.Cli.Verbs;

/// <summary>
/// <c>health</c>: whether the running appliance serves, for a container's health check. It asks that appliance and nothing else:
/// unlike <c>status</c> it never starts the database, so it may run at any moment of a start.
/// </summary>
internal sealed class Health(CommonOptions common)
    : Verb(common, "health", "Say whether the running appliance serves; exit code 1 when it does not")
{
    protected override async Task<int> RunAsync(ParseResult parsed, Terminal terminal, StopSignals stop)
    {
        var answer = await new HealthProbe(Common.LoadSettings(parsed, [])).AskReadinessAsync(stop.Stopping);
        terminal.Done(new { running = answer.IsRunning, health = answer.Status }, answer.Words);
        return answer.IsWell ? CommandLine.Done : CommandLine.Failed;
    }
}
