using System.CommandLine;
using AtlanticProxy.Host.Processes;

namespace AtlanticProxy.Host.Cli;

/// <summary>
/// One verb of the command line. A <see cref="StartupException"/> ends it with its message and exit code 1; other exceptions are
/// faults.
/// </summary>
internal abstract class Verb : Command
{
    protected Verb(CommonOptions common, string name, string description) : base(name, description)
    {
        Common = common;
        SetAction(async (parsed, _) =>
        {
            using var stop = new StopSignals();
            var terminal = new Terminal(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error,
                parsed.GetValue(common.Json));
            try
            {
                return await RunAsync(parsed, terminal, stop);
            }
            catch (StartupException refusal)
            {
                return terminal.Fail(refusal.Message);
            }
            catch (OperationCanceledException) when (stop.Stopping.IsCancellationRequested)
            {
                return terminal.Fail("Interrupted.");
            }
        });
    }

    protected CommonOptions Common { get; }

    protected void AddAll(params IEnumerable<Symbol> symbols)
    {
        foreach (var symbol in symbols)
            if (symbol is Option option)
                Options.Add(option);
            else
                Arguments.Add((Argument)symbol);
    }

    /// <returns>The exit code.</returns>
    protected abstract Task<int> RunAsync(ParseResult parsed, Terminal terminal, StopSignals stop);
}
