using AtlanticProxy.Host.Cli;

namespace AtlanticProxy.Testing;

/// <summary>What a verb of the command line said.</summary>
public sealed record CliResult(int ExitCode, string Output, string Error);

/// <summary>
/// The appliance's command line, entered in this process where its program enters it: starting a process takes longer than most
/// verbs. Tests of the process itself (its standard input, its signals, its end) start <see cref="Checkout.Executable"/>.
/// </summary>
public static class Cli
{
    public static async Task<CliResult> RunAsync(IEnumerable<string> arguments, string input = "")
    {
        using var reader = new StringReader(input);
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        int exitCode = await CommandLine.RunAsync([.. arguments], reader, output, error);
        return new CliResult(exitCode, output.ToString(), error.ToString());
    }
}
